import * as vscode from 'vscode';
import { readSessionScript } from '../../core/sessions/read-script';
import type { ScriptSource } from '../../protocol/sessions-view';
import type { SessionPresetText } from '../ports';
import { SCRIPT_LANGUAGE } from './script-source';

const MAX_FILES = 200;

type Item = vscode.QuickPickItem & { source?: ScriptSource; isNew?: true };

/** Asks for a script: one of the product's, a file of the workspace, or a new one. */
export async function pickScript(presets: () => Promise<SessionPresetText[]>): Promise<ScriptSource | undefined> {
  const items = loadItems(presets);
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Step which sessions?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked?.isNew) {
    const [first] = await presets();
    const document = await vscode.workspace.openTextDocument({
      language: SCRIPT_LANGUAGE,
      content: newScript(first?.text ?? ''),
    });
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
    return { kind: 'document', uri: document.uri.toString() };
  }
  return picked?.source;
}

async function loadItems(presets: () => Promise<SessionPresetText[]>): Promise<Item[]> {
  const [own, files] = await Promise.all([
    presets(),
    vscode.workspace.findFiles('**/*.sessions', '**/node_modules/**', MAX_FILES),
  ]);
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    separator(vscode.l10n.t('Lessons')),
    ...own.map(({ id, text }): Item => {
      const { title, summary } = readSessionScript(text);
      return { label: title, detail: summary, source: { kind: 'preset', id } };
    }),
    ...(files.length > 0 ? [separator(vscode.l10n.t('Workspace'))] : []),
    ...files
      .map(
        uri =>
          ({ label: vscode.workspace.asRelativePath(uri), source: { kind: 'document', uri: uri.toString() } }) as const,
      )
      .sort((a, b) => a.label.localeCompare(b.label)),
    separator(vscode.l10n.t('Your own')),
    { label: `$(add) ${vscode.l10n.t('New Script')}`, isNew: true },
  ];
}

/** A script to start from: the simplest lesson without its expectations, under names of its own. */
function newScript(example: string): string {
  const lines = example.split('\n').filter(line => !/^\s*(?:expect|finally)\b/.test(line));
  return lines
    .join('\n')
    .replace(/^title .*$/m, 'title My sessions')
    .replace(/^(?:summary|postgres) \{[^}]*\}\n/gm, '')
    .replace(/^\s*verdict \{[^}]*\}\n/gm, '')
    .replaceAll('lesson_accounts', 'my_accounts');
}
