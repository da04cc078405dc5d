import * as vscode from 'vscode';
import type { RunStatement } from '../../core/results/results-run';

/** Takes the editor to a place of a statement. Where the document was edited since, the statement is looked for by its text. */
export async function goToPlace(place: { document: string; offset: number; statement: RunStatement }): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(place.document, true));
  const { sql, offset = 0 } = place.statement;
  const text = document.getText();
  const start = text.startsWith(sql, offset) ? offset : nearest(text, sql, offset);
  const position = document.positionAt(start + place.offset - offset);
  const shown = vscode.window.visibleTextEditors.find(each => each.document.uri.toString() === place.document);
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
    preserveFocus: false,
  });
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Where the statement stands now: the place nearest to where it was, or that place itself. */
function nearest(text: string, sql: string, offset: number): number {
  let best: number | undefined;
  for (let at = text.indexOf(sql); at >= 0 && sql !== ''; at = text.indexOf(sql, at + 1))
    if (best === undefined || Math.abs(at - offset) < Math.abs(best - offset)) best = at;
  return best ?? offset;
}
