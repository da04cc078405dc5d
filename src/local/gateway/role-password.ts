import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { identifier } from '../../core/dialect/sql-text';
import type { PostgresAddress } from '../ports';
import { connectSuperuser } from '../postgres/connection';

const ITERATIONS = 4096;

/**
 * What PostgreSQL keeps of a password for SCRAM-SHA-256 (RFC 5803, as in `pg_authid.rolpassword`): enough to check it, not to use it.
 */
export function scramVerifier(secret: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(secret, salt, ITERATIONS, 32, 'sha256');
  const key = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest();
  const [a, b, c] = [salt, stored, key('Server Key')].map(bytes => bytes.toString('base64'));
  return `SCRAM-SHA-256$${ITERATIONS}:${a}$${b}:${c}`;
}

/**
 * Lets the gateway in as `role` where PostgreSQL listens on a loopback port: every role gets the cluster's own private secret for a
 * password, when it is first needed and again when a client's ALTER ROLE has put another in its place. Clients of DSQL never log in by
 * a role's password; over a Unix socket there is none. @returns false when there is no such role
 */
export async function givePassword(address: PostgresAddress, role: string): Promise<boolean> {
  const client = await connectSuperuser(address);
  try {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1::name', [role]);
    if (rowCount === 0) return false;
    await client.query(`ALTER ROLE ${identifier(role)} PASSWORD '${scramVerifier(address.password ?? '')}'`);
    return true;
  } finally {
    await client.end();
  }
}
