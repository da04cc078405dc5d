import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { PostgresAddress } from '../../../src/local/ports';
import { ENGINE, INTERNAL } from '../../../src/local/engine-schema';
import { LOCATION_FILE } from '../../../src/local/postgres/abandoned';
import { connectSuperuser } from '../../../src/local/postgres/connection';
import { DATA_FORMAT } from '../../../src/local/postgres/storage';
import { createLambdaPort } from '../../../src/node/lambda/port';
import { connect, startTestCluster } from '../../support/cluster';
import { removeDirectory, startTestPostgres, temporaryDirectory } from '../../support/postgres';

const GOLDEN = path.join(__dirname, 'data-format.txt');
const CHANGED = `A data folder is another than ${GOLDEN} says. If a version from before this change could not use it any more, raise DATA_FORMAT \
(src/local/postgres/storage.ts). Then write the file with UPDATE_GOLDENS=1.`;
const GREETER = path.resolve(__dirname, '../../../workshop/chapters/00-connect-and-authorise/lambda');

/** What differs by who starts it: where PostgreSQL's own files lie, and whether NODE_EXTRA_CA_CERTS names further authorities. */
const BY_ENVIRONMENT = new Set([
  'postgres',
  'run',
  'postgres.log',
  LOCATION_FILE,
  path.join('functions', 'trusted-ca.pem'),
]);

/** What the bootstrap has made of PostgreSQL, a line each; of PostgreSQL's own relations and functions, which it renames and replaces, a sum. */
const CATALOGUE = `
  WITH own AS (SELECT c.oid, c.oid::regclass::text AS name, relkind::text FROM pg_class c WHERE relkind NOT IN ('i', 't')),
  lines AS (
    SELECT 'role ' || rolname || CASE WHEN rolcanlogin THEN ' login' ELSE '' END FROM pg_authid WHERE oid >= 16384
    UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE oid >= 16384
    UNION ALL SELECT 'type ' || oid::regtype FROM pg_type WHERE oid >= 16384 AND typtype <> 'c' AND typcategory <> 'A'
    UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
    UNION ALL SELECT 'trigger ' || tgname || ' on ' || tgrelid::regclass || ': ' || tgfoid::regprocedure FROM pg_trigger
    UNION ALL SELECT 'function ' || oid::regprocedure || coalesce(': ' || pg_get_function_result(oid), '') FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT 'relation ' || relkind || ' ' || name || coalesce(': ' ||
      (SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = own.oid AND attnum > 0 AND NOT attisdropped), '') FROM own WHERE oid >= 16384
    UNION ALL SELECT 'PostgreSQL''s relations: ' || md5(string_agg(relkind || ' ' || name || oid, ', ' ORDER BY oid)) FROM own WHERE oid < 16384
    UNION ALL SELECT 'PostgreSQL''s functions: ' || md5(string_agg(proname::text || prorettype || proargtypes::text, ', ' ORDER BY oid))
      FROM pg_proc WHERE oid < 16384
  )
  SELECT * FROM lines AS line (line) ORDER BY line COLLATE "C"`;

async function catalogueOf(address: PostgresAddress): Promise<string[]> {
  const client = await connectSuperuser(address);
  const { rows } = await client.query<{ line: string }>(CATALOGUE).finally(() => client.end());
  return rows.map(({ line }) => line.replaceAll(ENGINE, 'dsql_engine').replaceAll(INTERNAL, 'dsql_internal'));
}

/** Files below a folder, what is random in their names left out; of JSON also the names of what it holds. */
function filesOf(folder: string): string[] {
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => !BY_ENVIRONMENT.has(file.split(path.sep)[0]!) && !BY_ENVIRONMENT.has(file))
    .filter(file => fs.statSync(path.join(folder, file)).isFile())
    .map(file => {
      const holds = file.endsWith('.json')
        ? `: ${[...new Set(namesIn(JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))))].join(', ')}`
        : '';
      return `file ${file
        .split(path.sep)
        .join('/')
        .replaceAll(/-[0-9a-f-]{12,}/g, '-*')}${holds}`;
    });
  return files.sort();
}

function namesIn(value: unknown, above = ''): string[] {
  if (typeof value !== 'object' || value === null) return [above];
  if (Array.isArray(value)) return value.flatMap(each => namesIn(each, `${above}[]`));
  return Object.entries(value).flatMap(([name, each]) => namesIn(each, above === '' ? name : `${above}.${name}`));
}

describe('the form of a data folder', () => {
  it('is what versions of this number know: who changes it looks whether they could go on', async () => {
    const dataDir = temporaryDirectory();
    try {
      const cluster = await startTestCluster({ dataDir });
      const { lambdaEndpoint: endpoint, region, admin: credentials, lambdaRole } = cluster.info;
      const client = await connect(cluster.info);
      await client.query('CREATE TABLE accounts (id int PRIMARY KEY, name text)').finally(() => client.end());
      const port = createLambdaPort({ endpoint, region, credentials });
      await port
        .deploy({ name: 'greeter', directory: GREETER, environment: {}, roleArn: lambdaRole.arn })
        .finally(() => port.dispose())
        .finally(() => cluster.close());
      const files = filesOf(dataDir);
      const postgres = await startTestPostgres({ dataDir });
      const catalogue = await catalogueOf(postgres.address).finally(() => postgres.close());
      const actual = `${[`format ${DATA_FORMAT}`, ...files, ...catalogue].join('\n')}\n`;
      if (process.env.UPDATE_GOLDENS === '1' && !process.env.CI) fs.writeFileSync(GOLDEN, actual);
      assert.deepEqual(actual.split('\n'), fs.readFileSync(GOLDEN, 'utf8').split('\n'), CHANGED);
    } finally {
      removeDirectory(dataDir);
    }
  });
});
