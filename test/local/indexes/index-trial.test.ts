import assert from 'node:assert/strict';
import type { Closeable } from '../../../src/base/lifecycle';
import { CatalogReader } from '../../../src/core/catalog/reader';
import type { DatabasePort } from '../../../src/core/sql/database-port';
import { draftStatement, suggestedName } from '../../../src/core/indexes/draft';
import { IndexTrial, type TrialPorts } from '../../../src/core/indexes/index-trial';
import { indexTableView } from '../../../src/core/indexes/overview';
import type { LocalCluster } from '../../../src/local/cluster';
import { createDatabase } from '../../../src/node/database';
import { localTarget } from '../../../src/node/target-local';
import { pause } from '../../../src/base/abort';
import { readIndexCatalog, readTable, tablesOf } from '../../../src/vscode/indexes/index-state';
import { startTestCluster } from '../../support/cluster';
import { draft } from '../../support/index-fixtures';

describe('an index tried on a cluster', () => {
  let cluster: LocalCluster;
  let database: DatabasePort & Closeable;
  let reader: CatalogReader;
  let ports: TrialPorts;

  before(async () => {
    cluster = await startTestCluster();
    database = createDatabase(localTarget(cluster.info));
    reader = new CatalogReader((sql, params) => database.query(sql, { params }));
    ports = {
      explain: async (statement, analyze) => {
        const { rows } = await database.query(`EXPLAIN ${analyze ? 'ANALYZE ' : ''}VERBOSE ${statement}`);
        return rows.map(([line]) => line ?? '').join('\n');
      },
      create: async sql => (await database.query(sql)).rows[0]?.[0] ?? '',
      job: id => reader.job(id),
      indexOf: async ({ objectId }) => (await reader.allIndexes()).find(({ oid }) => oid === objectId)?.name,
      drop: async index => void (await database.query(`DROP INDEX ${index}`)),
      sleep: pause,
      now: () => Date.now(),
    };
    await database.query(
      'CREATE TABLE transactions (id int PRIMARY KEY, payer_id int NOT NULL, payee_id int NOT NULL, amount int NOT NULL)',
    );
    for (let at = 0; at < 4; at++)
      await database.query(
        `INSERT INTO transactions SELECT n, n % 500, 7, n FROM generate_series(${at * 2500 + 1}, ${at * 2500 + 2500}) n`,
      );
    await database.query('ANALYZE transactions');
  });
  after(async () => {
    await database.close();
    await cluster.close();
  });

  const statement = 'SELECT amount FROM transactions WHERE payer_id = 42';

  it('is built, used, and compared with the plan before', async () => {
    const phases: string[] = [];
    const drawn = draft({ include: ['amount'] });
    const sql = draftStatement(drawn);
    const trial = new IndexTrial({ statement, analyze: true, sql, rows: 10_000 }, ports, () => {
      const { phase } = trial.view();
      if (phases.at(-1) !== phase) phases.push(phase);
    });
    await trial.run();
    const view = trial.view();
    assert.deepEqual(phases, ['before', 'creating', 'building', 'after', 'done'], view.error?.message);
    assert.equal(view.index, suggestedName(drawn, new Set()));
    assert.equal(view.index, 'transactions_payer_id_amount_idx');
    assert.equal(view.job?.state, 'completed');
    assert.deepEqual([view.job?.phases[0]?.status, view.job?.phases.at(-1)?.status], ['submitted', 'completed']);
    assert.equal(view.verdict?.better, 'after');
    assert.equal(view.verdict?.usesIndex, true);
    assert.match(trial.plans.before ?? '', /Full Scan/);
    assert.match(trial.plans.after ?? '', /Index Only Scan using transactions_payer_id_amount_idx/);
    await trial.end(false);
    const { indexes } = await readIndexCatalog(reader);
    assert.deepEqual(
      indexes.map(({ name }) => name),
      ['transactions_pkey'],
    );
  });

  it('says why a unique build fails, and the INVALID index can be dropped', async () => {
    const sql = draftStatement(
      draft({ name: 'one_payee', unique: true, keys: [{ kind: 'column', text: 'payee_id' }] }),
    );
    const trial = new IndexTrial({ statement, analyze: false, sql }, ports, () => {});
    await trial.run();
    const failed = trial.view();
    assert.equal(failed.phase, 'failed');
    assert.match(failed.error?.message ?? '', /one_payee failed: Found duplicate key/);
    assert.deepEqual(
      failed.steps.map(({ state }) => state),
      ['done', 'done', 'failed', 'pending'],
    );
    assert.match(failed.job?.advice ?? '', /INVALID/);
    const catalog = await readIndexCatalog(reader);
    const [table] = tablesOf(catalog, { schema: 'public', table: 'transactions' }).tables;
    assert.deepEqual(
      table?.indexes.map(({ name, state }) => [name, state]),
      [
        ['transactions_pkey', 'valid'],
        ['one_payee', 'invalid'],
      ],
    );
    await trial.end(false);
    assert.equal(trial.view().kept, false);
    assert.equal((await reader.allIndexes()).length, 1);
  });

  it('is given up while it waits; the build goes on', async () => {
    const sql = draftStatement(draft({ name: 'slow' }));
    const trial = new IndexTrial({ statement, analyze: false, sql }, ports, () => {
      if (trial.view().phase === 'building') trial.cancel();
    });
    await trial.run();
    assert.equal(trial.view().phase, 'cancelled');
    const jobs = await reader.jobs();
    assert.ok(jobs.some(({ objectName }) => objectName === 'public.slow'));
  });

  it('reads tables with their columns; what is gone is missing', async () => {
    const catalog = await readIndexCatalog(reader);
    const table = await readTable(reader, catalog, { schema: 'public', table: 'transactions' });
    assert.deepEqual(
      table?.columns.map(({ name }) => name),
      ['id', 'payer_id', 'payee_id', 'amount'],
    );
    assert.equal(await readTable(reader, catalog, { schema: 'public', table: 'gone' }), undefined);
    assert.equal(indexTableView(table, table.indexes, []).sizeClass, 'medium');
    assert.ok(catalog.taken.get('public')?.has('transactions_pkey'));
  });
});
