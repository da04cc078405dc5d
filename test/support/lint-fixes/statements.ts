import { T, type FixCase } from './fix-case';

/** Other statements. */
export const STATEMENT_FIXES: readonly FixCase[] = [
  {
    rule: 'unsupported_statement',
    fix: 'delete',
    text: 'CREATE TABLE f (a int, b int, PRIMARY KEY (a, b));\nTRUNCATE TABLE ONLY f CASCADE;',
    fixed:
      'CREATE TABLE f (a int, b int, PRIMARY KEY (a, b));\n-- run again until no row is left\nDELETE FROM f WHERE (a, b) IN (SELECT a, b FROM f LIMIT 3000);',
  },
  {
    rule: 'unsupported_statement',
    fix: 'delete',
    given: [T],
    text: 'TRUNCATE public.fx;',
    fixed:
      '-- at most 3,000 rows a transaction: with more, delete in batches by key until no row is left\nDELETE FROM public.fx;',
  },
  {
    rule: 'unsupported_statement',
    fix: 'remove',
    text: 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp";\nSELECT 1;',
    fixed: 'SELECT 1;',
  },
  {
    rule: 'unsupported_statement',
    fix: 'view',
    text: 'CREATE MATERIALIZED VIEW v AS SELECT 1 AS n WITH NO DATA;',
    fixed: 'CREATE VIEW v AS SELECT 1 AS n;',
  },
  {
    rule: 'unsupported_statement_inferred',
    fix: 'remove',
    text: 'DISCARD ALL;\nSELECT 1;',
    fixed: 'SELECT 1;',
  },
  {
    rule: 'for_share',
    fix: 'update',
    given: [T],
    text: 'SELECT * FROM fx WHERE n = 1 FOR NO KEY UPDATE;',
    fixed: 'SELECT * FROM fx WHERE n = 1 FOR UPDATE;',
  },
  {
    rule: 'for_share',
    fix: 'key-share',
    given: [T],
    text: 'SELECT * FROM fx WHERE n = 1 FOR SHARE OF fx;',
    fixed: 'SELECT * FROM fx WHERE n = 1 FOR KEY SHARE OF fx;',
  },
  {
    rule: 'extension_function',
    fix: 'gen-random',
    text: 'SELECT public.uuid_generate_v4();',
    fixed: 'SELECT gen_random_uuid();',
  },
  {
    rule: 'drop_domain_cascade',
    fix: 'remove',
    text: 'DROP DOMAIN IF EXISTS d CASCADE;',
    fixed: 'DROP DOMAIN IF EXISTS d;',
  },
  {
    rule: 'leakproof',
    fix: 'remove',
    text: `CREATE FUNCTION one() RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT 1';`,
    fixed: `CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';`,
  },
];
