import * as vscode from 'vscode';
import { exportFailed } from '../core/results/errors';

/** Writes a file that the user has chosen a place for. Rejects with `RESULT_EXPORT`, which names the file and what kept it from being written. */
export async function writeChosenFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
  try {
    await vscode.workspace.fs.writeFile(uri, content);
  } catch (error) {
    throw exportFailed(uri.fsPath, error);
  }
}
