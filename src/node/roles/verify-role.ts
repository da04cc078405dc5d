/** Whether an identity may really connect as a role: by connecting, here or in a function. */
import path from 'node:path';
import { CodedError } from '../../base/errors';
import type { LambdaPort } from '../../core/lambda/contract';
import type { RolePlan, RoleVerification } from '../../core/roles/contract';
import { productRoot } from '../assets';
import { createDatabase } from '../database';
import type { ClusterTarget, Target } from '../target';
import { roleKeys } from './role-keys';

/** Name of the function that connects for a moment; the target's prefix goes before it. */
export const PROBE_FUNCTION = 'role-probe';

/** Connects as the role with its own keys where they can be had; says why when it cannot be told. */
export async function verifyByKeys(
  target: ClusterTarget,
  { user, arn }: RolePlan,
  signal: AbortSignal = new AbortController().signal,
): Promise<RoleVerification> {
  const found = await roleKeys(target, arn, signal);
  if ('reason' in found) return { way: 'none', ok: false, reason: found.reason };
  const database = createDatabase({ ...target, credentials: { ...target.credentials, lambda: found.keys } });
  try {
    const { rows } = await database.query('SELECT current_user', { as: 'lambda', user, signal });
    return verdict('keys', user, rows[0]?.[0] ?? '');
  } catch (error) {
    if (signal.aborted) throw error;
    return { way: 'keys', ok: false, reason: reasonOf(error) };
  } finally {
    await database.close();
  }
}

/**
 * Deploys a function with the role, has it connect and tell whom it is, and removes it. Costs one invocation; for IAM roles that Lambda may
 * assume. Rejects when it cannot be deployed or asked.
 */
export async function verifyByFunction(
  target: Pick<Target, 'endpoint' | 'lambda'>,
  { user, arn }: RolePlan,
  lambda: LambdaPort,
  onProgress: (text: string) => void = () => undefined,
  signal?: AbortSignal,
): Promise<RoleVerification> {
  const name = target.lambda.functionPrefix + PROBE_FUNCTION;
  const directory = path.join(productRoot(), 'workshop', 'probes', 'current-user');
  const source = { name, directory, environment: { CLUSTER_ENDPOINT: target.endpoint }, roleArn: arn };
  try {
    await lambda.deploy(source, onProgress, signal);
    onProgress(`Asking ${name} whom it connects as`);
    const { payload, functionError } = await lambda.invoke(name, { user }, signal ? { signal } : {});
    const { currentUser = '', errorMessage } = (payload ?? {}) as { currentUser?: string; errorMessage?: string };
    if (functionError !== undefined) return { way: 'function', ok: false, reason: errorMessage ?? functionError };
    return verdict('function', user, currentUser);
  } finally {
    // it may not have come to be
    if (await lambda.exists(name).catch(() => false)) await lambda.remove(name);
  }
}

const verdict = (way: 'keys' | 'function', user: string, currentUser: string): RoleVerification =>
  currentUser === user
    ? { way, ok: true, currentUser }
    : { way, ok: false, reason: `the cluster says it is ${currentUser || 'nobody'}` };

/** The server's words, with its hint. */
function reasonOf(error: unknown): string {
  const hint = error instanceof CodedError ? error.details?.hint : undefined;
  return [(error as Error).message, typeof hint === 'string' ? hint : ''].filter(Boolean).join(' — ');
}
