/** What is at stake when a statement's connection is lost before its answer came. */
import { foldCase, tokenize, type Token } from '../dialect/lexer';

/**
 * - `none`: it changes nothing that lasts; running it again is safe
 * - `begin`, `commit`, `rollback`: transaction control
 * - `unknown`: it writes, or may write; once sent, nobody can tell without looking whether it took effect
 */
export type StatementEffect = 'none' | 'begin' | 'commit' | 'rollback' | 'unknown';

/** First words of the statements that begin and end transactions. */
export const TRANSACTION_CONTROL = {
  begin: 'begin',
  start: 'begin',
  commit: 'commit',
  end: 'commit',
  rollback: 'rollback',
  abort: 'rollback',
} as const;

const CONTROL: Record<string, StatementEffect> = {
  ...TRANSACTION_CONTROL,
  show: 'none',
  set: 'none',
  reset: 'none',
};
const READS = new Set(['select', 'table', 'values', 'with', 'explain']);
const WRITES = new Set(['insert', 'update', 'delete', 'merge', 'into', 'create', 'call', 'execute']);

/** Words that stand before a parenthesis without being a function's name, and functions that are known to change nothing. */
const HARMLESS = new Set(
  `all analyze and any as avg array_agg array_length between bool_and bool_or by case cast ceil char_length coalesce concat concat_ws
  conflict count costs cross cube current_setting date_part date_trunc dense_rank distinct else every except exists explain extract
  filter first_value floor format from full gen_random_uuid generate_series greatest group grouping having ilike in inner interval
  intersect is jsonb_agg jsonb_array_elements jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_object_agg
  json_agg json_build_object lag last_value lateral lead least left length like limit lower lpad ltrim max md5 min mod not now nth_value
  ntile nullif octet_length offset on only or order outer over partition percentile_cont percentile_disc pg_get_constraintdef
  pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_viewdef pg_typeof position power random rank regexp_match regexp_matches
  regexp_replace repeat replace returning reverse right rollup round row row_number rpad rtrim select set sets sign some split_part sqrt
  starts_with stddev string_agg string_to_array strpos substr substring sum then to_char to_date to_json to_jsonb to_number
  to_timestamp trim trunc union unnest upper using values variance verbose version when where window with xmlagg`
    .split(/\s+/)
    .filter(Boolean),
);

/**
 * The effect of one statement, by its words. Cautious: a function that is not known to be harmless makes `unknown`, because functions
 * may write. `SELECT … FOR UPDATE` outside a transaction block leaves nothing behind and is `none`.
 */
export function effectOf(sql: string): StatementEffect {
  const word = (token: Token | undefined): string | undefined =>
    token?.type === 'word' ? foldCase(sql.slice(token.start, token.end)) : undefined;
  const first = firstWord(sql);
  if (first === undefined) return tokenize(sql, 1).length === 0 ? 'none' : 'unknown';
  const control = Object.hasOwn(CONTROL, first) ? CONTROL[first] : undefined;
  if (control) return control;
  if (!READS.has(first)) return 'unknown';
  const tokens = tokenize(sql);
  for (const [index, token] of tokens.entries()) {
    const name = word(token);
    const previous = word(tokens[index - 1]);
    if (name !== undefined && isWrite(name, previous)) return 'unknown';
    const calls = sql[tokens[index + 1]?.start ?? -1] === '(' && (name !== undefined || token.type === 'quoted');
    if (calls && !(name !== undefined && HARMLESS.has(name)) && previous !== 'as') return 'unknown';
  }
  return 'none';
}

/**
 * Whether a row limit may be left to the server: reads whose result may be endless. What writes, and what answers a few lines, is fetched
 * whole (a transaction writes 3,000 rows at most), so that its command tag tells what it did.
 */
export function mayBeCutShort(sql: string): boolean {
  const first = firstWord(sql);
  if (first === undefined || first === 'explain' || !READS.has(first)) return false;
  const words = tokenize(sql).map(token => (token.type === 'word' ? foldCase(sql.slice(token.start, token.end)) : ''));
  return !words.some((word, index) => isWrite(word, words[index - 1]));
}

/** The word a statement begins with, parentheses before it left out. Looks at its beginning only: an INSERT may be megabytes long. */
function firstWord(sql: string): string | undefined {
  const token = tokenize(sql, 32).find(({ type }) => type !== 'punctuation');
  return token?.type === 'word' ? foldCase(sql.slice(token.start, token.end)) : undefined;
}

/** Whether a word, by the one before it, is of a write: `FOR UPDATE` and `FOR NO KEY UPDATE` are locks. */
export function isWrite(word: string, previous: string | undefined): boolean {
  return WRITES.has(word) && !(word === 'update' && (previous === 'for' || previous === 'key'));
}

/** Whether a statement would make a read-only session write: BEGIN … READ WRITE, SET SESSION CHARACTERISTICS … READ WRITE, RESET. */
export function leavesReadOnly(sql: string): boolean {
  const words = tokenize(sql, 64).map(token => foldCase(sql.slice(token.start, token.end)));
  const first = words[0] ?? '';
  if (first === 'begin' || first === 'start' || first === 'set')
    return words.some((each, index) => each === 'read' && words[index + 1] === 'write');
  return (first === 'reset' && words[1] === 'all') || words.slice(0, 2).join(' ') === 'discard all';
}
