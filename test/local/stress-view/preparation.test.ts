import assert from 'node:assert/strict';
import type { Closeable } from '../../../src/base/lifecycle';
import type { ChapterPorts } from '../../../src/core/chapters/contract';
import { DEFAULT_FORM } from '../../../src/core/stress-view/form';
import { plansOfForm } from '../../../src/core/stress-view/form-plan';
import { prepareRun } from '../../../src/core/stress-view/preparation';
import type { LocalCluster } from '../../../src/local/cluster';
import { loadChapters } from '../../../src/node/chapters/load';
import { createChapterPorts } from '../../../src/node/chapters/ports';
import { localTarget } from '../../../src/node/target-local';
import type { StressForm } from '../../../src/protocol/stress-form';
import { startTestCluster } from '../../support/cluster';

describe('the preparation of a stress run on an empty cluster', function () {
  let cluster: LocalCluster;
  let ports: ChapterPorts & Closeable;
  before(async () => {
    cluster = await startTestCluster();
    ports = createChapterPorts(localTarget(cluster.info), () => assert.fail('no run is part of this'));
  });
  after(async () => {
    await ports?.close();
    await cluster?.close();
  });

  const prepare = (changes: Partial<StressForm>): Promise<string[]> => {
    const [plan] = plansOfForm({ ...DEFAULT_FORM, accounts: 4_000, ...changes });
    assert.ok(plan);
    const signal = new AbortController().signal;
    return prepareRun(plan, { ports, chapters: loadChapters(), onProgress: () => undefined, signal });
  };

  it('makes what transfers through the function with history need, and the function answers', async () => {
    assert.deepEqual(await prepare({ handler: 'with-history' }), [
      'table accounts',
      'table transactions',
      '4,000 accounts',
      'role myapp',
      'function stress-transfer-with-history',
    ]);
    const order = { payer_id: 1, payee_id: 4_000, amount: 3 };
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await ports.lambda.invoke('stress-transfer-with-history', order));
    assert.ok(answers.some(({ payload }) => Number((payload as { balance?: unknown }).balance) < 100));
    const { rows } = await ports.database.query('SELECT count(*) > 0 FROM transactions');
    assert.deepEqual(rows, [['t']]);
  });

  it('makes nothing twice, and adds the accounts that a larger run lacks', async () => {
    assert.deepEqual(await prepare({ handler: 'with-history' }), []);
    assert.deepEqual(await prepare({ workload: 'sql-transfer', inFlight: 10, accounts: 5_000 }), ['1,000 accounts']);
    const { accounts, sumOfBalances } = await ports.bank.audit();
    assert.deepEqual([accounts, sumOfBalances], [5_000, '500000']);
  });

  it('makes the tables and valid indexes of the order service, and again nothing', async () => {
    for (let i = 0; i < 2; i++) await prepare({ workload: 'order-service', inFlight: 10 });
    const { rows } = await ports.database.query(
      `SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE c.relname IN ('order_items_order_id', 'orders_created_at') ORDER BY 1`,
    );
    assert.deepEqual(rows, [
      ['order_items_order_id', 't'],
      ['orders_created_at', 't'],
    ]);
  });
});
