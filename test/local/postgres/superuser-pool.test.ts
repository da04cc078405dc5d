import assert from 'node:assert/strict';
import { superuserPool } from '../../../src/local/postgres/connection';
import { startTestPostgres } from '../../support/postgres';

describe('a pool of superuser connections', () => {
  it('whose connection is lost in somebody’s hands, between two statements, fails the next of them and nothing else', async () => {
    const postgres = await startTestPostgres();
    const pool = superuserPool(postgres.address, 2);
    try {
      const held = await pool.connect();
      const { rows } = await held.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const over = new Promise<void>(resolve => held.once('end', resolve));
      await pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
      await over;
      await assert.rejects(held.query('SELECT 1'));
      held.release(true);
      assert.equal((await pool.query('SELECT 1')).rowCount, 1);
    } finally {
      await pool.end();
      await postgres.close();
    }
  });
});
