import assert from 'node:assert/strict';
import pg from 'pg';
import { createExplainer } from '../../../src/local/explain/explainer';
import { superuserOptions } from '../../../src/local/postgres/connection';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC000 } from '../../support/isolation-session';
import { INTERNAL } from '../../../src/local/engine-schema';
import { until } from '../../support/postgres';

/** What the gateway asks PostgreSQL for itself may fail like what its clients ask for: they hear of it, and their sessions go on. */
describe('requests of the gateway that PostgreSQL does not answer', () => {
  let cluster: TestGateway;
  let client: pg.Client;
  let superuser: pg.Client;
  let failing: string | undefined;
  before(async () => {
    const explainer = createExplainer();
    cluster = await startTestGateway({
      explainer: {
        ...explainer,
        toPostgres: explain => explainer.toPostgres(explain),
        async toDsql(json, explain, query, session) {
          if (failing !== undefined) await query(failing);
          return explainer.toDsql(json, explain, query, session);
        },
      },
    });
    client = await cluster.connect();
    superuser = new pg.Client(superuserOptions(cluster.postgres.address));
    superuser.on('error', () => undefined);
    await superuser.connect();
  });
  after(async () => {
    await superuser?.end().catch(() => undefined);
    await cluster?.close();
  });
  afterEach(() => assert.deepEqual(cluster.log, []));

  it('EXPLAIN: the look-ups for a plan, outside a block and in one', async () => {
    failing = 'SELECT 1 / 0';
    for (const protocol of ['simple', 'extended'] as const) {
      assert.equal(await answerOf(client, 'EXPLAIN SELECT 1', protocol), 'ERROR 22012 division by zero');
      await client.query('BEGIN');
      assert.equal(await answerOf(client, 'EXPLAIN SELECT 1', protocol), 'ERROR 22012 division by zero');
      assert.equal(await answerOf(client, 'COMMIT', protocol), 'ROLLBACK');
    }
    failing = undefined;
    assert.match(await answerOf(client, 'EXPLAIN SELECT 1'), /^EXPLAIN\n/);
  });

  it('COPY: the columns that rows are for', async () => {
    await client.query('CREATE ROLE brief WITH LOGIN');
    const brief = await cluster.connect('brief');
    await client.query('DROP ROLE brief');
    for (const protocol of ['simple', 'extended'] as const)
      assert.equal(await answerOf(brief, 'COPY t FROM STDIN', protocol), 'ERROR 28000 role "brief" does not exist');
  });

  it('DDL: it has committed, and the catalogue is read anew as soon as that can be', async () => {
    const read = 'pg_rewrite';
    await client.query('CREATE TABLE parent (id int PRIMARY KEY)');
    await client.query('INSERT INTO parent VALUES (1)');
    await superuser.query(`BEGIN; LOCK TABLE pg_catalog.${read} IN ACCESS EXCLUSIVE MODE`);
    const answer = answerOf(client, 'CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent)');
    let reader: number | undefined;
    await until(async () => {
      const waits = await superuser.query<{ pid: number }>(
        `SELECT pid FROM pg_locks WHERE relation = 'pg_catalog.${read}'::regclass AND NOT granted`,
      );
      reader = waits.rows[0]?.pid;
      return reader !== undefined;
    }, 'the catalogue is being read');
    await superuser.query('SELECT pg_terminate_backend($1)', [reader]);
    await superuser.query('ROLLBACK');
    assert.equal(await answer, 'CREATE');
    const other = await cluster.connect();
    await other.query('BEGIN; INSERT INTO child VALUES (1, 1)');
    await client.query('BEGIN; SELECT 1 FROM parent FOR UPDATE');
    await client.query('COMMIT');
    assert.equal(await answerOf(other, 'COMMIT'), OC000);
  });

  it('jobs: one that cannot be kept is refused, and the session goes on', async () => {
    await superuser.query(`CREATE FUNCTION ${INTERNAL}.full() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON ${INTERNAL}.jobs FOR EACH ROW WHEN (NEW.job_type = 'INDEX_BUILD') EXECUTE FUNCTION ${INTERNAL}.full()`);
    const FULL = 'ERROR 53100 Current cluster size exceeds cluster size limit.';
    for (const protocol of ['simple', 'extended'] as const)
      assert.equal(await answerOf(client, 'CREATE INDEX ASYNC refused ON parent (id)', protocol), FULL);
    await superuser.query(`DROP FUNCTION ${INTERNAL}.full CASCADE`);
    assert.match(await answerOf(client, 'CREATE INDEX ASYNC refused ON parent (id)'), /^CREATE\n/);
  });

  it('wait_for_job, while PostgreSQL is killed', async () => {
    const { rows } = await client.query<{ job_id: string }>('CREATE INDEX ASYNC later ON parent (id)');
    process.kill(cluster.postgres.pid, 'SIGKILL');
    const id = rows[0]!.job_id;
    assert.match(await answerOf(client, `CALL sys.wait_for_job('${id}')`), /^CALL\n {2}true$/);
  });
});
