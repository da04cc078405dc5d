import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { BANK_GRANTS, type RolePlan, type RoleStatement, type RoleVerification } from '../../core/roles/contract';
import { describeVerification } from '../../core/roles/describe';
import { rolePlan, unusable } from '../../core/roles/plan';
import { missingTables, revokeStatements, scriptOf, setUpStatements } from '../../core/roles/statements';
import type { RoleDesk } from '../../node/roles/role-desk';
import type { LocalClusterInfo } from '../../protocol/local-cluster';
import { callerLinesOn, type CallerOf } from './callers';
import { inProgress } from '../commands/in-progress';
import type { Connections } from '../connections/connections';
import { namedProfile } from '../connections/named-profile';
import { askInDialog } from '../webviews/focused-view';

export interface RoleCommandContext {
  callerOf: CallerOf;
  connections: Pick<Connections, 'pick' | 'profile' | 'catalogChanged'>;
  localCluster: (signal: AbortSignal) => Promise<LocalClusterInfo>;
  openRoles: (
    profile: ConnectionProfile,
    localCluster: (signal: AbortSignal) => Promise<LocalClusterInfo>,
    signal: AbortSignal,
  ) => Promise<RoleDesk>;
}

type Direction = 'set-up' | 'revoke';

/**
 * Sets a database role up for an IAM role, or takes it back: asks for both names, shows the statements that are missing, runs them as admin,
 * and connects as the role. Takes a connection's id or a tree item with a `profileId`.
 */
export async function setUpDatabaseRole(context: RoleCommandContext, argument?: unknown): Promise<void> {
  const { l10n } = vscode;
  const { connections } = context;
  const profile =
    namedProfile(connections, argument) ?? (await connections.pick(l10n.t('Database role on which cluster?')));
  if (!profile) return;
  if (profile.readOnly)
    throw new CodedError('CONNECTION_READ_ONLY', l10n.t('The connection “{0}” is read-only.', profile.name), {
      nextStep: l10n.t('Use another connection to this cluster, or allow it to write.'),
    });
  const desk = await inProgress(l10n.t('Connecting to {0}…', profile.name), (_, signal) =>
    context.openRoles(profile, context.localCluster, signal),
  );
  try {
    const direction = await askDirection();
    const plan = direction && (await askPlan(profile, desk.lambdaRoleArn));
    if (!direction || !plan) return;
    const state = await inProgress(l10n.t('Looking at the role {0}…', plan.user), (_, signal) =>
      desk.read(plan, signal),
    );
    const setUp = direction === 'set-up';
    const statements = setUp ? setUpStatements(plan, state) : revokeStatements(plan, state);
    if (statements.length === 0 && !setUp) {
      void vscode.window.showInformationMessage(l10n.t('There is no role {0}.', plan.user));
      return;
    }
    const waiting = setUp ? missingTables(plan, state) : [];
    if (statements.length > 0) {
      if (!(await agreed(profile, plan, statements, waiting, context.callerOf))) return;
      await run(desk, statements);
      connections.catalogChanged(profile.id);
    }
    if (setUp) await verify(desk, profile, plan);
    else void vscode.window.showInformationMessage(l10n.t('{0} may not connect as {1} any more.', plan.arn, plan.user));
  } finally {
    await desk.close();
  }
}

async function askDirection(): Promise<Direction | undefined> {
  const { l10n } = vscode;
  const items: (vscode.QuickPickItem & { direction: Direction })[] = [
    {
      direction: 'set-up',
      label: l10n.t('Set up'),
      detail: l10n.t('role, mapping and grants, as far as they are missing; then connect as it'),
    },
    { direction: 'revoke', label: l10n.t('Take back'), detail: l10n.t('mapping first, then grants, then the role') },
  ];
  return (await vscode.window.showQuickPick(items, { title: l10n.t('Database Role') }))?.direction;
}

async function askPlan(profile: ConnectionProfile, lambdaRoleArn: string): Promise<RolePlan | undefined> {
  const { l10n } = vscode;
  const title = l10n.t('Database Role on “{0}”', profile.name);
  const user = await vscode.window.showInputBox({
    title,
    prompt: l10n.t('Database role'),
    value: profile.user === 'admin' ? 'myapp' : profile.user,
    ignoreFocusOut: true,
    validateInput: text => unusable(text.trim()),
  });
  if (user === undefined) return undefined;
  const arn = await vscode.window.showInputBox({
    title,
    prompt: l10n.t('ARN of the IAM role or user that may connect as {0}', user.trim()),
    value: lambdaRoleArn,
    placeHolder: 'arn:aws:iam::123456789012:role/name',
    ignoreFocusOut: true,
    validateInput: text => refusalOf(user.trim(), text),
  });
  return arn === undefined ? undefined : rolePlan(user.trim(), arn, BANK_GRANTS);
}

function refusalOf(user: string, arn: string): string | undefined {
  try {
    rolePlan(user, arn, []);
    return undefined;
  } catch (error) {
    return error instanceof CodedError ? `${error.message} ${error.nextStep ?? ''}` : String(error);
  }
}

/** Before anything is changed: the statements, to be run, or to be had as text. */
async function agreed(
  profile: ConnectionProfile,
  plan: RolePlan,
  statements: readonly RoleStatement[],
  waiting: readonly string[],
  callerOf: CallerOf,
): Promise<boolean> {
  const { l10n, window, workspace } = vscode;
  const script = scriptOf(statements);
  const [go, open] = [l10n.t('Run as Admin'), l10n.t('Open as SQL')];
  const who = await callerLinesOn(profile, callerOf);
  const detail = [
    ...who,
    ...(who.length > 0 ? [''] : []),
    script,
    ...(waiting.length > 0 ? ['', l10n.t('Not there yet, nothing is granted on them: {0}', waiting.join(', '))] : []),
  ].join('\n');
  const question = l10n.t('Change the role {0} on “{1}”?', plan.user, profile.name);
  const answer = await askInDialog(question, { detail }, go, open);
  if (answer === open)
    await window.showTextDocument(await workspace.openTextDocument({ language: 'sql', content: `${script}\n` }));
  return answer === go;
}

const run = (desk: RoleDesk, statements: readonly RoleStatement[]): Thenable<unknown> =>
  inProgress(vscode.l10n.t('Setting up the role…'), (say, signal) =>
    desk.run(statements, ({ statement }) => say(statement.why), signal),
  );

/** With the role's keys where they can be had; else a function is offered; and says how it was. */
async function verify(desk: RoleDesk, profile: ConnectionProfile, plan: RolePlan): Promise<void> {
  const { l10n, window } = vscode;
  const title = l10n.t('Connecting as {0}…', plan.user);
  const byKeys = await inProgress(title, (_, signal) => desk.verifyByKeys(plan, signal));
  if (byKeys.way !== 'none' || profile.kind === 'local' || !/:role\//.test(plan.arn)) return tell(plan, byKeys);
  const ask = l10n.t('Ask a Function');
  const offer = l10n.t(
    '{0} A function with this role can be deployed for a moment, asked whom it connects as, and removed.',
    describeVerification(plan, byKeys),
  );
  if ((await window.showInformationMessage(offer, ask)) !== ask) return;
  const byFunction = await inProgress(title, (say, signal) => desk.verifyByFunction(plan, say, signal));
  tell(plan, byFunction);
}

function tell(plan: RolePlan, verification: RoleVerification): void {
  const text = describeVerification(plan, verification);
  if (verification.ok || verification.way === 'none') void vscode.window.showInformationMessage(text);
  else void vscode.window.showErrorMessage(text);
}
