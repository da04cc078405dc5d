import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import { parsePlan } from '../../../src/core/plan/parse';
import { printPlan } from '../../../src/core/plan/print';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { randomExplain, type RandomExplain } from './query-arbitrary';
import { connectBeneath } from '../../support/postgres';

/** Answers that say the statement was wrong, not its plan: a random statement may compare unlike types. */
const EXPECTED = /^(?:22|42|0A)/;
const POSTGRES_ONLY = /Bitmap|Heap|Tid Scan|Seq Scan|ctid/;

describe('whatever the local cluster explains', () => {
  let cluster: TestGateway;
  let client: pg.Client;
  let superuser: pg.Client;

  before(async () => {
    cluster = await startTestGateway();
    superuser = await connectBeneath(cluster.postgres.address);
    await superuser.query('SET ROLE admin');
    await superuser.query(fs.readFileSync(path.join(__dirname, 'schema.sql'), 'utf8'));
    // random joins stay small
    await superuser.query(`DELETE FROM transactions WHERE payer_id > 30; DELETE FROM account WHERE balance > 300`);
    client = await cluster.connect();
  });
  after(async () => {
    await superuser?.end();
    await cluster?.close();
  });

  /** The lines of a statement's plan; undefined for a statement that is refused. */
  async function explain({ options, sql }: RandomExplain): Promise<string | undefined> {
    await client.query('BEGIN');
    try {
      const text = options === '' ? `EXPLAIN ${sql}` : `EXPLAIN (${options}) ${sql}`;
      const { rows } = await client.query<[string]>({ text, rowMode: 'array' });
      return `${rows.map(([line]) => line).join('\n')}\n`;
    } catch (error) {
      assert.ok(error instanceof pg.DatabaseError && EXPECTED.test(error.code ?? ''), String(error));
      return undefined;
    } finally {
      await client.query('ROLLBACK');
    }
  }

  async function checkPlans(numRuns: number): Promise<void> {
    let plans = 0;
    await fc.assert(
      fc.asyncProperty(randomExplain, async statement => {
        const text = await explain(statement);
        if (text === undefined) return;
        const plan = parsePlan(text);
        assert.deepEqual(plan.unparsed, [], text);
        assert.deepEqual(
          plan.lines.filter(line => line.literal !== undefined),
          [],
          text,
        );
        assert.equal(printPlan(plan), text);
        assert.ok(!POSTGRES_ONLY.test(text.replace(/'(?:[^']|'')*'/g, '')), text);
        assert.ok(!/NaN|Infinity|undefined/.test(text), text);
        for (const [, first, last] of text.matchAll(/ \(cost=([^.]+\.\d+)\.\.(\S+) /g))
          assert.ok(0 <= Number(first) && Number(first) <= Number(last), text);
        plans++;
      }),
      { numRuns },
    );
    assert.ok(plans > numRuns * 0.75, `${plans} plans`);
  }

  it('is read by the plan parser, line by line, and printed back equal: tables never analysed', () => checkPlans(150));

  it('is read by the plan parser, line by line, and printed back equal: tables analysed', async () => {
    await superuser.query('VACUUM ANALYZE');
    await checkPlans(250);
  });
});
