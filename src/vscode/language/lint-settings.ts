import * as vscode from 'vscode';
import type { LintOptions, RuleSetting } from '../../core/lint/contract';
import { runsAsOneTransaction } from '../../core/lint/whole-file';
import { SETTINGS, SETTINGS_SECTION } from '../contributions';
import { isSqlDocument } from '../sql-editor/sql-documents';

const RULE_SETTINGS: ReadonlySet<unknown> = new Set<RuleSetting>(['off', 'hint', 'info', 'warning', 'error']);
/** Documents that show the past or a tool's output. */
const NOT_CHECKED = new Set(['git', 'gitfs', 'scm', 'output', 'vscode-scm']);

/** Whether the document is SQL that somebody may still write, whatever the settings. */
export const isSql = (document: vscode.TextDocument): boolean =>
  isSqlDocument(document) && !NOT_CHECKED.has(document.uri.scheme);

/** How the document is to be checked; undefined when it is not. */
export function lintOptionsFor(document: vscode.TextDocument): LintOptions | undefined {
  if (!isSql(document)) return undefined;
  const section = vscode.workspace.getConfiguration(SETTINGS_SECTION, document.uri);
  if (section.get<unknown>(SETTINGS.lintEnabled) === false) return undefined;
  const include = globs(section.get<unknown>(SETTINGS.lintInclude));
  if (include.length > 0 && !include.some(glob => matches(document, glob))) return undefined;
  if (globs(section.get<unknown>(SETTINGS.lintExclude)).some(glob => matches(document, glob))) return undefined;
  return {
    severities: severities(section.get<unknown>(SETTINGS.lintRules)),
    singleTransaction: runsAsOneTransaction(document.uri.path),
  };
}

const globs = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((glob): glob is string => typeof glob === 'string' && glob.trim() !== '') : [];

/** A glob without a folder of its own is meant relative to each workspace folder. */
const matches = (document: vscode.TextDocument, pattern: string): boolean =>
  vscode.languages.match({ pattern: /^(?:\/|\*\*|[A-Za-z]:)/.test(pattern) ? pattern : `**/${pattern}` }, document) > 0;

function severities(value: unknown): Record<string, RuleSetting> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, RuleSetting] => RULE_SETTINGS.has(pair[1])),
  );
}
