/** Lint's findings of one SQL text as findings of the audit. */
import { oneLine } from '../../../base/one-line';
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
export function sqlFindings(text: ExaminedText, diagnostics: readonly Diagnostic[]): AuditFinding[] {
  const { path, lines, start, sql, confidence, isFile = false } = text;
  const broken = diagnostics.some(({ rule }) => rule.id === 'syntax_error');
  const found = diagnostics
    .filter(({ rule }) => (isFile || rule.id !== 'syntax_error') && rule.id !== 'for_update_without_key')
    .map((diagnostic): AuditFinding => {
      const { range } = diagnostic;
      return {
        rule: ruleOf(diagnostic),
        place: { type: 'file', path, ...lines.at(start + range.start) },
        confidence: broken && !isFile ? 'low' : confidence,
        evidence: evidenceOf(sql.slice(range.start, range.end)),
      };
    });
  return [...found, ...locks(text)];
}

/** FOR UPDATE is accepted and means something else: every one is worth a look. */
function locks({ sql, path, lines, start, confidence }: ExaminedText): AuditFinding[] {
  const bare = sql.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'/g, text => text.replace(/[^\n]/g, ' '));
  return [...bare.matchAll(/\bFOR\s+UPDATE\b(?!\s+(?:ON|TO)\b)(?:[^;()]{0,500}?\bSKIP\s+LOCKED\b)?/gi)]
    .filter(({ index }) => !/\b(?:before|after|instead\s+of|or|policy)\b/i.test(statementBefore(bare, index)))
    .map(({ 0: text, index }) => ({
      rule: /skip/i.test(text) ? AUDIT_RULES.skip_locked : AUDIT_RULES.for_update,
      place: { type: 'file', path, ...lines.at(start + index) },
      confidence,
      evidence: evidenceOf(text),
    }));
}

/** What of its statement stands before a place in the same line, as far as it is near. */
const statementBefore = (text: string, at: number): string =>
  /[^\n;]*$/.exec(text.slice(Math.max(0, at - 500), at))![0];

const MAX_EVIDENCE = 80;

/** What was seen, as a report shows it: on one line, and its beginning only. */
export const evidenceOf = (text: string): string => oneLine(text, MAX_EVIDENCE);
