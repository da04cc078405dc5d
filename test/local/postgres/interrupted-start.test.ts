import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CodedError } from '../../../src/base/errors';
import { INTERNAL } from '../../../src/local/engine-schema';
import { startJobRunner } from '../../../src/local/jobs/runner';
import type { PostgresServer } from '../../../src/local/ports';
import { connectSuperuser } from '../../../src/local/postgres/connection';
import { startPostgres } from '../../../src/local/postgres/server';
import { startTestGateway } from '../../support/gateway';
import { removeDirectory, startTestPostgres, temporaryDirectory } from '../../support/postgres';

/** Somebody may kill a process of PostgreSQL's, the memory's watchman say, in the second in which a cluster starts. */
describe('a start whose connection PostgreSQL cuts', function () {
  if (process.platform === 'win32') return;
  let dataDir: string;
  const open: PostgresServer[] = [];
  beforeEach(() => {
    dataDir = temporaryDirectory();
    fs.chmodSync(dataDir, 0o755);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(server => server.close()));
    removeDirectory(dataDir);
  });
  const start = async (): Promise<PostgresServer> => {
    const server = await startPostgres({ dataDir });
    open.push(server);
    return server;
  };
  const query = async (server: PostgresServer, sql: string): Promise<Record<string, unknown>[]> => {
    const client = await connectSuperuser(server.address);
    return (await client.query<Record<string, unknown>>(sql).finally(() => client.end())).rows;
  };
  /** Has DDL of the next start run a shell's command in its backend, whose child the shell is. The start has DDL, as after another version. */
  const prepare = async (command: string): Promise<void> => {
    const server = await start();
    await query(
      server,
      `CREATE FUNCTION public.cut() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN COPY (SELECT) TO PROGRAM '${command}'; END $$;
       CREATE EVENT TRIGGER cut ON ddl_command_end WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION public.cut();
       UPDATE ${INTERNAL}.bootstrap SET version = 4`,
    );
    await server.close();
    open.length = 0;
  };

  for (const signal of ['KILL', 'TERM'])
    it(`goes on after its backend was sent SIG${signal}`, async () => {
      const marks = path.join(dataDir, 'marks');
      fs.mkdirSync(marks);
      fs.chmodSync(marks, 0o777);
      await prepare(`mkdir ${marks}/killed && kill -${signal} $PPID; cat`);
      const server = await start();
      assert.deepEqual(fs.readdirSync(marks), ['killed']);
      assert.deepEqual(await query(server, `SELECT version <> 4 AS "isNew" FROM ${INTERNAL}.bootstrap`), [
        { isNew: true },
      ]);
    });

  it('fails where that happens each time', async () => {
    await prepare('kill -KILL $PPID');
    const error = await start().then(
      () => assert.fail('started'),
      (reason: CodedError) => reason,
    );
    assert.equal(error.code, 'LOCAL_POSTGRES_FAILED', error.message);
    assert.match(error.message, /was terminated by signal 9/);
  });

  it('takes jobs up, and opens the gateway, once PostgreSQL is back', async () => {
    const postgres = await startTestPostgres();
    try {
      process.kill(postgres.pid, 'SIGKILL');
      const jobs = await startJobRunner({ postgres, minimumMs: 20 });
      process.kill(postgres.pid, 'SIGKILL');
      const cluster = await startTestGateway({ postgres, jobs });
      const client = await cluster.connect();
      assert.deepEqual((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }]);
      await cluster.close();
      await jobs.close();
    } finally {
      await postgres.close();
    }
  });
});
