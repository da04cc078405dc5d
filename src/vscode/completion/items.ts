import * as vscode from 'vscode';
import type { CompletionEntry, CompletionKind } from '../../core/completion/contract';

const KINDS: Record<CompletionKind, vscode.CompletionItemKind> = {
  schema: vscode.CompletionItemKind.Module,
  table: vscode.CompletionItemKind.Struct,
  view: vscode.CompletionItemKind.Interface,
  column: vscode.CompletionItemKind.Field,
  alias: vscode.CompletionItemKind.Variable,
  function: vscode.CompletionItemKind.Function,
  keyword: vscode.CompletionItemKind.Keyword,
  type: vscode.CompletionItemKind.TypeParameter,
  parameter: vscode.CompletionItemKind.Property,
  join: vscode.CompletionItemKind.Reference,
};

/** An entry as the editor lists it: its kind, its type behind the name, its origin and comment beside it. */
export function completionItem(
  entry: CompletionEntry,
  range: { inserting: vscode.Range; replacing: vscode.Range },
  quoted: boolean,
): vscode.CompletionItem {
  const { kind, label, insertText, detail, documentation, rank } = entry;
  const written = kind === 'table' || kind === 'view' || kind === 'column' ? writtenLabel(label, insertText) : label;
  const item = new vscode.CompletionItem(
    kind === 'function' || !detail
      ? { label: written, ...(detail && { detail }) }
      : { label: written, description: detail },
    KINDS[kind],
  );
  item.insertText = insertText;
  item.filterText = quoted ? insertText : label;
  item.range = range;
  item.sortText = `${rank}${label}`;
  if (documentation) item.documentation = documentation;
  return item;
}

/** The prefix that the statement needs is shown; the quotes are not. */
function writtenLabel(label: string, insertText: string): string {
  const dot = insertText.lastIndexOf('.');
  return dot > 0 && !label.includes('.') ? `${insertText.slice(0, dot + 1).replaceAll('"', '')}${label}` : label;
}
