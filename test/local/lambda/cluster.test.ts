import assert from 'node:assert/strict';
import path from 'node:path';
import type { LocalCluster } from '../../../src/local/cluster';
import type { TransferResponse } from '../../../src/core/lambda/contract';
import { createLambdaPort, type ClosableLambdaPort } from '../../../src/node/lambda/port';
import { connect, startTestCluster } from '../../support/cluster';

const chapter = (name: string) => path.resolve(__dirname, '../../../workshop/chapters', name, 'lambda');
const fixture = (name: string) => path.resolve(__dirname, '../../fixtures/lambda', name);

/** The workshop's own handlers, unchanged, on a whole local cluster: real tokens, real certificates, real conflicts. */
describe('Lambda functions on the local cluster', () => {
  let cluster: LocalCluster;
  let port: ClosableLambdaPort;

  const sql = async (...statements: string[]) => {
    const client = await connect(cluster.info);
    try {
      let rows: Record<string, unknown>[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  };
  const deploy = (name: string, directory: string) =>
    port.deploy({
      name,
      directory,
      environment: { CLUSTER_ENDPOINT: cluster.info.endpoint },
      roleArn: cluster.info.lambdaRole.arn,
    });

  before(async () => {
    cluster = await startTestCluster();
    const { lambdaEndpoint: endpoint, region, admin: credentials } = cluster.info;
    port = createLambdaPort({ endpoint, region, credentials });
  });
  after(async () => {
    port?.dispose();
    await cluster?.close();
  });

  it('are refused before AWS IAM GRANT, and connect after it', async () => {
    await deploy('connect', chapter('00-connect-and-authorise'));
    const refused = await port.invoke('connect', { name: 'reinvent' }, { tailLog: true });
    assert.equal(refused.functionError, 'Unhandled');
    assert.match((refused.payload as { errorMessage: string }).errorMessage, /access denied/i);
    await sql('CREATE ROLE myapp WITH LOGIN', `AWS IAM GRANT myapp TO '${cluster.info.lambdaRole.arn}'`);
    const answer = await port.invoke('connect', { name: 'reinvent' });
    assert.deepEqual(answer.payload, { greeting: 'Hello reinvent, connected to DSQL successfully!' });
  });

  it('move money under contention: conflicts are seen without retries, none with them, and no money is lost', async () => {
    await sql(
      'CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL)',
      'GRANT SELECT, INSERT, UPDATE ON accounts TO myapp',
      'INSERT INTO accounts SELECT id, 100 FROM generate_series(1, 60) AS id',
    );
    const transfers = async (name: string, calls: number) => {
      const one = async (n: number) => {
        const request = { payer_id: 1 + (n % 60), payee_id: 1 + ((n + 1 + (n % 7)) % 60), amount: 1 };
        return (await port.invoke(name, request)).payload as TransferResponse;
      };
      return Promise.all(Array.from({ length: calls }, (_, n) => one(n)));
    };
    const failedWith = (answers: TransferResponse[]) => [
      ...new Set(answers.filter(answer => answer.error !== undefined).map(answer => answer.errorCode)),
    ];
    await deploy('bank', chapter('01-schema-and-transfer'));
    assert.deepEqual(failedWith(await transfers('bank', 300)), ['40001']);
    await deploy('bank', chapter('02-stress-and-occ-retries'));
    assert.deepEqual(failedWith(await transfers('bank', 300)), []);
    assert.deepEqual(await sql('SELECT count(*)::int AS n, sum(balance)::int AS total FROM accounts'), [
      { n: 60, total: 6000 },
    ]);
  });

  it('reach it through the cluster’s own host name', async () => {
    const { clusterId, region, lambdaRole } = cluster.info;
    await port.deploy({
      name: 'by-name',
      directory: chapter('00-connect-and-authorise'),
      environment: { CLUSTER_ENDPOINT: `${clusterId}.dsql.${region}.on.aws` },
      roleArn: lambdaRole.arn,
    });
    const answer = await port.invoke('by-name', { name: 'host' });
    assert.deepEqual(answer.payload, { greeting: 'Hello host, connected to DSQL successfully!' });
  });

  it('work with an ORM, with another driver, and with AWS’s connector', async () => {
    for (const name of ['bank-drizzle', 'bank-postgres', 'bank-connector']) {
      await deploy(name, fixture(name));
      const answer = await port.invoke(name, { id: 1 });
      assert.equal(answer.functionError, undefined, JSON.stringify(answer.payload));
      assert.deepEqual(Object.keys(answer.payload as object), ['id', 'before', 'after']);
      const { before, after } = answer.payload as { before: number; after: number };
      assert.equal(after, before + 1);
    }
  });
});
