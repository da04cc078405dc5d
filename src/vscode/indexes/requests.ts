import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import { checkedDraft } from '../../core/indexes/draft-view';
import type { IndexDraft, TableName } from '../../protocol/indexes-view';

/** Params of the view are checked here, whatever its types promise. */
const badRequest = (what: string): CodedError =>
  new CodedError('BAD_REQUEST', vscode.l10n.t('The index view sent {0}.', what), {
    nextStep: vscode.l10n.t('Close the panel and open it again.'),
  });

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 200;

/** The table that params name. */
export function tableParam(params: unknown): TableName {
  const { schema, table } = (params ?? {}) as Record<string, unknown>;
  if (!isName(schema) || !isName(table)) throw badRequest('no valid table');
  return { schema, table };
}

/** The table whose indexes are to be shown; undefined for all. */
export function scopeParam(params: unknown): TableName | undefined {
  const { scope } = (params ?? {}) as Record<string, unknown>;
  return scope === undefined || scope === null ? undefined : tableParam(scope);
}

/** The draft of a view's request. @throws `BAD_REQUEST` where it is of no such form */
export function draftParam(params: unknown): IndexDraft {
  const draft = checkedDraft((params as { draft?: unknown } | null)?.draft);
  if (!draft) throw badRequest('no valid draft');
  return draft;
}
