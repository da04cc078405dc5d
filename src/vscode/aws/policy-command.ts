import * as vscode from 'vscode';
import { AWS_COMMANDS, isAwsCommand } from '../../core/aws/command-calls';
import { COMMAND_TITLES } from '../../core/aws/command-titles';
import { FUNCTION_PREFIX } from '../../core/lambda/names';
import { requestedPolicy, type PolicyRole } from '../../core/aws/policy-request';
import { placesOfConnection } from '../../core/aws/preflight';
import type { Chapter } from '../../core/chapters/contract';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { showPolicyDocument } from './policy-document';

export interface PolicyCommandContext {
  chapters: () => Promise<readonly Chapter[]>;
  /** Where chapters run, and the window's connection: the first in AWS fills in the ARNs. */
  profiles: () => readonly ConnectionProfile[];
}

interface Item extends vscode.QuickPickItem {
  /** Slug of a chapter, or name of a command. */
  subject: string;
}

/**
 * Asks for chapters or commands, and for whom; opens the policy with the ARNs of the connection filled in. A slug or a command's name as
 * argument asks for nothing and means the user's policy.
 */
export async function showIamPolicy(
  { chapters: load, profiles }: PolicyCommandContext,
  argument?: unknown,
): Promise<vscode.TextDocument | undefined> {
  const library = await load();
  const named = typeof argument === 'string' && isSubject(argument, library) ? argument : undefined;
  const subjects = named === undefined ? await askSubjects(library) : [named];
  if (!subjects || subjects.length === 0) return undefined;
  const role = named === undefined ? await askRole() : 'user';
  if (!role) return undefined;
  const profile = profiles().find(({ kind }) => kind === 'aws');
  return showPolicyDocument(
    requestedPolicy({
      chapters: library.filter(({ slug }) => subjects.includes(slug)),
      commands: subjects.filter(isAwsCommand),
      ...{ role, library, functionPrefix: FUNCTION_PREFIX, known: profile ? placesOfConnection(profile) : {} },
    }),
  );
}

const isSubject = (name: string, library: readonly Chapter[]): boolean =>
  isAwsCommand(name) || library.some(({ slug }) => slug === name);

async function askSubjects(library: readonly Chapter[]): Promise<string[] | undefined> {
  const { l10n, QuickPickItemKind } = vscode;
  const items: Item[] = [
    { label: l10n.t('Chapters'), kind: QuickPickItemKind.Separator, subject: '' },
    ...library.map(({ number, slug, title }) => ({ label: `${number}. ${title}`, subject: slug })),
    { label: l10n.t('Commands'), kind: QuickPickItemKind.Separator, subject: '' },
    ...AWS_COMMANDS.map(command => ({ label: COMMAND_TITLES[command], description: command, subject: command })),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: l10n.t('IAM Policy'),
    placeHolder: l10n.t('Chapters and commands to be allowed'),
    canPickMany: true,
    matchOnDescription: true,
  });
  return chosen?.map(({ subject }) => subject);
}

async function askRole(): Promise<PolicyRole | undefined> {
  const { l10n } = vscode;
  const items: (vscode.QuickPickItem & { role: PolicyRole })[] = [
    { role: 'user', label: l10n.t('For you'), detail: l10n.t('whoever runs them') },
    { role: 'execution', label: l10n.t('For the functions'), detail: l10n.t('their execution role') },
    { role: 'trust', label: l10n.t('Trust policy of that role'), detail: l10n.t('who may assume it') },
  ];
  return (await vscode.window.showQuickPick(items, { title: l10n.t('IAM Policy'), placeHolder: l10n.t('For whom?') }))
    ?.role;
}
