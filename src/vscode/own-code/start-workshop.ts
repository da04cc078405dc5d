import path from 'node:path';
import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import type { CodeFolder } from '../../core/workspace/contract';
import { COMMANDS } from '../contributions';
import type { ErrorReporter } from '../errors';
import type { CodeFolders } from './code-folders';
import type { OwnCodeServices } from './services';
import { askInDialog } from '../webviews/focused-view';

const SHOWN_FILES = 6;

/** `WORKSPACE_NOT_TRUSTED`: the learner's code is not run in a workspace that is not trusted. */
export const codeNotTrusted = (): CodedError =>
  new CodedError('WORKSPACE_NOT_TRUSTED', vscode.l10n.t('Your own code runs in trusted workspaces only.'), {
    nextStep: vscode.l10n.t('Trust the workspace with “Workspaces: Manage Workspace Trust”, or open another window.'),
  });

/** Asks for a folder and copies the starter kit into it. Nothing is overwritten. @returns nothing when the user gave up. Rejects with `WORKSPACE_NOT_TRUSTED`. */
export async function startWorkshop(
  services: OwnCodeServices,
  folders: CodeFolders,
  errors: Pick<ErrorReporter, 'inBackground'>,
  wanted?: vscode.Uri,
): Promise<CodeFolder | undefined> {
  // code of one's own is there to be deployed, which a window in restricted mode does not do
  if (!vscode.workspace.isTrusted) throw codeNotTrusted();
  for (let uri = wanted ?? (await askFolder()); uri; uri = await askFolder()) {
    const directory = uri.fsPath;
    const known = await services.find(directory);
    const inWay = known ? [] : await services.filesInWay(directory);
    const choice = inWay.length === 0 ? 'copy' : await askAboutFiles(directory, inWay);
    if (choice === undefined) return undefined;
    if (choice === 'other') continue;
    const create = async (): Promise<CodeFolder> =>
      known ?? (await services.create(directory, choice === 'add')).folder;
    const folder = await folders.adopt(create());
    // who needed the folder goes on, whether the message is answered or not
    errors.inBackground(tellWhere(folder));
    return folder;
  }
  return undefined;
}

async function askFolder(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    title: vscode.l10n.t('Folder for your workshop code'),
    openLabel: vscode.l10n.t('Start the Workshop Here'),
  });
  return picked?.[0];
}

async function askAboutFiles(directory: string, paths: readonly string[]): Promise<'add' | 'other' | undefined> {
  const other = vscode.l10n.t('Choose Another Folder');
  const add = vscode.l10n.t('Add Only Missing Files');
  const more = paths.length > SHOWN_FILES ? vscode.l10n.t('… and {0} more', paths.length - SHOWN_FILES) : '';
  const answer = await askInDialog(
    vscode.l10n.t(
      '{0} already holds files of the starter kit. None of them will be overwritten.',
      path.basename(directory),
    ),
    { detail: [...paths.slice(0, SHOWN_FILES), more].filter(Boolean).join('\n') },
    other,
    add,
  );
  return answer === other ? 'other' : answer === add ? 'add' : undefined;
}

/** The folder belongs into the window: only then links in logs and problems lead to its files. */
async function tellWhere({ directory }: CodeFolder): Promise<void> {
  const uri = vscode.Uri.file(directory);
  const chapter = vscode.l10n.t('Open Chapter');
  const here = vscode.l10n.t('Open Folder');
  const beside = vscode.l10n.t('Add to This Window');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Your code is in {0}. The chapters deploy it from now on.', directory),
    ...(vscode.workspace.getWorkspaceFolder(uri) ? [chapter] : [here, beside]),
  );
  if (answer === chapter) await vscode.commands.executeCommand(COMMANDS.openChapter);
  else if (answer === here) await vscode.commands.executeCommand('vscode.openFolder', uri);
  else if (answer === beside)
    vscode.workspace.updateWorkspaceFolders(vscode.workspace.workspaceFolders?.length ?? 0, 0, { uri });
}
