import type { LocalClusterInfo } from '../../protocol/local-cluster';

const TEXTS = ['endpoint', 'region', 'caFile', 'dataDir', 'clusterId', 'lambdaEndpoint'] as const;
const PRINCIPALS = ['admin', 'lambdaRole'] as const;
const KEYS = ['accessKeyId', 'secretAccessKey', 'arn'] as const;

/** True for a complete description of a running cluster, as its process prints it and as `cluster.json` holds it. */
export function isLocalClusterInfo(value: unknown): value is LocalClusterInfo {
  if (typeof value !== 'object' || value === null) return false;
  const info = value as Record<string, unknown>;
  const principal = (name: string) => {
    const keys = info[name] as Record<string, unknown> | undefined | null;
    return typeof keys === 'object' && keys !== null && KEYS.every(key => typeof keys[key] === 'string');
  };
  return (
    TEXTS.every(key => typeof info[key] === 'string') &&
    typeof info.port === 'number' &&
    typeof info.pid === 'number' &&
    PRINCIPALS.every(principal)
  );
}

/** What a child may report instead of becoming ready: one JSON line `{"error":{code,message,nextStep?}}`. */
export interface ReportedError {
  code: string;
  message: string;
  nextStep?: string;
}

export type ClusterLine =
  | { type: 'ready'; info: LocalClusterInfo }
  | { type: 'error'; error: ReportedError }
  | { type: 'malformed' }
  | { type: 'text'; text: string };

/** Reads one line of the cluster process's output. Lines that are no JSON object are text for the log. */
export function readClusterLine(line: string): ClusterLine {
  if (!line.startsWith('{')) return { type: 'text', text: line };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { type: 'text', text: line };
  }
  const error = (value as { error?: Partial<ReportedError> }).error;
  if (typeof error?.code === 'string' && typeof error.message === 'string') {
    return {
      type: 'error',
      error: {
        code: error.code,
        message: error.message,
        ...(typeof error.nextStep === 'string' && { nextStep: error.nextStep }),
      },
    };
  }
  return isLocalClusterInfo(value) ? { type: 'ready', info: value } : { type: 'malformed' };
}
