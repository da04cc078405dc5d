import type pg from 'pg';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { Dialect } from '../../../src/core/dialect/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { connect, startTestCluster } from '../../support/cluster';
import { FIX_CASES } from '../../support/lint-fixes';
import { until } from '../../support/postgres';

/** What the cases create, taken away between them. */
const CLEANUP = [
  ...['child', 'fx', 'f', 'g', 'bulk', 'parent'].map(table => `DROP TABLE IF EXISTS ${table} CASCADE`),
  ...['DROP VIEW IF EXISTS v', 'DROP SEQUENCE IF EXISTS s', 'DROP FUNCTION IF EXISTS one'],
  ...['mood', 'd', 'address'].map(domain => `DROP DOMAIN IF EXISTS ${domain}`),
];

/** Answers that say nothing about the dialect: the case names a job that does not exist. */
const BESIDE_THE_POINT = /Unable to convert text to UUID|job .* (?:not found|does not exist)/i;

describe('lint fixes on the local cluster', () => {
  let cluster: LocalCluster;
  let client: pg.Client;
  let dialect: Dialect;

  before(async () => {
    cluster = await startTestCluster();
    dialect = await createDialect();
  });
  after(() => cluster.close());
  beforeEach(async () => void (client = await connect(cluster.info)));
  afterEach(async () => {
    await client.query('ROLLBACK');
    await client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE');
    for (const sql of CLEANUP) await run(sql);
    await client.end();
  });

  /** Runs a statement; a catalogue that changed elsewhere (a job's end) is asked again. */
  async function run(sql: string): Promise<void> {
    await until(async () => {
      try {
        await client.query(sql);
        return true;
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        if (code === '40001' || code === '55000') return false;
        if (BESIDE_THE_POINT.test(message)) return true;
        throw new Error(`${message}: ${sql}`, { cause: error });
      }
    }, sql);
  }

  for (const { rule, fix, given = [], fixed } of FIX_CASES) {
    it(`${rule} · ${fix}: ${fixed.slice(0, 60).replaceAll('\n', ' ')}`, async () => {
      for (const sql of given) await run(sql);
      for (const { text } of dialect.split(fixed)) await run(text);
    });
  }
});
