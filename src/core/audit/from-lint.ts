/** Lint's findings as the audit counts them: with impact and effort. */
import type { LintRule, LintSeverity } from '../lint/contract';
import type { AuditRule, Effort, Impact } from './contract';

const IMPACTS: Record<LintSeverity, Impact> = { error: 'blocker', warning: 'change', info: 'note', hint: 'note' };

/** Rules whose cure is a day's work or a choice; the others are mechanical. */
const LARGE = new Set([
  'create_trigger',
  'function_language',
  'procedure',
  'row_security',
  'partition_by',
  'partition_of',
  'exclude',
]);
const MEDIUM = new Set([
  ...['unsupported_statement', 'unsupported_statement_inferred', 'alter_column_type', 'savepoint', 'advisory_lock'],
  ...[
    'merge',
    'temp_table',
    'select_into',
    'unsupported_type',
    'extension_type',
    'missing_primary_key',
    'monotonic_key',
  ],
  ...[
    'transaction_row_limit',
    'unbounded_write',
    'cascade_row_limit',
    'text_search_configuration',
    'key_type',
    'inherits',
  ],
  ...['add_column_constraint', 'copy', 'index_opclass', 'unsupported_function', 'drop_primary_key', 'drop_key_column'],
]);

/** Headings where DSQL's own answer does not say what the matter is. */
const TITLES: Readonly<Record<string, string>> = {
  serial_type: 'SERIAL columns',
  extension_type: 'Types of extensions',
  extension_function: 'Functions of extensions',
  unsupported_type: 'Columns of types DSQL does not store',
  unsupported_domain_type: 'Domains over types DSQL does not store',
  unsupported_statement: 'Statements DSQL does not have',
  unsupported_statement_inferred: 'Statements DSQL does not have (inferred)',
  index_async: 'CREATE INDEX without ASYNC',
  identity_cache: 'Identity columns without CACHE',
  identity_cache_size: 'Identity columns with a CACHE other than 1 and below 65536',
  sequence_cache: 'Sequences without CACHE',
  sequence_cache_size: 'Sequences with a CACHE other than 1 and below 65536',
  unbounded_write: 'UPDATE and DELETE of whole tables',
  add_constraint: 'ADD CONSTRAINT that looks at every row',
  add_column_constraint: 'ADD COLUMN with default, NOT NULL or constraint',
  for_share: 'FOR SHARE and FOR NO KEY UPDATE',
};

const effortOf = (id: string): Effort => (LARGE.has(id) ? 'L' : MEDIUM.has(id) ? 'M' : 'S');

/** The rule of a lint finding as a rule of the audit. */
export function fromLint(rule: LintRule, severity: LintSeverity): AuditRule {
  const { id, message, why, remedy, since, grade, source, url } = rule;
  return {
    id,
    title: TITLES[id] ?? titleOf(message, id),
    impact: IMPACTS[severity],
    effort: effortOf(id),
    why,
    remedy,
    since,
    grade,
    source,
    url,
  };
}

/** A rule's message with its places shown as an ellipsis; where little is left of it, the rule's name in words. */
function titleOf(message: string, id: string): string {
  const places = message.match(/\{\w+\}/g)?.length ?? 0;
  const text = places > 1 ? id.replaceAll('_', ' ') : message.replace(/"?\{\w+\}"?/g, '…').replace(/\.$/, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
