/**
 * A stand-in for AWS's own APIs on loopback, for rehearsing what goes to AWS without an account. Real SDK clients send real, signed
 * requests; each service answers with shapes recorded from the service or taken from its model, and what was asked is kept. It is no
 * emulator: databases and functions are the local cluster's and the local Lambda's.
 */

import type { LocalPrincipal } from '../../protocol/local-cluster';
import type { ServiceModel } from './model/schema';

/** A signed request as it came. */
export interface AwsRequest {
  /** As the scope of its signature names it: `dsql`, `lambda`, `sts`, `iam`, `cloudformation`, `tagging`, `logs`, `monitoring`. */
  service: string;
  region: string;
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  /** Path and query as on the request line. */
  target: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  /** Who signed it. */
  principal: LocalPrincipal;
}

export interface AwsAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

/** A failure in the service's own words. */
export interface AwsFault {
  status: number;
  /** As the model names it, `ThrottlingException`. */
  code: string;
  message: string;
}

/**
 * What can go wrong below HTTP: nothing ever comes back; the connection breaks before anything is done; or it is done, and the connection
 * breaks before the answer.
 */
export type AwsBreakdown = 'silence' | 'reset' | 'lost';

/** A call as people speak of it. */
export interface AwsCall {
  service: string;
  region: string;
  /** `CreateCluster`. */
  operation: string;
  /** Decoded, names as in the service's model; binary parts as their length in bytes. */
  input: Readonly<Record<string, unknown>>;
  /** ARN of who signed it. */
  by?: string;
}

/** One service. */
export interface AwsService {
  /** As in the scope of signatures. */
  readonly signingName: string;
  /** What its requests are held against; see `modelProblems`. */
  readonly model?: ServiceModel;
  /** Bodies are signed in pieces, or not at all: of a request only whose key it names is looked at. */
  readonly unsignedBodies?: boolean;
  /** Its protocol has no types: scalars come as text. */
  readonly texts?: boolean;
  /** Which operation a request is, and with what; undefined for one that the stand-in does not know. */
  read(request: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined;
  answer(call: AwsCall, request: AwsRequest): AwsAnswer | Promise<AwsAnswer>;
  /** A fault in the service's protocol. */
  fault(fault: AwsFault): AwsAnswer;
}

/** Thrown by a service to answer with a fault. */
export class AwsFaultError extends Error {
  constructor(readonly fault: AwsFault) {
    super(`${fault.code}: ${fault.message}`);
  }
}
