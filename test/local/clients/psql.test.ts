import assert from 'node:assert/strict';
import type { LocalCluster } from '../../../src/local/cluster';
import { startTestCluster } from '../../support/cluster';
import { hasPsql, psql } from '../../support/psql';

const SCHEMA = `CREATE TABLE t (id uuid PRIMARY KEY, n text NOT NULL, q numeric DEFAULT 1, j json);
CREATE TABLE u (id int PRIMARY KEY, t uuid REFERENCES t(id));
CREATE INDEX ASYNC ti ON t (n);
COMMENT ON TABLE t IS 'a comment';
CREATE STATISTICS st ON n, q FROM t;
CREATE SCHEMA bank;
CREATE ROLE teller WITH LOGIN;
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT format('CALL sys.wait_for_job(%L)', job_id) FROM sys.jobs WHERE job_type = 'INDEX_BUILD' \\gexec
`;

describe('psql on the local cluster', function () {
  let cluster: LocalCluster;
  const run = async (script: string): Promise<string> => (await psql(cluster.info, script, '-A', '-t')).out.trim();

  before(async function () {
    if (!(await hasPsql())) this.skip();
    cluster = await startTestCluster();
    const made = await psql(cluster.info, SCHEMA, '-v', 'ON_ERROR_STOP=1');
    assert.equal(made.status, 0, made.out);
  });
  after(() => cluster?.close());

  it('describes a table with the service’s index definitions', async () => {
    const { out } = await psql(cluster.info, '\\d t\n');
    assert.match(out, /"t_pkey" PRIMARY KEY, btree_index \(id\) INCLUDE \(n, q, j\)/);
    assert.match(out, /"ti" btree_index \(n\)/);
    assert.match(out, /TABLE "u" CONSTRAINT "u_t_fkey" FOREIGN KEY \(t\) REFERENCES t\(id\)/);
  });
  it('shows the compression of text and json columns', async () =>
    assert.match(await run('\\d+ t\n'), /n\|text\|.*lz4[\s\S]*j\|json\|.*lz4/));
  it('lists tables', async () => assert.equal(await run('\\dt\n'), 'public|t|table|admin\npublic|u|table|admin'));
  it('lists indexes', async () => assert.match(await run('\\di\n'), /public\|ti\|index\|admin\|t/));
  it('lists schemas', async () =>
    assert.deepEqual(
      (await run('\\dn\n')).split('\n').map(line => line.split('|')[0]),
      ['bank', 'public', 'sys'],
    ));
  it('lists roles, that of the catalogues’ owner among them', async () =>
    assert.deepEqual(
      (await run('\\du\n')).split('\n').map(line => line.split('|')[0]),
      ['admin', 'dsql_system', 'teller'],
    ));
  it('lists one database', async () => assert.deepEqual((await run('\\l\n')).match(/^\w+(?=\|)/gm), ['postgres']));
  it('lists functions', async () => assert.equal(await run('\\df\n'), 'public|f|integer|integer|func'));
  it('finds no tablespace and no event trigger', async () => assert.equal(await run('\\db\n\\dy\n'), ''));

  it('loads and reads by \\copy, and the session goes on after an error', async () => {
    const script = [
      'CREATE TABLE loaded (id int PRIMARY KEY, name text);',
      '\\copy loaded from stdin csv header',
      'id,name',
      '1,"a, ""b"""',
      '2,',
      '\\.',
      '\\copy loaded from stdin',
      '1\tagain',
      '\\.',
      '\\copy (SELECT * FROM loaded ORDER BY id) to stdout',
      'SELECT 41 + 1;',
    ].join('\n');
    const { out } = await psql(cluster.info, `${script}\n`, '-A', '-t');
    assert.match(out, /^COPY 2$/m);
    assert.match(out, /duplicate key value violates unique constraint "loaded_pkey"/);
    assert.match(out, /^1\ta, "b"\n2\t\\N$/m);
    assert.match(out, /^42$/m);
  });

  it('sends the statements of -c as one implicit transaction', async () => {
    const { out } = await psql(cluster.info, '', '-c', 'CREATE TABLE a (x int); CREATE TABLE b (x int)');
    assert.match(out, /multiple ddl statements not supported in a transaction/);
  });
});
