import dns from 'node:dns/promises';
import net from 'node:net';
import { unlessAborted } from '../../base/abort';
import type { RunAs } from '../../core/sql/database-port';
import type { DoctorPorts, DoctorSubject, RoleFacts } from '../../core/doctor/contract';
import { decodeToken } from '../../core/connections/token';
import { createDatabase } from '../database';
import { keysOf, type KeyProvider, type ClusterTarget } from '../target';
import { mintToken } from '../token';
import { plainMessage } from '../network-errors';
import { callerIdentity } from '../connections/caller-identity';
import { negotiateTls, openSocket } from './postgres-tls';

export interface DoctorPortsOptions {
  target: ClusterTarget;
  subject: DoctorSubject;
  /** Whose credentials sign; default `admin`. */
  as?: RunAs;
  /** Of a stand-in for STS. */
  stsEndpoint?: string;
}

const LOOK = `SELECT current_user, version(),
  has_schema_privilege(current_user, 'public', 'CREATE')::text,
  (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'sys')
      AND has_table_privilege(c.oid, 'SELECT'))::text,
  (SELECT has_schema_privilege(current_user, nspname, 'USAGE')::text FROM pg_namespace WHERE nspname = $1)`;

/** The doctor's questions, asked of the real world. Nothing is changed; every connection is closed again. */
export function createDoctorPorts({ target, subject, as = 'admin', stsEndpoint }: DoctorPortsOptions): DoctorPorts {
  const credentials: KeyProvider = () => {
    const keys = keysOf(target, as);
    return keys ? keys() : Promise.reject(new Error(`the target "${target.name}" has none for its Lambda's role`));
  };
  return {
    async resolve(host, signal) {
      if (net.isIP(host)) return [host];
      const answers = await unlessAborted(dns.lookup(host, { all: true }), signal);
      return answers.map(({ address }) => address);
    },
    async reach(host, port, signal) {
      (await openSocket(host, port, signal)).destroy();
    },
    secure: (to, signal) => negotiateTls(to, signal),
    async credentials(signal) {
      const { accessKeyId, sessionToken, expiration } = await unlessAborted(credentials(), signal);
      return {
        accessKeyIdEnd: accessKeyId.slice(-4),
        temporary: sessionToken !== undefined,
        expiresAtMs: expiration?.getTime(),
      };
    },
    async identity(signal) {
      const arn = target.arns?.[as];
      if (arn !== undefined) return { arn, account: arn.split(':')[4] ?? '' };
      try {
        return await callerIdentity(credentials, target.region, signal, stsEndpoint);
      } catch (error) {
        if (error instanceof Error) error.message = plainMessage(error);
        throw error;
      }
    },
    async token(signal) {
      const parts = decodeToken(await unlessAborted(mintToken(target, as, subject.user), signal));
      const part = (name: string): string => parts.find(each => each.name === name)?.value ?? '';
      return { host: part('host'), action: part('Action'), expiresSeconds: Number(part('X-Amz-Expires')) };
    },
    look: signal => look(target, as, subject, signal),
  };
}

async function look(
  target: ClusterTarget,
  as: RunAs,
  { user, schema }: DoctorSubject,
  signal: AbortSignal,
): Promise<RoleFacts> {
  const database = createDatabase(target);
  try {
    const { rows } = await database.query(LOOK, { as, user, params: [schema ?? null], signal });
    const [currentUser, version, canCreate, readableTables, usable] = rows[0] ?? [];
    return {
      currentUser: currentUser ?? user,
      version: version ?? '',
      canCreate: canCreate === 'true',
      readableTables: Number(readableTables ?? 0),
      schemaUsable: schema === undefined ? undefined : usable === 'true',
    };
  } finally {
    await database.close();
  }
}
