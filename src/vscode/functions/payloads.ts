import path from 'node:path';
import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import type { CodeFolder } from '../../core/workspace/contract';
import { writeChosenFile } from '../chosen-file';

const FOLDER = 'payloads';
const EMPTY = '{}';

/** A payload to call a function with. */
export interface Payload {
  name: string;
  value: unknown;
}

/** Asks for a payload: those saved in the folder (`payloads/<function>….json`), or one typed now, which is saved on request. */
export async function askPayload(folder: CodeFolder | undefined, functionName: string): Promise<Payload | undefined> {
  const saved = folder ? await savedPayloads(folder, functionName) : [];
  const typed = { label: vscode.l10n.t('$(edit) Type a payload…'), file: undefined };
  const picked = await vscode.window.showQuickPick(
    [...saved.map(file => ({ label: path.basename(file.fsPath, '.json'), file })), typed],
    { placeHolder: vscode.l10n.t('Payload for {0}', functionName) },
  );
  if (!picked) return undefined;
  if (picked.file) {
    return { name: picked.label, value: await readPayload(picked.file) };
  }
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Payload for {0}', functionName),
    prompt: vscode.l10n.t('JSON'),
    value: EMPTY,
    validateInput: problemOf,
    ignoreFocusOut: true,
  });
  if (text === undefined) return undefined;
  if (folder && text !== EMPTY) await offerToSave(folder, functionName, text);
  return { name: vscode.l10n.t('typed'), value: JSON.parse(text) as unknown };
}

/** Rejects with `PAYLOAD_MALFORMED`; the file is then open, to be mended. */
async function readPayload(file: vscode.Uri): Promise<unknown> {
  const document = await vscode.workspace.openTextDocument(file);
  const problem = problemOf(document.getText());
  if (problem === undefined) return JSON.parse(document.getText()) as unknown;
  await vscode.window.showTextDocument(document);
  throw new CodedError(
    'PAYLOAD_MALFORMED',
    vscode.l10n.t('{0} is not JSON: {1}', path.basename(file.fsPath), problem),
    {
      nextStep: vscode.l10n.t('Correct the file, which is open, and invoke again.'),
    },
  );
}

function problemOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function savedPayloads(folder: CodeFolder, functionName: string): Promise<vscode.Uri[]> {
  const directory = vscode.Uri.file(path.join(folder.directory, FOLDER));
  try {
    const entries = await vscode.workspace.fs.readDirectory(directory);
    return (
      entries
        .map(([name]) => name)
        .filter(
          name => name.endsWith('.json') && (name === `${functionName}.json` || name.startsWith(`${functionName}-`)),
        )
        // the one of the function's own name first: it is the usual one
        .sort((a, b) => path.basename(a, '.json').localeCompare(path.basename(b, '.json')))
        .map(name => vscode.Uri.joinPath(directory, name))
    );
  } catch {
    return [];
  }
}

async function offerToSave(folder: CodeFolder, functionName: string, text: string): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Save this payload? A name keeps it, nothing does not.'),
    value: '',
    validateInput: value => (/^[\w-]*$/.test(value) ? undefined : vscode.l10n.t('Letters, digits and hyphens')),
  });
  if (!name) return;
  const file = vscode.Uri.file(path.join(folder.directory, FOLDER, `${functionName}-${name}.json`));
  await writeChosenFile(file, Buffer.from(`${text}\n`));
}
