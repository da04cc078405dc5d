import assert from 'node:assert/strict';
import pg from 'pg';
import type { SpecialStatement } from '../../src/core/dialect/contract';
import { startJobRunner, type JobRunnerOptions } from '../../src/local/jobs/runner';
import type { CatalogQuery, JobRunner, PostgresServer } from '../../src/local/ports';
import { superuserOptions } from '../../src/local/postgres/connection';
import { startTestPostgres } from './postgres';

type Submitted = Parameters<JobRunner['submit']>[0];

/** A client's session as the gateway holds one: a backend of its own, logged in as a role. */
export class Session {
  private constructor(readonly client: pg.Client) {}

  static async open(postgres: PostgresServer, role = 'admin'): Promise<Session> {
    const client = new pg.Client({ ...superuserOptions(postgres.address), user: role, options: undefined });
    client.on('error', () => {});
    await client.connect();
    return new Session(client);
  }

  /** Rows as text, as the gateway's look-ups answer; errors carry what the server said. */
  readonly catalog: CatalogQuery = async (sql, params) => {
    try {
      const answer = await this.client.query<(string | null)[]>({
        text: sql,
        values: params,
        rowMode: 'array',
        types: { getTypeParser: () => (value: string) => value },
      } as pg.QueryArrayConfig);
      return answer.rows;
    } catch (error) {
      const { code, message, detail } = error as pg.DatabaseError;
      throw Object.assign(new Error(message), {
        error: { severity: 'ERROR', sqlstate: code, message, detail },
      });
    }
  };

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.client.query<Record<string, unknown>>(sql)).rows;
  }

  /** Submits in a transaction of its own and commits. */
  async run(jobs: JobRunner, special: Submitted): Promise<string> {
    await this.client.query('BEGIN');
    try {
      const { jobId } = await jobs.submit(special, this.catalog);
      assert.ok(jobId);
      await this.client.query('COMMIT');
      await jobs.committed(jobId);
      return jobId;
    } catch (error) {
      await this.client.query('ROLLBACK');
      throw error;
    }
  }

  close(): Promise<void> {
    return this.client.end();
  }
}

/** CREATE [UNIQUE] INDEX ASYNC as the dialect understands it. */
export function createIndex(
  on: string,
  options: { name?: string; unique?: boolean; ifNotExists?: boolean; table?: string; schema?: string } = {},
): Extract<SpecialStatement, { type: 'create-index-async' }> {
  const { name, unique = false, ifNotExists = false, table = 't', schema } = options;
  const head = `CREATE ${unique ? 'UNIQUE ' : ''}INDEX`;
  const rest = `${ifNotExists ? 'IF NOT EXISTS ' : ''}${name ? `"${name}" ` : ''}ON ${schema ? `${schema}.` : ''}${table} ${on}`;
  return {
    type: 'create-index-async',
    unique,
    ifNotExists,
    indexName: name,
    schema,
    table,
    concurrentSql: `${head} CONCURRENTLY ${rest}`,
    plainSql: `${head} ${rest}`,
  };
}

type RunnerOptions = Omit<JobRunnerOptions, 'postgres'>;

/** A PostgreSQL of its own with a runner of jobs, and a client's session. */
export class TestJobs {
  private readonly further: JobRunner[] = [];

  private constructor(
    readonly postgres: PostgresServer,
    readonly runner: JobRunner,
    public session: Session,
  ) {}

  static async start(options: RunnerOptions): Promise<TestJobs> {
    const postgres = await startTestPostgres();
    const runner = await startJobRunner({ postgres, ...options });
    return new TestJobs(postgres, runner, await Session.open(postgres));
  }

  /** A new session in place of the client's, which a killed PostgreSQL may have ended. */
  async reconnect(): Promise<Session> {
    await this.session.close().catch(() => {});
    return (this.session = await Session.open(this.postgres));
  }

  /** One more runner, which takes up all jobs that are not over. Closed with the others if the test does not close it. */
  async startRunner(options: RunnerOptions): Promise<JobRunner> {
    const runner = await startJobRunner({ postgres: this.postgres, ...options });
    this.further.push(runner);
    return runner;
  }

  /** A runner whose first build of an index is not over before it is interrupted. */
  startSlowRunner(): Promise<JobRunner> {
    return this.startRunner({ minimumMs: 60_000, lookEveryMs: 50 });
  }

  /** Waits until the job is over. @returns whether it succeeded */
  outcome(jobId: string, runner = this.runner): Promise<boolean> {
    return runner.wait(jobId, new AbortController().signal);
  }

  async job(jobId: string): Promise<Record<string, unknown>> {
    return (await this.session.rows(`SELECT * FROM sys.jobs WHERE job_id = '${jobId}'`))[0]!;
  }

  /** Indexes of a table beside its primary key's, in the order of their names. */
  indexes(table = 't'): Promise<Record<string, unknown>[]> {
    return this.session.rows(
      `SELECT relname AS name, indisvalid AS valid, indisready AS ready FROM pg_index JOIN pg_class c ON c.oid = indexrelid
       WHERE indrelid = to_regclass('${table}') AND NOT indisprimary ORDER BY 1`,
    );
  }

  async close(): Promise<void> {
    await this.session.close().catch(() => {});
    for (const runner of [...this.further, this.runner]) await runner.close();
    await this.postgres.close();
  }
}
