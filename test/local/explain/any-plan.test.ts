import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import { parsePlan } from '../../../src/core/plan/parse';
import { printPlan } from '../../../src/core/plan/print';
import { connectSuperuser } from '../../../src/local/postgres/connection';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { randomExplain } from './query-arbitrary';

/** Answers that say the statement was wrong, not its plan: a random statement may divide by zero or compare unlike types. */
const EXPECTED = /^(?:22|42|0A)/;

describe('whatever the local cluster explains', function () {
  this.timeout(60_000);
  let cluster: TestGateway;
  let client: pg.Client;

  before(async () => {
    cluster = await startTestGateway();
    const superuser = await connectSuperuser(cluster.postgres.address);
    await superuser.query('SET ROLE admin');
    await superuser.query(fs.readFileSync(path.join(__dirname, 'schema.sql'), 'utf8'));
    // random joins stay small
    await superuser.query(`DELETE FROM transactions WHERE payer_id > 30; DELETE FROM account WHERE balance > 300`);
    await superuser.query('VACUUM ANALYZE');
    await superuser.end();
    client = await cluster.connect();
  });
  after(() => cluster?.close());

  it('is read by the plan parser, line by line, and printed back equal', async () => {
    let plans = 0;
    await fc.assert(
      fc.asyncProperty(randomExplain, async ({ options, sql }) => {
        await client.query('BEGIN');
        let rows: string[][];
        try {
          const text = options === '' ? `EXPLAIN ${sql}` : `EXPLAIN (${options}) ${sql}`;
          rows = (await client.query({ text, rowMode: 'array' })).rows as unknown as string[][];
        } catch (error) {
          assert.ok(error instanceof pg.DatabaseError && EXPECTED.test(error.code ?? ''), String(error));
          return;
        } finally {
          await client.query('ROLLBACK');
        }
        const text = `${rows.map(([line]) => line).join('\n')}\n`;
        const plan = parsePlan(text);
        assert.deepEqual(plan.unparsed, [], text);
        assert.deepEqual(
          plan.lines.filter(line => line.literal !== undefined),
          [],
          text,
        );
        assert.equal(printPlan(plan), text);
        assert.ok(!/Bitmap|Heap|Tid Scan|Seq Scan|ctid/.test(text.replace(/'(?:[^']|'')*'/g, '')), text);
        plans++;
      }),
      { numRuns: 400 },
    );
    assert.ok(plans > 300, `${plans} plans`);
  });
});
