import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import type { ScriptSource } from '../../protocol/sessions-view';
import type { SessionPresetText } from '../ports';

/** Characters of a script; more is no script. */
const MAX_SCRIPT_LENGTH = 200_000;
/** The language of session scripts, as package.json contributes it. */
export const SCRIPT_LANGUAGE = 'dsql-sessions';

/** The text of a source as it is now; an open document's own, saved or not. Rejects with `SESSION_SCRIPT_MISSING`. */
export async function textOf(source: ScriptSource, presets: () => Promise<SessionPresetText[]>): Promise<string> {
  switch (source.kind) {
    case 'text':
      return source.text;
    case 'preset': {
      const preset = (await presets()).find(({ id }) => id === source.id);
      if (!preset) throw missing(source.id);
      return preset.text;
    }
    case 'document': {
      const text = (await openDocument(source.uri)).getText();
      if (text.length > MAX_SCRIPT_LENGTH) throw missing(vscode.l10n.t('{0} (it is too long)', source.uri));
      return text;
    }
  }
}

/** A name for the file of a source, shown beside the title. */
export function fileOf(source: ScriptSource): string | undefined {
  if (source.kind !== 'document') return undefined;
  const uri = vscode.Uri.parse(source.uri);
  return uri.scheme === 'untitled' ? uri.path : vscode.workspace.asRelativePath(uri);
}

/** A source as a panel kept it, or a chapter or a menu gave it; undefined when it is of no such form. */
export function readSource(value: unknown): ScriptSource | undefined {
  if (value instanceof vscode.Uri) return { kind: 'document', uri: value.toString() };
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, id, uri, text } = value as Record<string, unknown>;
  const fits = (each: unknown): each is string =>
    typeof each === 'string' && each.length > 0 && each.length <= MAX_SCRIPT_LENGTH;
  if (kind === 'preset' && fits(id)) return { kind, id };
  if (kind === 'document' && fits(uri)) return { kind, uri };
  if (kind === 'text' && fits(text)) return { kind, text };
  return undefined;
}

/** Whether both are read from the same place. */
export const sameSource = (a: ScriptSource, b: ScriptSource): boolean => JSON.stringify(a) === JSON.stringify(b);

async function openDocument(uri: string): Promise<vscode.TextDocument> {
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === uri);
  if (open) return open;
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  } catch (error) {
    throw missing(uri, error);
  }
}

function missing(name: string, cause?: unknown): CodedError {
  return new CodedError('SESSION_SCRIPT_MISSING', vscode.l10n.t('There is no session script {0}.', name), {
    ...(cause !== undefined && { cause }),
    nextStep: vscode.l10n.t('Choose another script.'),
  });
}
