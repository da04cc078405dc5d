/** Ways out of CREATE INDEX as PostgreSQL writes it. */
import { indexKeys } from '../index-keys';
import { fix, insert, removeTokens, removeWords, replace, type Fixer } from './fix-context';

const addAsync: Fixer = ({ tokens }) => {
  const at = tokens.find(['index']);
  const end = tokens.tokens[at]?.end;
  return fix('async', 'Create the index asynchronously', true, [
    at < 0 || end === undefined ? undefined : insert(end, ' ASYNC'),
  ]);
};

const concurrently: Fixer = ({ tokens }) => {
  const at = tokens.find(['concurrently']);
  return fix('async', 'Replace CONCURRENTLY by ASYNC', true, [at < 0 ? undefined : replace(tokens.range(at), 'ASYNC')]);
};

/** Methods whose order an index of DSQL has, too; gin, gist and brin answer other questions. */
const ORDERED = new Set(['btree', 'hash']);

const using: Fixer = ({ tokens }) => {
  const at = tokens.find(['using']);
  if (!ORDERED.has(tokens.word(at + 1) ?? '')) return [];
  return fix('remove', 'Remove USING', true, [removeTokens(tokens, at, at + 2)]);
};

const keyPart =
  (part: 'order' | 'operatorClass' | 'collation', title: string, safe: boolean): Fixer =>
  ({ tokens }) =>
    fix(
      'remove',
      title,
      safe,
      indexKeys(tokens).flatMap(key => {
        const found = key[part];
        return found ? [removeTokens(tokens, found.from, found.to)] : [];
      }),
    );

const parameters: Fixer = ({ tokens }) => {
  const at = tokens.find(['with', '(']);
  return at < 0
    ? []
    : fix('remove', 'Remove the storage parameters', true, [removeTokens(tokens, at, tokens.behindGroup(at + 1))]);
};

export const indexFixes: Record<string, Fixer> = {
  index_async: addAsync,
  index_concurrently: concurrently,
  index_using: using,
  index_sort_order: keyPart('order', 'Remove the sort order', true),
  index_opclass: keyPart('operatorClass', 'Remove the operator class', false),
  index_collation: keyPart('collation', 'Remove COLLATE', false),
  index_storage_parameters: parameters,
  index_tablespace: ({ tokens }) =>
    fix('remove', 'Remove TABLESPACE', true, [removeWords(tokens, ['tablespace', '*'])]),
  drop_index_concurrently: ({ tokens }) =>
    fix('remove', 'Remove CONCURRENTLY', true, [removeWords(tokens, ['concurrently'])]),
};
