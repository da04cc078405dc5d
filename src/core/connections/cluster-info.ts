import { CodedError } from '../../base/errors';
import type { LocalClusterInfo } from '../../protocol/local-cluster';

const TEXTS = ['endpoint', 'region', 'caFile', 'dataDir', 'clusterId', 'lambdaEndpoint'];
const PRINCIPALS = ['admin', 'lambdaRole', 'generatorRole'];
const KEYS = ['accessKeyId', 'secretAccessKey', 'arn'];

/**
 * Reads a line that a local cluster prints, or its `cluster.json`: the description of a running cluster, or the error it failed with.
 * @returns undefined when the text is neither.
 * @throws the reported CodedError.
 */
export function readClusterInfo(text: string): LocalClusterInfo | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const error = value.error as { code?: unknown; message?: unknown; nextStep?: unknown } | undefined;
  if (typeof error?.code === 'string') {
    const nextStep = typeof error.nextStep === 'string' ? error.nextStep : undefined;
    throw new CodedError(error.code, String(error.message), { nextStep });
  }
  const isPrincipal = (name: string): boolean => {
    const principal = value[name] as Record<string, unknown> | null | undefined;
    return typeof principal === 'object' && principal !== null && KEYS.every(key => typeof principal[key] === 'string');
  };
  const complete =
    TEXTS.every(key => typeof value[key] === 'string') &&
    typeof value.port === 'number' &&
    typeof value.pid === 'number' &&
    PRINCIPALS.every(isPrincipal);
  return complete ? (value as unknown as LocalClusterInfo) : undefined;
}
