/** Lint's findings of one SQL text as findings of the audit. */
import type { LineIndex } from '../../lint/line-index';
import type { Diagnostic } from '../../lint/contract';
import type { AuditFinding, AuditRule, Confidence } from '../contract';
import { fromLint } from '../from-lint';
import { AUDIT_RULES } from '../rules';

/** Lint's rules that the audit knows under a name of its own. */
const SAME: Readonly<Record<string, AuditRule>> = {
  advisory_lock: AUDIT_RULES.advisory_locks,
  savepoint: AUDIT_RULES.savepoints,
  isolation_level: AUDIT_RULES.isolation_setting,
  set_isolation_level: AUDIT_RULES.isolation_setting,
  unsupported_parameter: AUDIT_RULES.session_setting,
  session_role: AUDIT_RULES.session_setting,
  transaction_row_limit: AUDIT_RULES.large_batch,
  temp_table: AUDIT_RULES.temporary_table,
  create_trigger: AUDIT_RULES.trigger,
  function_language: AUDIT_RULES.routine_plpgsql,
  procedure: AUDIT_RULES.routine_plpgsql,
  create_type: AUDIT_RULES.user_type,
  row_security: AUDIT_RULES.row_security,
  unlogged_table: AUDIT_RULES.unlogged_table,
  partition_by: AUDIT_RULES.partitioned_table,
  partition_of: AUDIT_RULES.partitioned_table,
  copy: AUDIT_RULES.copy,
  cascade_row_limit: AUDIT_RULES.cascade,
  missing_primary_key: AUDIT_RULES.missing_key,
  bare_numeric: AUDIT_RULES.bare_numeric_column,
};
const BY_NODE: readonly [RegExp, AuditRule][] = [
  [/: (?:Listen|Notify|Unlisten)$/, AUDIT_RULES.listen_notify],
  [/: (?:DeclareCursor|Fetch|ClosePortal)$/, AUDIT_RULES.cursors],
  [/: CreateExtension$/, AUDIT_RULES.extension],
  [/: CreatePolicy$/, AUDIT_RULES.row_security],
];

function ruleOf({ rule, severity, message }: Diagnostic): AuditRule {
  const byNode = BY_NODE.find(([pattern]) => pattern.test(message));
  return byNode?.[1] ?? SAME[rule.id] ?? fromLint(rule, severity);
}

export interface ExaminedText {
  path: string;
  /** The whole file, for lines. */
  lines: LineIndex;
  /** Where the SQL begins in it. */
  start: number;
  sql: string;
  confidence: Confidence;
  /** The whole file is SQL. */
  isFile?: boolean;
}

/** Findings of one SQL text, by what lint says of it. Syntax errors count in SQL files only: strings are often parts of statements. */
export function sqlFindings(
  { path, lines, start, sql, confidence, isFile = false }: ExaminedText,
  diagnostics: readonly Diagnostic[],
): AuditFinding[] {
  const broken = diagnostics.some(({ rule }) => rule.id === 'syntax_error');
  const found = diagnostics
    .filter(({ rule }) => (isFile || rule.id !== 'syntax_error') && rule.id !== 'for_update_without_key')
    .map((diagnostic): AuditFinding => {
      const { range } = diagnostic;
      return {
        rule: ruleOf(diagnostic),
        place: { type: 'file', path, ...lines.at(start + range.start) },
        confidence: broken && !isFile ? 'low' : confidence,
        evidence: oneLine(sql.slice(range.start, range.end)),
      };
    });
  return [...found, ...locks(sql, path, lines, start, confidence)];
}

/** FOR UPDATE is accepted and means something else: every one is worth a look. */
function locks(sql: string, path: string, lines: LineIndex, start: number, confidence: Confidence): AuditFinding[] {
  const bare = sql.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'/g, text => text.replace(/[^\n]/g, ' '));
  return [...bare.matchAll(/\bFOR\s+UPDATE\b(?!\s+(?:ON|TO)\b)(?:[^;()]*?\bSKIP\s+LOCKED\b)?/gi)]
    .filter(({ index }) => !/\b(?:before|after|instead\s+of|or|policy)\b[^;]*$/i.test(lineBefore(bare, index)))
    .map(({ 0: text, index }) => ({
      rule: /skip/i.test(text) ? AUDIT_RULES.skip_locked : AUDIT_RULES.for_update,
      place: { type: 'file', path, ...lines.at(start + index) },
      confidence,
      evidence: oneLine(text),
    }));
}

const lineBefore = (text: string, at: number): string => text.slice(text.lastIndexOf('\n', at) + 1, at);

/** A statement on one line, cut at 80 characters. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
