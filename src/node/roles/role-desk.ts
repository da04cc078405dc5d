import type { Closeable } from '../../base/lifecycle';
import type { RolePlan, RoleState, RoleStatement, RoleVerification } from '../../core/roles/contract';
import { readRoleState, runStatements, type StatementOutcome } from '../../core/roles/set-up-role';
import { createDatabase } from '../database';
import { createLambdaPort } from '../lambda/port';
import type { Target } from '../target';
import { verifyByFunction, verifyByKeys } from './verify-role';

/** Roles of one cluster, as admin. Close it to let its connections go. */
export interface RoleDesk extends Closeable {
  /** The execution role of functions beside the cluster. */
  readonly lambdaRoleArn: string;
  read(plan: RolePlan, signal: AbortSignal): Promise<RoleState>;
  run(
    statements: readonly RoleStatement[],
    onOutcome: (outcome: StatementOutcome) => void,
    signal: AbortSignal,
  ): Promise<StatementOutcome[]>;
  verifyByKeys(plan: RolePlan, signal: AbortSignal): Promise<RoleVerification>;
  verifyByFunction(plan: RolePlan, onProgress: (text: string) => void, signal: AbortSignal): Promise<RoleVerification>;
}

/** Reads, sets up and verifies a mapping between an IAM role and a database role, as the target's admin. Its calls reject with CodedErrors. */
export function createRoleDesk(target: Target): RoleDesk {
  const database = createDatabase(target);
  return {
    lambdaRoleArn: target.lambda.roleArn,
    read: (plan, signal) => readRoleState(plan, database, signal),
    run: (statements, onOutcome, signal) => runStatements(statements, database, onOutcome, signal),
    verifyByKeys: (plan, signal) => verifyByKeys(target, plan, signal),
    verifyByFunction: async (plan, onProgress, signal) => {
      const { region, credentials } = target;
      const lambda = createLambdaPort({ endpoint: target.lambda.endpoint, region, credentials: credentials.admin });
      try {
        return await verifyByFunction(target, plan, lambda, onProgress, signal);
      } finally {
        lambda.dispose();
      }
    },
    close: () => database.close(),
  };
}
