import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { costCluster, costEstimate } from '../../../src/cli/commands/cost';
import type { LocalCluster } from '../../../src/local/cluster';
import { createDatabase } from '../../../src/node/database';
import type { Target } from '../../../src/node/target';
import { localTarget } from '../../../src/node/target-local';
import { AwsEndpoint } from '../../../src/local/aws/endpoint';
import { CloudWatchService } from '../../../src/local/aws/services/cloudwatch';
import { startTestCluster } from '../../support/cluster';
import { bufferConsole } from '../../support/console';
import { removeDirectory, temporaryDirectory } from '../../support/postgres';

const at = (target: Target) => (): Promise<Target> => Promise.resolve(target);

describe('dsql-workshop cost', () => {
  let cluster: LocalCluster;
  let target: Target;
  before(async () => {
    cluster = await startTestCluster();
    target = localTarget(cluster.info);
    const database = createDatabase(target);
    await database.query('CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL)');
    await database.query(
      'CREATE TABLE transactions (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, payer_id int, payee_id int, amount int)',
    );
    await database.query('INSERT INTO accounts VALUES (1, 100), (2, 100)');
    await database.close();
  });
  after(() => cluster.close());

  it('measures a transfer, leaves nothing behind, and says that it is an estimate', async () => {
    const console = bufferConsole();
    assert.equal(await costEstimate(at(target), { transactions: '1000000' }, console), 0);
    assert.match(console.out(), /debit .*\ncredit .*\nrecord /);
    assert.match(console.out(), /local cluster bills nothing/);
    assert.match(console.out(), /1,000,000 committed: [\d,.]+ DPU, \$\d/);
    const json = bufferConsole();
    await costEstimate(at(target), { json: true, transactions: '2' }, json);
    const { estimate } = JSON.parse(json.out()) as {
      estimate: { perTransaction: { write: number }; totalDpu: number };
    };
    assert.ok(estimate.perTransaction.write >= 0.05);
    assert.ok(estimate.totalDpu >= 2 * 0.05);
    const database = createDatabase(target);
    assert.deepEqual(
      (await database.query('SELECT count(*), (SELECT sum(balance) FROM accounts) FROM transactions')).rows,
      [['0', '200']],
    );
    await database.close();
  });

  it('measures statements of a file as one transaction', async () => {
    const folder = temporaryDirectory();
    try {
      const file = path.join(folder, 'order.sql');
      fs.writeFileSync(file, 'SELECT * FROM accounts WHERE id = 1; UPDATE accounts SET balance = 1 WHERE id = 1;');
      const console = bufferConsole();
      await costEstimate(at(target), { sql: file, lost: '5' }, console);
      assert.match(console.out(), /SELECT \* FROM accounts WHERE id = 1 .*\nUPDATE accounts/);
      assert.match(console.out(), /5 lost attempts/);
      await assert.rejects(costEstimate(at(target), { transactions: 'many' }, console), /no whole number/);
    } finally {
      removeDirectory(folder);
    }
  });

  it('shows what CloudWatch metered of a cluster in AWS, beside an estimate', async () => {
    const service = new CloudWatchService();
    const api = new AwsEndpoint({ services: [service], principals: [cluster.info.admin] });
    await api.listen();
    const endpoint = api.url;
    try {
      const identifier = 'a'.repeat(26);
      const nowMs = Date.UTC(2026, 10, 21, 8);
      const points: [number, number][] = [1, 2].map(hour => [nowMs / 1000 - hour * 3_600, 1_000]);
      service.metrics = ['TotalDPU', 'ComputeDPU'].map(name => ({
        dimension: 'ClusterId',
        identifier,
        name,
        points: points.reverse(),
      }));
      const aws: Target = {
        ...target,
        kind: 'aws',
        name: 'bank',
        region: 'us-east-1',
        endpoint: `${identifier}.dsql.us-east-1.on.aws`,
      };
      const console = bufferConsole();
      const since = new Date(nowMs - 3 * 3_600_000).toISOString();
      await costCluster(at(aws), { endpoint, since, estimate: '500' }, console, nowMs);
      assert.match(console.out(), /Total +.*2,000\.00/);
      assert.match(console.out(), /Metered ÷ estimated.*4\.00/);
      assert.match(console.out(), /0\.055 DPU for each new connection/);
      await assert.rejects(costCluster(at(target), {}, console), /not metered/);
    } finally {
      await api.close();
    }
  });
});
