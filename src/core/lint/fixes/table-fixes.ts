/** Ways out of CREATE TABLE's clauses, and of whole statements that have a counterpart. */
import { sqlName } from '../../dialect/names';
import { foldCase } from '../../dialect/lexer';
import {
  fix,
  removeStatement,
  removeTokens,
  removeWords,
  replace,
  tableAt,
  type FixContext,
  type Fixer,
} from './fix-context';

const removeClause =
  (words: readonly string[], title: string, safe: boolean): Fixer =>
  ({ tokens }) =>
    fix('remove', title, safe, [removeWords(tokens, words)]);

/** `words` and the parenthesised group behind them. */
const removeGroup =
  (words: readonly string[], title: string, safe: boolean): Fixer =>
  ({ tokens }) => {
    const at = tokens.find([...words, '(']);
    return at < 0 ? [] : fix('remove', title, safe, [removeTokens(tokens, at, tokens.behindGroup(at + words.length))]);
  };

const temporary: Fixer = ({ tokens }) => {
  const scope = /^(?:local|global)$/.test(tokens.word(1) ?? '') ? 1 : 0;
  const at = tokens.find(['temporary']) > 0 ? tokens.find(['temporary']) : tokens.find(['temp']);
  const commit = tokens.find(['on', 'commit']);
  const drop = tokens.word(commit + 2) === 'drop' ? 3 : 4;
  return fix('ordinary', 'Create an ordinary table', false, [
    removeTokens(tokens, at - scope, at + 1),
    ...(commit < 0 ? [] : [removeTokens(tokens, commit, commit + drop)]),
  ]);
};

const partitionBy: Fixer = ({ tokens }) => {
  const at = tokens.find(['partition', 'by']);
  const open = tokens.find(['('], at);
  return at < 0 || open < 0
    ? []
    : fix('remove', 'Remove PARTITION BY: storage is partitioned by key', false, [
        removeTokens(tokens, at, tokens.behindGroup(open)),
      ]);
};

const deferrable: Fixer = ({ tokens }) => {
  const edits = [];
  for (const words of [['initially', 'deferred'], ['initially', 'immediate'], ['deferrable']]) {
    const at = tokens.find(words);
    if (at >= 0) edits.push(removeTokens(tokens, at, at + words.length));
  }
  return fix('remove', 'Remove DEFERRABLE', false, edits);
};

/** DELETE within the limit of 3,000 rows; the key is named where the document tells it. */
const truncate: Fixer = ({ tokens, tables }) => {
  if (tokens.word(0) !== 'truncate') return [];
  const from = tokens.word(1) === 'table' ? 2 : 1;
  const table = tableAt(tokens, from);
  if (!table || tokens.word(table.end) === ',' || tokens.word(table.end) === '*') return [];
  const key = tables.get(table.name)?.key ?? [];
  const columns = key.map(sqlName).join(', ');
  const whole = { start: 0, end: tokens.text.length };
  const batch =
    key.length === 0
      ? `DELETE FROM ${table.source}`
      : `DELETE FROM ${table.source} WHERE ${key.length > 1 ? `(${columns})` : columns} IN (SELECT ${columns} FROM ${table.source} LIMIT 3000)`;
  const comment =
    key.length === 0
      ? '-- at most 3,000 rows a transaction: with more, delete in batches by key until no row is left\n'
      : '-- run again until no row is left\n';
  return fix('delete', key.length === 0 ? 'Write DELETE' : 'Write DELETE in batches of 3,000 rows', false, [
    replace(whole, comment + batch),
  ]);
};

/** Statements that can go without loss: the service does their work, or nothing needs them. */
const NEEDLESS = /^(?:lock|discard|checkpoint|cluster|reindex|load)$/;

const unsupportedStatement: Fixer = context => {
  const { tokens } = context;
  const [first, second] = [tokens.word(0) ?? '', tokens.word(1) ?? ''];
  if (first === 'truncate') return truncate(context);
  if (first === 'create' && second === 'extension') {
    const safe = tokens.tokens.some((_, at) => /^(?:pgcrypto|uuid-ossp|plpgsql)$/.test(tokens.name(at) ?? ''));
    return fix('remove', 'Remove the statement: DSQL has no extensions', safe, [removeStatement(context)]);
  }
  if (first === 'create' && second === 'materialized') {
    const withData =
      tokens.find(['with', 'no', 'data']) >= 0 ? tokens.find(['with', 'no', 'data']) : tokens.find(['with', 'data']);
    return fix('view', 'Create an ordinary view', false, [
      removeTokens(tokens, 1, 2),
      ...(withData < 0 ? [] : [removeTokens(tokens, withData, tokens.tokens.length)]),
    ]);
  }
  return NEEDLESS.test(foldCase(first)) ? fix('remove', 'Remove the statement', false, [removeStatement(context)]) : [];
};

const locking: Fixer = ({ tokens, finding }) => {
  const at = tokens.at(finding.range.start);
  const length = tokens.word(at + 1) === 'no' ? 4 : 2;
  const range = tokens.range(at, at + length);
  return [
    ...fix('update', 'Write FOR UPDATE', true, [replace(range, 'FOR UPDATE')]),
    ...fix('key-share', 'Write FOR KEY SHARE', false, [replace(range, 'FOR KEY SHARE')]),
  ];
};

const extensionFunction: Fixer = ({ tokens, finding }) => {
  const at = tokens.at(finding.range.start);
  let last = at;
  while (tokens.word(last + 1) === '.') last += 2;
  if (!/^uuid_generate_v[14]$/.test(tokens.name(last) ?? '') || tokens.word(last + 1) !== '(') return [];
  return fix('gen-random', 'Use gen_random_uuid()', true, [replace(tokens.range(at, last + 1), 'gen_random_uuid')]);
};

const collate: Fixer = ({ tokens, finding }: FixContext) => {
  const at = tokens.at(finding.range.start);
  let end = at + 2;
  while (tokens.word(end) === '.') end += 2;
  return tokens.word(at) === 'collate' ? fix('remove', 'Remove COLLATE', false, [removeTokens(tokens, at, end)]) : [];
};

export const tableFixes: Record<string, Fixer> = {
  temp_table: temporary,
  temp_view: removeTemp('view'),
  temp_sequence: removeTemp('sequence'),
  unlogged_table: removeClause(['unlogged'], 'Remove UNLOGGED', true),
  table_storage_parameters: removeGroup(['with'], 'Remove the storage parameters', true),
  table_tablespace: removeClause(['tablespace', '*'], 'Remove TABLESPACE', true),
  table_access_method: removeClause(['using', '*'], 'Remove USING', true),
  inherits: removeGroup(['inherits'], 'Remove INHERITS', false),
  partition_by: partitionBy,
  collate,
  domain_collate: collate,
  deferrable,
  add_unique_deferrable: deferrable,
  unsupported_statement: unsupportedStatement,
  unsupported_statement_inferred: unsupportedStatement,
  for_share: locking,
  extension_function: extensionFunction,
  drop_domain_cascade: removeClause(['cascade'], 'Remove CASCADE', false),
  leakproof: removeClause(['leakproof'], 'Remove LEAKPROOF', true),
};

function removeTemp(kind: string): Fixer {
  return ({ tokens }) => {
    const at = ['temporary', 'temp', 'unlogged'].map(word => tokens.find([word])).find(found => found > 0) ?? -1;
    return fix('ordinary', `Create an ordinary ${kind}`, false, [removeTokens(tokens, at, at + 1)]);
  };
}
