import assert from 'node:assert/strict';
import type { Closeable } from '../../../src/base/lifecycle';
import { isRunning } from '../../../src/core/catalog/jobs';
import type { DatabasePort } from '../../../src/core/sql/database-port';
import type { ConnectionProfile } from '../../../src/core/connections/connection-profile';
import type { LocalCluster } from '../../../src/local/cluster';
import { createDatabase } from '../../../src/node/database';
import { localTarget } from '../../../src/node/target-local';
import { dropStatement, selectTopRows } from '../../../src/core/catalog/actions';
import { ExplorerChildren, type ExplorerConnections } from '../../../src/vscode/explorer/children';
import { columnKey, type ExplorerNode } from '../../../src/vscode/explorer/nodes';
import { startTestCluster } from '../../support/cluster';
import { until } from '../../support/scratch';

const PROFILE: ConnectionProfile = {
  id: 'local',
  name: 'Local cluster',
  kind: 'local',
  host: '',
  port: 5432,
  region: 'us-east-1',
  user: 'admin',
  readOnly: false,
  environment: 'development',
};

describe('the explorer on a cluster', () => {
  let cluster: LocalCluster;
  let database: DatabasePort & Closeable;
  let reachable = true;
  let children: ExplorerChildren;

  before(async () => {
    cluster = await startTestCluster();
    database = createDatabase(localTarget(cluster.info));
    const connections: ExplorerConnections = {
      profiles: [PROFILE],
      current: PROFILE,
      profile: () => PROFILE,
      isReachable: () => reachable,
      query: (_, sql, params, signal) => database.query(sql, { params, signal }),
    };
    children = new ExplorerChildren(connections);
    for (const statement of [
      'CREATE SCHEMA bank',
      'CREATE SEQUENCE bank.numbers CACHE 1',
      'CREATE TABLE bank.customers (id uuid PRIMARY KEY)',
      'CREATE TABLE bank.accounts (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY, customer uuid REFERENCES bank.customers, note text)',
      "INSERT INTO bank.accounts (note) VALUES ('twice'), ('twice')",
      'CREATE UNIQUE INDEX ASYNC broken ON bank.accounts (note)',
      'CREATE VIEW bank.v AS SELECT id FROM bank.accounts',
      "CREATE FUNCTION bank.f(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT a'",
      'CREATE ROLE teller WITH LOGIN',
      "AWS IAM GRANT teller TO 'arn:aws:iam::123456789012:role/teller'",
    ])
      await database.query(statement);
    const ended = async (): Promise<boolean> => !(await children.reader('local').jobs()).some(isRunning);
    await until(ended, 'the end of the jobs');
  });

  after(async () => {
    await database?.close();
    await cluster?.close();
  });

  /** The node that a path of ends of ids leads to. */
  const open = async (...path: string[]): Promise<ExplorerNode[]> => {
    let nodes: ExplorerNode[] = children.roots();
    for (const step of path) {
      const node: ExplorerNode | undefined = nodes.find(({ id }) => id.endsWith(`/${step}`));
      assert.ok(node, `${step} in ${nodes.map(({ id }) => id).join(', ')}`);
      nodes = await children.of(node);
    }
    return nodes;
  };
  const ids = (nodes: ExplorerNode[]): string[] => nodes.map(({ id }) => id.slice(id.lastIndexOf('/') + 1));

  it('opens clusters, schemas and groups', async () => {
    assert.deepEqual(ids(await open('local')), ['s:bank', 's:public', 's:sys', 'roles', 'jobs']);
    assert.deepEqual(ids(await open('local', 's:bank')), ['tables', 'views', 'sequences', 'routines']);
    assert.deepEqual(ids(await open('local', 's:bank', 'tables')), ['accounts', 'customers']);
    assert.deepEqual(ids(await open('local', 's:bank', 'sequences')), ['numbers']);
    assert.deepEqual(ids(await open('local', 's:bank', 'views', 'v')), ['id']);
    assert.deepEqual(ids(await open('local', 's:bank', 'routines')), ['f(a bigint)']);
    assert.deepEqual(
      (await open('local', 's:public', 'tables')).map(({ kind }) => kind),
      ['empty'],
    );
    assert.ok(ids(await open('local', 's:sys', 'views')).includes('jobs'));
  });

  it('knows keys of columns and the state of indexes', async () => {
    const columns = await open('local', 's:bank', 'tables', 'accounts', 'columns');
    assert.deepEqual(
      columns.map(node => node.kind === 'column' && columnKey(node)),
      ['primary', 'foreign', undefined],
    );
    const indexes = await open('local', 's:bank', 'tables', 'accounts', 'indexes');
    assert.deepEqual(
      indexes.map(node => node.kind === 'index' && `${node.index.name} ${node.state}`),
      ['accounts_pkey valid', 'broken invalid'],
    );
    const broken = indexes.find(node => node.kind === 'index' && node.state === 'invalid');
    assert.ok(broken?.kind === 'index');
    await database.query(dropStatement(broken));
    assert.deepEqual(ids(await open('local', 's:bank', 'tables', 'accounts', 'indexes')), ['accounts_pkey']);
  });

  it('shows roles with their identities, and jobs with the reason of a failure', async () => {
    assert.deepEqual(ids(await open('local', 'roles')), ['admin', 'teller']);
    assert.deepEqual(
      (await open('local', 'roles', 'teller')).map(node => node.kind === 'arn' && node.arn),
      ['arn:aws:iam::123456789012:role/teller'],
    );
    const failed = (await open('local', 'jobs')).find(node => node.kind === 'job' && node.job.status === 'failed');
    assert.ok(failed?.kind === 'job' && /duplicate/i.test(failed.job.details ?? ''));
  });

  it('writes statements that the cluster runs', async () => {
    const [accounts] = await open('local', 's:bank', 'tables');
    assert.ok(accounts?.kind === 'table');
    assert.equal((await database.query(selectTopRows(accounts.relation, 1))).rows.length, 1);
    for (const group of ['views', 'sequences', 'routines']) {
      const [node] = await open('local', 's:bank', group);
      assert.ok(node?.kind === 'view' || node?.kind === 'sequence' || node?.kind === 'routine');
      await database.query(dropStatement(node));
    }
  });

  it('shows what failed as a node, to be tried again', async () => {
    const [accounts] = await open('local', 's:bank', 'tables');
    assert.ok(accounts);
    await database.query('DROP TABLE bank.accounts');
    const [failure] = await children.of(accounts);
    assert.ok(failure?.kind === 'failure');
    assert.equal(failure.of, accounts);
    assert.equal((failure.error as { code?: string }).code, 'CATALOG_OBJECT_GONE');
  });

  it('has no roots while nothing can be asked, and a way to start below a cluster that stopped', async () => {
    const [root] = children.roots();
    assert.ok(root);
    reachable = false;
    try {
      assert.deepEqual(children.roots(), []);
      assert.deepEqual(
        (await children.of(root)).map(({ kind }) => kind),
        ['start'],
      );
    } finally {
      reachable = true;
    }
  });
});
