import path from 'node:path';
import * as vscode from 'vscode';
import type { CodeComparison } from '../../core/lambda/admin';
import { codeDifference } from '../../core/lambda/comparison';
import { kibText } from '../../core/lambda/contract';
import { showComparison, type CodeTexts } from '../own-code/code-texts';

/** Opens the files that differ between the deployed code and the folder side by side, or says why there are none to open. */
export async function tellComparison(
  name: string,
  directory: string,
  comparison: CodeComparison,
  texts: CodeTexts,
): Promise<void> {
  const sizes = `${kibText(comparison.deployedBytes)} ↔ ${kibText(comparison.workingBytes)}`;
  const difference = codeDifference(comparison);
  if (difference.kind === 'files')
    return showComparison(
      vscode.l10n.t('deployed ↔ your folder ({0})', sizes),
      difference.files.map(({ path: file, deployed = '' }) => ({
        path: file,
        left: texts.put(`deployed-${name}`, file, deployed),
        right: vscode.Uri.file(path.join(directory, file)),
      })),
    );
  const said = {
    same: () => vscode.l10n.t('{0} runs the code of your folder ({1}).', name, kibText(comparison.workingBytes)),
    bundling: () =>
      vscode.l10n.t('{0} was bundled from other packages or settings; your own files are the same ({1}).', name, sizes),
    foreign: () => vscode.l10n.t('{0} runs code of another tool, whose files it does not tell ({1}).', name, sizes),
  };
  void vscode.window.showInformationMessage(said[difference.kind]());
}
