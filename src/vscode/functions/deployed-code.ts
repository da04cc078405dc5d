import path from 'node:path';
import * as vscode from 'vscode';
import { codeNotTold } from '../../core/lambda/errors';
import type { SourceFile } from '../../core/workspace/contract';
import type { CodeTexts } from '../own-code/code-texts';

/**
 * Opens the files of a deployed function, read-only: its only one, or the one that is chosen. Rejects with `LAMBDA_CODE_NOT_TOLD` where
 * its bundle does not hold them.
 * @returns the file that was opened; undefined when the user gave up
 */
export async function showDeployedCode(
  functionName: string,
  files: readonly SourceFile[],
  texts: CodeTexts,
): Promise<SourceFile | undefined> {
  if (files.length === 0) throw codeNotTold(functionName);
  const file = files.length === 1 ? files[0] : await pickFile(functionName, files);
  if (!file) return undefined;
  const { name, ext, dir } = path.posix.parse(file.path);
  // the name of its tab says what it is
  const shown = path.posix.join(dir, `${name} (${functionName}, deployed)${ext}`);
  const document = await vscode.workspace.openTextDocument(texts.put(`deployed-${functionName}`, shown, file.text));
  await vscode.window.showTextDocument(document, { preview: true });
  return file;
}

const pickFile = async (functionName: string, files: readonly SourceFile[]): Promise<SourceFile | undefined> =>
  (
    await vscode.window.showQuickPick(
      files.map(file => ({ label: file.path, file })),
      { placeHolder: vscode.l10n.t('File of {0}, as it is deployed', functionName) },
    )
  )?.file;
