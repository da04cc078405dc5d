/**
 * Words and phrases of DSQL's dialect, by where they may stand. Nothing that DSQL refuses: each beginning of a statement has an example,
 * and a test gives the examples to the dialect.
 */

export interface StatementPhrase {
  phrase: string;
  /** A whole statement that DSQL accepts. */
  example: string;
}

const phrase = (text: string, example: string): StatementPhrase => ({ phrase: text, example });

/** What a statement may begin with. */
export const STATEMENT_PHRASES: readonly StatementPhrase[] = [
  phrase('SELECT', 'SELECT 1'),
  phrase('INSERT INTO', 'INSERT INTO t VALUES (1)'),
  phrase('UPDATE', 'UPDATE t SET a = 1'),
  phrase('DELETE FROM', 'DELETE FROM t'),
  phrase('WITH', 'WITH q AS (SELECT 1) SELECT * FROM q'),
  phrase('WITH RECURSIVE', 'WITH RECURSIVE q AS (SELECT 1) SELECT * FROM q'),
  phrase('VALUES', 'VALUES (1)'),
  phrase('TABLE', 'TABLE t'),
  phrase('EXPLAIN', 'EXPLAIN SELECT 1'),
  phrase('EXPLAIN ANALYZE VERBOSE', 'EXPLAIN ANALYZE VERBOSE SELECT 1'),
  phrase('BEGIN', 'BEGIN'),
  phrase('BEGIN READ ONLY', 'BEGIN READ ONLY'),
  phrase('START TRANSACTION', 'START TRANSACTION'),
  phrase('COMMIT', 'COMMIT'),
  phrase('ROLLBACK', 'ROLLBACK'),
  phrase('CREATE TABLE', 'CREATE TABLE t (a int)'),
  phrase('CREATE TABLE IF NOT EXISTS', 'CREATE TABLE IF NOT EXISTS t (a int)'),
  phrase('CREATE INDEX ASYNC', 'CREATE INDEX ASYNC i ON t (a)'),
  phrase('CREATE UNIQUE INDEX ASYNC', 'CREATE UNIQUE INDEX ASYNC i ON t (a)'),
  phrase('CREATE VIEW', 'CREATE VIEW v AS SELECT 1'),
  phrase('CREATE OR REPLACE VIEW', 'CREATE OR REPLACE VIEW v AS SELECT 1'),
  phrase('CREATE SCHEMA', 'CREATE SCHEMA s'),
  phrase('CREATE SEQUENCE', 'CREATE SEQUENCE s CACHE 65536'),
  phrase('CREATE FUNCTION', "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
  phrase('CREATE OR REPLACE FUNCTION', "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
  phrase('CREATE ROLE', 'CREATE ROLE r WITH LOGIN'),
  phrase('CREATE DOMAIN', 'CREATE DOMAIN d AS bigint'),
  phrase('CREATE STATISTICS', 'CREATE STATISTICS s ON a, b FROM t'),
  phrase('ALTER TABLE', 'ALTER TABLE t DROP COLUMN a'),
  phrase('ALTER TABLE ASYNC', 'ALTER TABLE ASYNC t VALIDATE CONSTRAINT c'),
  phrase('ALTER INDEX', 'ALTER INDEX i RENAME TO j'),
  phrase('ALTER SEQUENCE', 'ALTER SEQUENCE s RESTART'),
  phrase('ALTER VIEW', 'ALTER VIEW v RENAME TO w'),
  phrase('ALTER SCHEMA', 'ALTER SCHEMA s RENAME TO t'),
  phrase('ALTER ROLE', 'ALTER ROLE r WITH LOGIN'),
  phrase('ALTER DOMAIN', 'ALTER DOMAIN d DROP DEFAULT'),
  phrase('ALTER DEFAULT PRIVILEGES', 'ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO r'),
  phrase('DROP TABLE', 'DROP TABLE t'),
  phrase('DROP INDEX', 'DROP INDEX i'),
  phrase('DROP VIEW', 'DROP VIEW v'),
  phrase('DROP SEQUENCE', 'DROP SEQUENCE s'),
  phrase('DROP SCHEMA', 'DROP SCHEMA s'),
  phrase('DROP FUNCTION', 'DROP FUNCTION f'),
  phrase('DROP ROLE', 'DROP ROLE r'),
  phrase('DROP DOMAIN', 'DROP DOMAIN d'),
  phrase('COMMENT ON TABLE', "COMMENT ON TABLE t IS 'x'"),
  phrase('COMMENT ON COLUMN', "COMMENT ON COLUMN t.a IS 'x'"),
  phrase('GRANT', 'GRANT SELECT ON t TO r'),
  phrase('REVOKE', 'REVOKE SELECT ON t FROM r'),
  phrase('AWS IAM GRANT', "AWS IAM GRANT r TO 'arn:aws:iam::123456789012:role/r'"),
  phrase('AWS IAM REVOKE', "AWS IAM REVOKE r FROM 'arn:aws:iam::123456789012:role/r'"),
  phrase('ANALYZE', 'ANALYZE t'),
  phrase('CALL sys.wait_for_job', "CALL sys.wait_for_job('aaaaaaaaaaaaaaaaaaaaaaaaaa')"),
  phrase('SHOW', 'SHOW search_path'),
  phrase('SET', 'SET search_path = public'),
  phrase(
    'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY',
    'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY',
  ),
  phrase('RESET', 'RESET search_path'),
];

/** What may follow a finished part of a query. */
export const QUERY_PHRASES: readonly string[] = [
  ...[
    'FROM',
    'WHERE',
    'AND',
    'OR',
    'NOT',
    'AS',
    'GROUP BY',
    'HAVING',
    'ORDER BY',
    'ASC',
    'DESC',
    'NULLS FIRST',
    'NULLS LAST',
  ],
  ...[
    'LIMIT',
    'OFFSET',
    'FOR UPDATE',
    'FOR UPDATE NOWAIT',
    'FOR UPDATE SKIP LOCKED',
    'FOR KEY SHARE',
    'UNION',
    'UNION ALL',
  ],
  ...[
    'INTERSECT',
    'EXCEPT',
    'IS NULL',
    'IS NOT NULL',
    'IS DISTINCT FROM',
    'IN',
    'NOT IN',
    'BETWEEN',
    'LIKE',
    'ILIKE',
    'EXISTS',
  ],
  ...[
    'RETURNING',
    'OVER',
    'PARTITION BY',
    'FILTER',
    'WINDOW',
    'WITH',
    'THEN',
    'WHEN',
    'ELSE',
    'END',
    'SET',
    'VALUES',
    'ON',
  ],
];

/** What may follow a table of a query. */
export const AFTER_TABLE_PHRASES: readonly string[] = [
  ...[
    'AS',
    'JOIN',
    'LEFT JOIN',
    'RIGHT JOIN',
    'FULL JOIN',
    'CROSS JOIN',
    'NATURAL JOIN',
    'LATERAL',
    'ON',
    'USING',
    'WHERE',
  ],
  ...[
    'GROUP BY',
    'HAVING',
    'ORDER BY',
    'LIMIT',
    'OFFSET',
    'UNION',
    'UNION ALL',
    'INTERSECT',
    'EXCEPT',
    'FOR UPDATE',
    'FOR KEY SHARE',
  ],
  ...['SET', 'VALUES', 'DEFAULT VALUES', 'SELECT', 'ON CONFLICT', 'DO NOTHING', 'DO UPDATE SET', 'RETURNING'],
];

/** Words that stand where a value does. */
export const EXPRESSION_PHRASES: readonly string[] = [
  ...[
    'CASE',
    'WHEN',
    'NULL',
    'TRUE',
    'FALSE',
    'NOT',
    'EXISTS',
    'DEFAULT',
    'DISTINCT',
    'ALL',
    'ANY',
    'INTERVAL',
    'CAST',
  ],
  ...['CURRENT_DATE', 'CURRENT_TIMESTAMP', 'CURRENT_USER', 'SESSION_USER', 'SELECT', 'LATERAL', 'ROW', 'ARRAY'],
];

/** Within CREATE TABLE ( … ), and behind the columns of ALTER TABLE. */
export const DEFINITION_PHRASES: readonly string[] = [
  ...[
    'PRIMARY KEY',
    'NOT NULL',
    'NULL',
    'DEFAULT',
    'UNIQUE',
    'CHECK',
    'REFERENCES',
    'CONSTRAINT',
    'FOREIGN KEY',
    'LIKE',
  ],
  ...['GENERATED ALWAYS AS IDENTITY (CACHE 65536)', 'GENERATED BY DEFAULT AS IDENTITY (CACHE 65536)', 'STORED'],
  ...['GENERATED ALWAYS AS', 'ON DELETE CASCADE', 'ON DELETE RESTRICT', 'ON DELETE SET NULL', 'ON UPDATE CASCADE'],
  ...[
    'DEFERRABLE',
    'INITIALLY DEFERRED',
    'INCLUDE',
    'NULLS NOT DISTINCT',
    'NOT VALID',
    'STORAGE',
    'IF NOT EXISTS',
    'IF EXISTS',
  ],
];

/** Behind ALTER TABLE and its table. */
export const ALTER_TABLE_PHRASES: readonly string[] = [
  ...['ADD COLUMN', 'DROP COLUMN', 'ALTER COLUMN', 'RENAME COLUMN', 'RENAME TO', 'RENAME CONSTRAINT', 'ADD CONSTRAINT'],
  ...[
    'DROP CONSTRAINT',
    'VALIDATE CONSTRAINT',
    'SET SCHEMA',
    'OWNER TO',
    'SET DEFAULT',
    'DROP DEFAULT',
    'DROP NOT NULL',
  ],
  ...[
    'DROP EXPRESSION',
    'DROP IDENTITY',
    'ADD GENERATED BY DEFAULT AS IDENTITY (CACHE 65536)',
    'USING INDEX',
    'NOT VALID',
    'CHECK',
  ],
  ...['FOREIGN KEY', 'REFERENCES', 'UNIQUE USING INDEX', 'PRIMARY KEY USING INDEX', 'IF EXISTS', 'IF NOT EXISTS', 'TO'],
];

/** Types a column may have, as one writes them. */
export const COLUMN_TYPES: readonly string[] = [
  ...[
    'bigint',
    'integer',
    'smallint',
    'numeric(18,2)',
    'numeric',
    'real',
    'double precision',
    'text',
    'varchar(255)',
    'char(3)',
  ],
  ...['boolean', 'uuid', 'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'json', 'jsonb', 'bytea'],
];

/** Further types of values, which no column may have. */
export const VALUE_TYPES: readonly string[] = [
  'text[]',
  'bigint[]',
  'integer[]',
  'uuid[]',
  'inet',
  'regclass',
  'oid',
  'name',
];
