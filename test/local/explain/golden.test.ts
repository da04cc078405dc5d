import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import type { ExplainStatement } from '../../../src/core/dialect/contract';
import { parsePlan } from '../../../src/core/plan/parse';
import { printPlan } from '../../../src/core/plan/print';
import type { DocumentGroup } from '../../../src/local/explain/document';
import { createExplainer } from '../../../src/local/explain/explainer';
import { printDocument } from '../../../src/local/explain/formats';
import { startPostgres } from '../../../src/local/postgres/server';
import type { CatalogQuery, PostgresServer } from '../../../src/local/ports';
import { connectBeneath } from '../../support/postgres';

const folder = path.join(__dirname, 'golden');
const cases = fs.readdirSync(folder).filter(f => f.endsWith('.sql'));

/** A case's file: options in a first line `-- analyze verbose`, then the statement. */
function readCase(name: string): ExplainStatement {
  const text = fs.readFileSync(path.join(folder, name), 'utf8');
  const options = /^-- (.*)\n/.exec(text)?.[1]?.split(' ') ?? [];
  const sql = text
    .replace(/^--.*\n/, '')
    .trim()
    .replace(/;$/, '');
  return {
    analyze: options.includes('analyze'),
    verbose: options.includes('verbose'),
    settings: options.includes('settings'),
    costs: !options.includes('costs-off'),
    format: options.includes('json') ? 'json' : 'text',
    otherOptions: options.includes('timing-off') ? ['timing off'] : [],
    inner: {
      kind: 'query',
      text: sql,
      sql,
      tag: '',
      writes: false,
      locking: false,
      returnsRows: true,
      writeTargets: [],
    },
  };
}

/** What differs from run to run: times, memory, ids, compute. Costs stay: the tables are the same in each run. */
function mask(text: string): string {
  return text
    .replace(/time=\d+\.\d{3}\.\.\d+\.\d{3}/g, 'time=T..T')
    .replace(/(Planning Time|Execution Time): \d+\.\d{3} ms/g, '$1: T ms')
    .replace(/("(?:Planning Time|Execution Time|Actual Startup Time|Actual Total Time|Compute|Total)": )[\d.]+/g, '$1T')
    .replace(/(Compute|Total): \d+\.\d{5} DPU/g, '$1: N DPU')
    .replace(/Query Identifier: [13456789abcdefghijkmnopqrstuwxyz]{13}$/gm, 'Query Identifier: <13 characters>')
    .replace(/"Query Identifier": "[13456789a-km-uw-z]{13}"/g, '"Query Identifier": "<13 characters>"')
    .replace(/((?:Memory|Memory Usage): )\d+kB/g, '$1NkB');
}

describe("the local cluster's EXPLAIN", () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'dsql-explain-'));
  const explainer = createExplainer();
  let server: PostgresServer;
  let client: pg.Client;

  before(async () => {
    server = await startPostgres({ dataDir });
    client = await connectBeneath(server.address);
    await client.query(`SET search_path = "$user", public`); // a client's, which has set none
    await client.query(fs.readFileSync(path.join(__dirname, 'schema.sql'), 'utf8'));
    await client.query('VACUUM ANALYZE');
  });
  after(async () => {
    await client?.end();
    await server?.close();
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  const catalog: CatalogQuery = async (sql, params) => {
    const result = await client.query({ text: sql, values: params, rowMode: 'array' });
    return (result.rows as unknown[][]).map(row => row.map(v => (v === null ? null : String(v))));
  };

  /** Explains in a transaction that is rolled back: ANALYZE executes. */
  async function explain(statement: ExplainStatement): Promise<string> {
    await client.query('BEGIN');
    try {
      const asText = { getTypeParser: () => (value: string) => value };
      const text = explainer.toPostgres(statement);
      const result = await client.query({ text, rowMode: 'array', types: asText });
      const json = (result.rows as unknown as string[][])[0]![0]!;
      return `${(await explainer.toDsql(json, statement, catalog)).join('\n')}\n`;
    } finally {
      await client.query('ROLLBACK');
      // a write that was rolled back leaves rows behind: the next case must find the tables as this one did
      if (statement.analyze && /^(?:insert|update|delete)/i.test(statement.inner.sql)) await client.query('VACUUM');
    }
  }

  it('prints the structured formats as PostgreSQL does', async () => {
    const sql = `SELECT x.a || '<&>"é' AS b FROM (VALUES (1), (2)) x(a) JOIN (VALUES (1)) y(a) USING (a) WHERE x.a > (SELECT 0) ORDER BY 1`;
    const inFormat = async (format: string): Promise<string> => {
      const text = `EXPLAIN (FORMAT ${format}, COSTS off) ${sql}`;
      const { rows } = await client.query<string[]>({ text, rowMode: 'array', types: { getTypeParser: () => String } });
      return rows[0]![0]!;
    };
    const [document] = JSON.parse(await inFormat('json')) as [DocumentGroup];
    assert.equal(printDocument(document, 'yaml'), await inFormat('yaml'));
    assert.equal(printDocument(document, 'xml'), await inFormat('xml'));
  });

  for (const name of cases) {
    it(name.replace(/\.sql$/, '').replaceAll('-', ' '), async () => {
      const statement = readCase(name);
      const text = await explain(statement);
      if (statement.format === 'text') {
        const plan = parsePlan(text);
        assert.deepEqual(plan.unparsed, [], 'the plan parser reads every line');
        assert.deepEqual(
          plan.lines.filter(l => l.literal !== undefined && !name.includes('two-lines')),
          [],
          'the plan parser prints every line from its model',
        );
        assert.equal(printPlan(plan), text);
      }
      const file = path.join(folder, name.replace(/\.sql$/, '.txt'));
      const actual = mask(text);
      const expected = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
      const rejected = file.replace(/\.txt$/, '.actual');
      if (process.env['UPDATE_GOLDENS'] && expected !== actual) fs.writeFileSync(file, actual);
      else if (expected !== actual) {
        fs.writeFileSync(rejected, actual);
        assert.equal(actual, expected ?? `no golden: see ${rejected}, and set UPDATE_GOLDENS=1 to take it over`);
      } else fs.rmSync(rejected, { force: true });
    });
  }
});
