import { T, type FixCase } from './fix-case';

/** Indexes: made, and dropped. */
export const INDEX_FIXES: readonly FixCase[] = [
  {
    rule: 'index_async',
    fix: 'async',
    given: [T],
    text: 'CREATE UNIQUE INDEX IF NOT EXISTS i ON fx (a, n);',
    fixed: 'CREATE UNIQUE INDEX ASYNC IF NOT EXISTS i ON fx (a, n);',
  },
  {
    rule: 'index_concurrently',
    fix: 'async',
    given: [T],
    text: 'CREATE INDEX CONCURRENTLY i ON fx (a);',
    fixed: 'CREATE INDEX ASYNC i ON fx (a);',
  },
  {
    rule: 'index_using',
    fix: 'remove',
    given: [T],
    text: 'CREATE INDEX ASYNC i ON fx USING btree (a);',
    fixed: 'CREATE INDEX ASYNC i ON fx (a);',
  },
  {
    rule: 'index_sort_order',
    fix: 'remove',
    given: [T],
    text: 'CREATE INDEX ASYNC i ON fx (lower(a) DESC NULLS LAST, n ASC);',
    fixed: 'CREATE INDEX ASYNC i ON fx (lower(a) NULLS LAST, n);',
  },
  {
    rule: 'index_opclass',
    fix: 'remove',
    given: [T],
    text: 'CREATE INDEX ASYNC i ON fx (a text_pattern_ops);',
    fixed: 'CREATE INDEX ASYNC i ON fx (a);',
  },
  {
    rule: 'index_collation',
    fix: 'remove',
    given: [T],
    text: 'CREATE INDEX ASYNC i ON fx (a COLLATE "C");',
    fixed: 'CREATE INDEX ASYNC i ON fx (a);',
  },
  {
    rule: 'index_storage_parameters',
    fix: 'remove',
    given: [T],
    text: 'CREATE INDEX ASYNC i ON fx (a) WITH (fillfactor = 70);',
    fixed: 'CREATE INDEX ASYNC i ON fx (a);',
  },
  {
    rule: 'index_tablespace',
    fix: 'remove',
    given: [T],
    text: 'CREATE INDEX ASYNC i ON fx (a) TABLESPACE fast;',
    fixed: 'CREATE INDEX ASYNC i ON fx (a);',
  },
  {
    rule: 'drop_index_concurrently',
    fix: 'remove',
    text: 'DROP INDEX CONCURRENTLY IF EXISTS i;',
    fixed: 'DROP INDEX IF EXISTS i;',
  },
];
