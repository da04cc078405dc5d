import { CodedError } from '../../base/errors';
import {
  BANK_GRANTS,
  type RolePlan,
  type RoleState,
  type RoleStatement,
  type RoleVerification,
} from '../../core/roles/contract';
import { describeVerification } from '../../core/roles/describe';
import { checkRoleName, readGrant, rolePlan } from '../../core/roles/plan';
import { readRoleState, runStatements } from '../../core/roles/set-up-role';
import { missingTables, revokeStatements, scriptOf, setUpStatements } from '../../core/roles/statements';
import { createDatabase } from '../../node/database';
import { createLambdaPort } from '../../node/lambda/port';
import { verifyByFunction, verifyByKeys } from '../../node/roles/verify-role';
import type { Target } from '../../node/target';
import { agree } from '../agreement';
import { callerLinesOn } from '../caller';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { Interrupt } from '../interrupt';

export interface RoleOptions {
  user: string;
  roleArn?: string;
  grant?: string[];
  /** False with `--no-bank`. */
  bank: boolean;
  apply?: boolean;
  revoke?: boolean;
  dryRun?: boolean;
  verify: 'keys' | 'function' | 'none';
  yes?: boolean;
  json?: boolean;
}

/** `role`: a database role for an IAM role: shows what is missing, brings it about, or takes it back. Exit code 1 when verification failed; what is wrong with the command line is said before a target is looked for. */
export async function role(options: RoleOptions, openTarget: OpenTarget, console: Console): Promise<ExitCode> {
  if (options.apply && options.revoke) throw usageError('--apply and --revoke exclude each other', 'Give one of them.');
  checkRoleName(options.user);
  const grants = [...(options.bank ? BANK_GRANTS : []), ...(options.grant ?? []).map(readGrant)];
  const planFor = (arn: string): RolePlan => rolePlan(options.user, arn, grants);
  const asked = options.roleArn === undefined ? undefined : planFor(options.roleArn);
  const target = await openTarget();
  const plan = asked ?? planFor(target.lambda.roleArn);
  const interrupt = new Interrupt();
  const { signal } = interrupt;
  const database = createDatabase(target);
  const say = (text: string): void => void (options.json || console.stderr.write(`${console.errorStyle.dim(text)}\n`));
  try {
    const state = await readRoleState(plan, database, signal);
    const statements = options.revoke ? revokeStatements(plan, state) : setUpStatements(plan, state);
    const runs = (options.apply || options.revoke) && !options.dryRun;
    const skipped = options.revoke ? [] : missingTables(plan, state);
    if (!runs) return preview(statements, skipped, options, console, say);
    if (target.kind === 'aws' && statements.length > 0) await agreeTo(statements, target, options, console);
    const outcomes = await runStatements(
      statements,
      database,
      ({ statement, tolerated }) => say(`${tolerated ? `left (${tolerated.message})` : 'done'}: ${statement.sql}`),
      signal,
    );
    if (statements.length === 0) say(nothingToDo(state, options));
    for (const table of skipped) say(`${table} is not there yet: nothing was granted on it`);
    const verification = options.revoke ? undefined : await verify(plan, target, options, say, signal);
    if (options.json)
      console.stdout.write(`${JSON.stringify({ plan, statements: outcomes.map(toJson), skipped, verification })}\n`);
    else if (verification) console.stdout.write(`${describeVerification(plan, verification)}\n`);
    return verification && !verification.ok && verification.way !== 'none' ? EXIT.failed : EXIT.ok;
  } finally {
    interrupt.dispose();
    await database.close();
  }
}

function preview(
  statements: readonly RoleStatement[],
  skipped: readonly string[],
  { json }: RoleOptions,
  console: Console,
  say: (text: string) => void,
): ExitCode {
  if (json) console.stdout.write(`${JSON.stringify({ statements: statements.map(({ sql }) => sql), skipped })}\n`);
  else if (statements.length > 0) console.stdout.write(`${scriptOf(statements)}\n`);
  else say('Nothing is missing.');
  for (const table of skipped) say(`${table} is not there yet: nothing is granted on it`);
  return EXIT.ok;
}

const toJson = ({ statement, tolerated }: Awaited<ReturnType<typeof runStatements>>[number]) => ({
  sql: statement.sql,
  ...(tolerated && { tolerated }),
});

const nothingToDo = (state: RoleState, { revoke, user }: RoleOptions): string =>
  revoke && !state.role ? `There is no role ${user}.` : 'Nothing is missing.';

async function agreeTo(
  statements: readonly RoleStatement[],
  target: Target,
  { yes }: RoleOptions,
  console: Console,
): Promise<void> {
  const lines = [
    ...(await callerLinesOn(target)),
    `As admin on ${target.endpoint}, in AWS:`,
    ...statements.map(({ sql }) => `  ${sql};`),
  ];
  await agree({ lines, question: 'Run them?', code: 'ROLE_NOT_CONFIRMED', yes }, console);
}

async function verify(
  plan: RolePlan,
  target: Target,
  { verify: way }: RoleOptions,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<RoleVerification> {
  if (way === 'none') return { way: 'none', ok: false, reason: 'it was not asked for' };
  if (way === 'keys') {
    const verification = await verifyByKeys(target, plan, signal);
    if (verification.way !== 'none') return verification;
    return { ...verification, reason: `${verification.reason}; --verify function asks a function with the role` };
  }
  if (target.kind === 'local' && plan.arn !== target.lambda.roleArn)
    throw new CodedError('ROLE_NOT_OF_LAMBDA', 'functions on the local cluster run with its own Lambda role only', {
      nextStep: `Its ARN is ${target.lambda.roleArn}.`,
    });
  const lambda = createLambdaPort({
    endpoint: target.lambda.endpoint,
    region: target.region,
    credentials: target.credentials.admin,
  });
  try {
    return await verifyByFunction(target, plan, lambda, say, signal);
  } finally {
    lambda.dispose();
  }
}
