/** Where in a statement the offending part stands, for the places the parser does not keep. */
import type { Refusal } from '../dialect/contract';
import type { TextRange } from './contract';
import { indexKeys } from './index-keys';
import { ANY, type StatementTokens } from './statement-tokens';
import { typeEnd } from './type-tokens';

/** Words that carry the refusal, by rule; the first sequence found counts. */
const WORDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  index_async: [['create', 'unique', 'index'], ['create', 'index'], ['index']],
  index_concurrently: [['concurrently']],
  drop_index_concurrently: [['concurrently']],
  index_using: [['using', ANY]],
  index_storage_parameters: [['with']],
  index_tablespace: [['tablespace', ANY]],
  table_tablespace: [['tablespace', ANY]],
  table_access_method: [['using', ANY]],
  table_storage_parameters: [['with'], ['without', 'oids']],
  table_of_type: [['of', ANY]],
  inherits: [['inherits']],
  partition_by: [['partition', 'by']],
  partition_of: [['partition', 'of']],
  temp_table: [['temporary'], ['temp']],
  temp_view: [['temporary'], ['temp']],
  temp_sequence: [['temporary'], ['temp'], ['unlogged']],
  unlogged_table: [['unlogged']],
  column_compression: [['compression', ANY]],
  deferrable: [['deferrable'], ['initially', 'deferred']],
  add_unique_deferrable: [['deferrable'], ['initially', 'deferred']],
  exclude: [['exclude']],
  validate_constraint_sync: [['validate', 'constraint']],
  alter_column_type: [['set', 'data', 'type'], ['type']],
  set_not_null: [['set', 'not', 'null']],
  set_statistics: [['set', 'statistics']],
  row_security: [['row', 'level', 'security']],
  set_identity_cache: [['cache', ANY]],
  alter_sequence_cache: [['cache', ANY]],
  sequence_cache_size: [['cache', ANY]],
  sequence_cache: [['create', 'sequence']],
  isolation_level: [['isolation', 'level']],
  set_isolation_level: [['isolation', 'level']],
  for_share: [
    ['for', 'no', 'key', 'update'],
    ['for', 'share'],
  ],
  drop_domain_cascade: [['cascade']],
  function_language: [['language', ANY]],
  procedure: [['procedure']],
  leakproof: [['leakproof']],
  select_into: [['into']],
  alter_admin: [['admin']],
  unsupported_statement: [],
  transaction_row_limit: [['insert', 'into']],
  for_update_without_key: [['for', 'update']],
  explain_analyze_writes: [['analyze'], ['analyse']],
  drop_primary_key: [['drop', 'constraint']],
  add_constraint: [['foreign', 'key'], ['check'], ['unique'], ['primary', 'key'], ['exclude']],
};

/** Words that a statement may begin with; as many of them as follow one another are its head. */
const HEAD =
  /^(?:create|or|replace|global|local|temp|temporary|unlogged|unique|materialized|recursive|view|table|type|extension|trigger|constraint|procedure|function|policy|rule|event|foreign|server|data|wrapper|publication|subscription|aggregate|operator|class|family|collation|conversion|cast|tablespace|database|access|method|language|transform|text|search|alter|drop|truncate|listen|notify|unlisten|lock|vacuum|full|merge|into|declare|prepare|execute|do|copy|discard|refresh|reindex|cluster|checkpoint|load|security|label|import|schema|system|owned|reassign|index|sequence|domain|role|grant|revoke|comment|savepoint|release|rollback|to|begin|start|transaction|set|session|analyze|deallocate|close|fetch|move|insert|update|delete|select|call|reset|statistics)$/;

/** The offending part of a refusal; never the whole statement where a part is known. */
export function locate({ ruleId, position }: Refusal, tokens: StatementTokens): TextRange {
  const own = indexKeyRange(ruleId, tokens) ?? parameterRange(ruleId, tokens);
  if (own) return own;
  for (const words of WORDS[ruleId] ?? []) {
    const at = tokens.find(words);
    if (at >= 0) return tokens.range(at, at + words.length);
  }
  if (position === undefined || position >= tokens.text.length) {
    return position === undefined ? headOf(tokens) : lastToken(tokens);
  }
  const at = tokens.at(position);
  if (at < 0) return { start: 0, end: tokens.text.length };
  return tokens.range(at, partEnd(ruleId, tokens, at));
}

/** Types, constraints and qualified names are more than one token. */
function partEnd(ruleId: string, tokens: StatementTokens, at: number): number {
  if (/type|^declared_size|^numeric_|^jsonb?_|^geometric_cast/.test(ruleId)) return typeEnd(tokens, at);
  if (ruleId === 'add_column_constraint') {
    const two = `${tokens.word(at)} ${tokens.word(at + 1)}`;
    return /^(?:not null|primary key|generated (?:always|by))$/.test(two) ? at + 2 : at + 1;
  }
  if (ruleId === 'identity_cache' || ruleId === 'identity_cache_size') {
    const as = tokens.find(['as', 'identity'], at);
    return as < 0 ? at + 1 : as + 2;
  }
  if (/collate/.test(ruleId)) return at + 2;
  let end = at + 1;
  if (ruleId !== 'syntax_error') while (tokens.word(end) === '.') end += 2;
  return end;
}

function indexKeyRange(ruleId: string, tokens: StatementTokens): TextRange | undefined {
  const part = { index_opclass: 'operatorClass', index_sort_order: 'order', index_collation: 'collation' }[ruleId] as
    'operatorClass' | 'order' | 'collation' | undefined;
  if (!part) return undefined;
  for (const key of indexKeys(tokens)) {
    const found = key[part];
    if (found) return tokens.range(found.from, found.to);
  }
  return undefined;
}

/** The parameter that SET names. */
function parameterRange(ruleId: string, tokens: StatementTokens): TextRange | undefined {
  if (!/parameter/.test(ruleId) || tokens.word(0) !== 'set') return undefined;
  const at = /^(?:session|local)$/.test(tokens.word(1) ?? '') ? 2 : 1;
  let end = at + 1;
  while (tokens.word(end) === '.') end += 2;
  return tokens.range(at, end);
}

/** The statement's leading keywords: `CREATE TRIGGER`, `TRUNCATE`. */
export function headOf(tokens: StatementTokens): TextRange {
  let end = 1;
  const alone = /^(?:grant|revoke|analyze|update|select|call|explain|copy|do|with)$/.test(tokens.word(0) ?? '');
  while (!alone && end < 4 && HEAD.test(tokens.word(end) ?? '')) end++;
  return tokens.tokens.length === 0 ? { start: 0, end: tokens.text.length } : tokens.range(0, end);
}

const lastToken = (tokens: StatementTokens): TextRange =>
  tokens.tokens.length === 0 ? { start: 0, end: tokens.text.length } : tokens.range(tokens.tokens.length - 1);
