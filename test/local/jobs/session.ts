import pg from 'pg';
import type { SpecialStatement } from '../../../src/core/dialect/contract';
import type { CatalogQuery, JobRunner, PostgresServer } from '../../../src/local/ports';
import { superuserOptions } from '../../../src/local/postgres/connection';

type Submitted = Parameters<JobRunner['submit']>[0];

/** A client's session as the gateway holds one: a backend of its own, logged in as a role. */
export class Session {
  private constructor(
    readonly client: pg.Client,
    private readonly role: string,
  ) {}

  static async open(postgres: PostgresServer, role = 'admin'): Promise<Session> {
    const client = new pg.Client({ ...superuserOptions(postgres.address), user: role, options: undefined });
    client.on('error', () => {});
    await client.connect();
    return new Session(client, role);
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
      const { jobId } = await jobs.submit(special, this.role, this.catalog);
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
