/** The connection doctor: examines one step after the other what stands between a user and a cluster, and names the exact fix. */
import type { ConnectionPlace } from '../connections/connection-profile';

/** The checks, in the order in which they are made: each needs what the ones before it found. */
export type DoctorCheckId =
  | 'endpoint'
  | 'dns'
  | 'network'
  | 'tls'
  | 'credentials'
  | 'identity'
  | 'clock'
  | 'token'
  | 'connect'
  | 'role'
  | 'session';

/** Whom to examine. Plain data. */
export interface DoctorSubject extends ConnectionPlace {
  /** Name of the profile or target, for people. */
  name: string;
  caFile?: string;
  schema?: string;
}

/** What came of a check. */
export type DoctorStatus =
  | 'ok'
  /** Works, and yet something is worth knowing. */
  | 'warning'
  | 'failed'
  /** Not examined: an earlier check failed, or it cannot be asked of this target. */
  | 'skipped';

/** What to do: prose, and where there is one the exact command or SQL. */
export interface DoctorFix {
  text: string;
  /** For a shell, without secrets. */
  command?: string;
  /** To run as `admin`, one statement per line. */
  sql?: string;
}

/** What one check saw, and what would mend it. */
export interface DoctorFinding {
  check: DoctorCheckId;
  status: DoctorStatus;
  /** What was seen, one sentence. Never a secret, a token or a whole access key id. */
  observed: string;
  /** The server's own words, with its HINT. */
  server?: { message: string; sqlstate?: string; hint?: string };
  fixes: DoctorFix[];
  durationMs: number;
}

/** Of the certificate that the server showed, once it was verified. */
export interface CertificateFacts {
  protocol: string;
  subject: string;
  issuer: string;
  /** ISO dates. */
  validTo: string;
}

export interface CredentialFacts {
  /** The last four characters of the access key id only. */
  accessKeyIdEnd: string;
  temporary: boolean;
  /** Milliseconds since the epoch. */
  expiresAtMs?: number;
}

/** Whose credentials sign, by STS. */
export interface IdentityFacts {
  account: string;
  arn: string;
  /** The server's clock minus this machine's, where its answer told the time. */
  clockSkewMs?: number;
}

/** What the database user may do, seen in a session of its own. */
export interface RoleFacts {
  currentUser: string;
  canCreate: boolean;
  /** Tables the user may read. */
  readableTables: number;
  /** Whether the schema that the profile names exists and may be used. */
  schemaUsable?: boolean;
  version: string;
}

/** What the doctor asks of the world. Each rejects with what went wrong; signals cut all of them off. */
export interface DoctorPorts {
  /** Addresses of a name, at least one. */
  resolve(host: string, signal: AbortSignal): Promise<string[]>;
  /** Opens and closes a TCP connection. */
  reach(host: string, port: number, signal: AbortSignal): Promise<void>;
  /** Negotiates TLS as PostgreSQL clients do, with full verification. */
  secure(subject: DoctorSubject, signal: AbortSignal): Promise<CertificateFacts>;
  credentials(signal: AbortSignal): Promise<CredentialFacts>;
  /** Whose credentials they are; undefined where nobody can tell (the local cluster needs no STS, its ARN is known). */
  identity(signal: AbortSignal): Promise<IdentityFacts | undefined>;
  /** Mints a token and tells what it says of itself: host, action, seconds. */
  token(signal: AbortSignal): Promise<{ host: string; action: string; expiresSeconds: number }>;
  /** Connects with a fresh token and looks around. */
  look(signal: AbortSignal): Promise<RoleFacts>;
}
