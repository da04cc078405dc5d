import type pg from 'pg';
import { connectBeneath, until } from './postgres';
import type { TestGateway } from './gateway';

/**
 * A table `gate` of one row, for statements to read: while a test has it shut they wait there, past their snapshots, and nobody of the gateway's
 * is in their way.
 */
export class Gate {
  private constructor(private readonly keeper: pg.Client) {}

  /** Makes the table as `client`, an admin of the cluster. The caller closes the gate. */
  static async make(cluster: TestGateway, client: pg.Client): Promise<Gate> {
    await client.query('CREATE TABLE gate (id int PRIMARY KEY)');
    await client.query('INSERT INTO gate VALUES (1)');
    return new Gate(await connectBeneath(cluster.postgres.address));
  }

  async shut(): Promise<void> {
    await this.keeper.query('BEGIN; LOCK TABLE gate');
  }

  /** So many clients' statements wait at the gate; so may the ANALYZE job of the new table, as the cluster's own role. */
  waiting(statements = 1): Promise<void> {
    const held = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE NOT granted AND relation = 'gate'::regclass AND usename = 'admin'`;
    const wait = async (): Promise<boolean> => (await this.keeper.query(held)).rowCount === statements;
    return until(wait, `${statements} statements are past their snapshots`);
  }

  async open(): Promise<void> {
    await this.keeper.query('COMMIT');
  }

  close(): Promise<void> {
    return this.keeper.end();
  }
}
