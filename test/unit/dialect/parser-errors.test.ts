import assert from 'node:assert/strict';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { Dialect } from '../../../src/core/dialect/contract';

/** What PostgreSQL 16.14 answers: SQLSTATE, message, place (from 1, `-` for none), hint. */
const ERRORS: [sql: string, answer: string][] = [
  ['SELECT 1 LIMIT 1, 2', '42601 LIMIT #,# syntax is not supported @10 Use separate LIMIT and OFFSET clauses.'],
  ['CREATE ROLE public', '42939 role name "public" is reserved @13'],
  ['GRANT a TO none', '42939 role name "none" is reserved @12'],
  ['CREATE ROLE session_user', '42939 SESSION_USER cannot be used as a role name here @13'],
  [
    "CREATE ROLE r UNENCRYPTED PASSWORD 'x'",
    '0A000 UNENCRYPTED PASSWORD is no longer supported @15 Remove UNENCRYPTED to store the password in encrypted form instead.',
  ],
  ['SELECT sum(1) OVER (ROWS UNBOUNDED FOLLOWING)', '42P20 frame start cannot be UNBOUNDED FOLLOWING @26'],
  [
    'SELECT sum(1) OVER (ROWS BETWEEN CURRENT ROW AND 1 PRECEDING)',
    '42P20 frame starting from current row cannot have preceding rows @50',
  ],
  ['ALTER INDEX i ALTER COLUMN 0 SET STATISTICS 5', '22023 column number must be in range from 1 to 32767 @28'],
  ["SELECT '1'::float(60)", '22023 precision for type float must be less than 54 bits @19'],
  ['CREATE ASSERTION x CHECK (true)', '0A000 CREATE ASSERTION is not yet implemented @-'],
  ['CREATE AGGREGATE a (OUT int) (sfunc = x)', '0A000 aggregates cannot have output arguments @21'],
  [
    'CREATE TABLE t (a int, CHECK (a > 0) INITIALLY DEFERRED)',
    '0A000 CHECK constraints cannot be marked DEFERRABLE @-',
  ],
  ['CREATE TABLE t (a int, UNIQUE (a) NOT VALID)', '0A000 UNIQUE constraints cannot be marked NOT VALID @-'],
  [
    'CREATE SCHEMA IF NOT EXISTS s CREATE TABLE t (a int)',
    '0A000 CREATE SCHEMA IF NOT EXISTS cannot include schema elements @31',
  ],
  [
    'CREATE TABLE f (a int REFERENCES p ON UPDATE SET NULL (a))',
    '0A000 a column list with SET NULL is only supported for ON DELETE actions @36',
  ],
  ['CREATE EXTENSION e FROM old', '0A000 CREATE EXTENSION ... FROM is no longer supported @20'],
  [
    'CREATE TABLE t PARTITION OF p FOR VALUES WITH (MODULUS 1, MODULUS 2, REMAINDER 0)',
    '42710 modulus for hash partition provided more than once @59',
  ],
  ['CREATE TABLE t (a int) PARTITION BY MAGIC (a)', '22023 unrecognized partitioning strategy "magic" @-'],
  ["SELECT JSON_OBJECT('a' VALUE 1 RETURNING text FORMAT JSON ENCODING x)", '22023 unrecognized JSON encoding: x @-'],
  [
    'CREATE POLICY p ON t AS sometimes',
    '42601 unrecognized row security option "sometimes" @25 Only PERMISSIVE or RESTRICTIVE policies are supported currently.',
  ],
  ['DROP OPERATOR = (int4)', '42601 missing argument @22 Use NONE to denote the missing argument of a unary operator.'],
  ['WITH a AS (SELECT 1) (WITH b AS (SELECT 1) SELECT 2)', '42601 multiple WITH clauses not allowed @1'],
  ["SET datestyle TO 'iso', $12", '42601 syntax error at or near "$12" @25'],
  ["SELECT E'\\xff'", '22021 invalid byte sequence for encoding "UTF8": 0xff @-'],
  ["SELECT U&'\\zzzz'", '42601 invalid Unicode escape @11 Unicode escapes must be \\XXXX or \\+XXXXXX.'],
  ["SELECT E'\\u00'", '22025 invalid Unicode escape @10 Unicode escapes must be \\uXXXX or \\UXXXXXXXX.'],
  ["SELECT E'\\u0000'", '42601 invalid Unicode escape value at or near "\\u0000" @10'],
  ['SELECT 123abc_d, 1', '42601 trailing junk after numeric literal at or near "123abc_d" @8'],
  ['SELECT 0.0e+a', '42601 trailing junk after numeric literal at or near "0.0e+" @8'],
  ['SELECT 1__2', '42601 trailing junk after numeric literal at or near "1__2" @8'],
  ['SELCT 1', '42601 syntax error at or near "SELCT" @1'],
  ["SELECT 'ä', SELECT", '42601 syntax error at or near "SELECT" @13'],
  ['SELECT 1 NOT /* ä */ IN (1) ORDER BY 1 NULLS /* 𝄞 */ LAST LAST', '42601 syntax error at or near "LAST" @60'],
];

/** Words that PostgreSQL reads as one token with the word behind them, over a comment too. */
const OVER_COMMENTS = [
  'SELECT 1 NOT /* ä */ IN (2)',
  'SELECT 1 WHERE 1 NOT -- neither\n BETWEEN 2 AND 3',
  "SELECT 'a' NOT/**/LIKE 'b' ORDER BY 1 NULLS/* nested /* comment */ */LAST",
  'SELECT * FROM generate_series(1, 3) WITH /**/ ORDINALITY',
  'CREATE TABLE t (a timestamp WITH /* zone */ TIME ZONE, b time WITHOUT -- none\n TIME ZONE)',
];

describe('errors of the parser', () => {
  let dialect: Dialect;
  before(async () => void (dialect = await createDialect()));

  for (const [sql, answer] of ERRORS) {
    it(sql, () => {
      const { sqlstate, message, position, hint } = dialect.classify(sql).refusal ?? assert.fail('accepted');
      const place = position === undefined ? '-' : position + 1;
      assert.equal([sqlstate, message, `@${place}`, hint].filter(part => part !== undefined).join(' '), answer);
    });
  }

  for (const sql of OVER_COMMENTS) it(`none: ${sql}`, () => assert.equal(dialect.classify(sql).refusal, undefined));

  it('leaves places behind a comment where they are', () => {
    const { sql } = dialect.classify("SELECT 1 NOT /* ä */ IN (2), '€' FROM pg_class");
    assert.equal(sql, "SELECT 1 NOT /* ä */ IN (2), '€' FROM pg_catalog.dsql_pg_class AS pg_class");
  });
});
