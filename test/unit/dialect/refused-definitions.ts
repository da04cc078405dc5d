/** Tables, columns, constraints, indexes and other definitions that DSQL refuses. */
import type { RefusedCase } from './refused-case';

const type = (sql: string, name: string): RefusedCase => [
  'unsupported_type',
  sql,
  `0A000 datatype ${name} not supported`,
];
const column = (name: string, display = name) => type(`CREATE TABLE t (id int, v ${name})`, display);
const alter = (sql: string, command: string, rule = 'alter_table'): RefusedCase => [
  rule,
  sql,
  `0A000 unsupported ALTER TABLE ${command} statement`,
];
const addColumn = (rest: string): RefusedCase => [
  'add_column_constraint',
  `ALTER TABLE t ADD COLUMN ${rest}`,
  '0A000 ALTER TABLE ADD COLUMN with constraint not supported',
];
const addConstraint = (rest: string): RefusedCase => [
  'add_constraint',
  `ALTER TABLE t ADD ${rest}`,
  '0A000 unsupported ALTER TABLE ADD CONSTRAINT statement',
];
const IDENTITY =
  '0A000 identity column is not supported without an explicit cache size. please define CACHE greater than or equal to 65536 or equal to 1';
const ASYNC = '0A000 unsupported mode. please use CREATE INDEX ASYNC.';
const KEYS = '54011 more than 8 column keys in an index are not supported';
const many = (count: number, item: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => item(n)).join(', ');

export const tables: RefusedCase[] = [
  ['temp_table', 'CREATE TEMP TABLE t (a int)', '0A000 TEMPORARY or TEMP table not supported for CREATE TABLE'],
  ['temp_table', 'CREATE TEMPORARY TABLE t (a int)', '0A000 TEMPORARY or TEMP table not supported for CREATE TABLE'],
  ['unlogged_table', 'CREATE UNLOGGED TABLE t (a int)', '0A000 UNLOGGED table not supported for CREATE TABLE'],
  [
    'partition_of',
    'CREATE TABLE t PARTITION OF p FOR VALUES IN (1)',
    '0A000 PARTITION OF clause not supported for CREATE TABLE',
  ],
  [
    'partition_by',
    'CREATE TABLE t (a int) PARTITION BY RANGE (a)',
    '0A000 PARTITION BY clause not supported for CREATE TABLE',
  ],
  ['inherits', 'CREATE TABLE t (a int) INHERITS (p)', '0A000 INHERITS clause not supported for CREATE TABLE'],
  ['table_of_type', 'CREATE TABLE t OF ty', '0A000 OF clause not supported for CREATE TABLE'],
  ['table_access_method', 'CREATE TABLE t (a int) USING heap', '0A000 USING clause not supported for CREATE TABLE'],
  [
    'table_storage_parameters',
    'CREATE TABLE t (a int) WITH (fillfactor = 70)',
    '0A000 WITH clause not supported for CREATE TABLE',
  ],
  ['table_tablespace', 'CREATE TABLE t (a int) TABLESPACE s', '0A000 TABLESPACE clause not supported for CREATE TABLE'],
  ['too_many_columns', `CREATE TABLE t (${many(257, n => `c${n} int`)})`, '54011 tables can have at most 255 columns'],
  [
    'too_many_keyed_columns',
    `CREATE TABLE t (id int PRIMARY KEY, ${many(256, n => `c${n} int`)})`,
    '54011 cannot use more than 256 columns in an index',
  ],
  [
    'too_many_indexes',
    `CREATE TABLE t (${many(25, n => `c${n} int UNIQUE`)})`,
    '54000 more than 24 indexes per table are not allowed',
  ],
  ['view_too_large', `CREATE VIEW v AS SELECT '${'x'.repeat(512 * 1024)}' AS large`, '54000 view definition too large'],
  ['temp_view', 'CREATE TEMP VIEW v AS SELECT 1', '0A000 TEMPORARY or TEMP view not supported for CREATE VIEW'],
  [
    'temp_sequence',
    'CREATE TEMP SEQUENCE s CACHE 1',
    '0A000 TEMPORARY or TEMP sequence not supported for CREATE SEQUENCE',
  ],
];

export const types: RefusedCase[] = [
  ...['money', 'xml', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle', 'tsvector', 'tsquery'].map(name =>
    column(name),
  ),
  ...[
    'int4range',
    'tsrange',
    'nummultirange',
    'inet',
    'cidr',
    'macaddr',
    'pg_lsn',
    'oid',
    'regclass',
    'name',
    'jsonpath',
  ].map(name => column(name)),
  column('bit(8)', 'bit'),
  column('bit varying(8)', 'bit varying'),
  column('varbit', 'bit varying'),
  column('"char"', '"char"'),
  column('int[]', 'integer[]'),
  column('_int4', 'integer[]'),
  column('pg_catalog._text', 'text[]'),
  column('integer ARRAY', 'integer[]'),
  column('text[][]', 'text[]'),
  column('varchar(10)[]', 'character varying[]'),
  column('timestamptz[]', 'timestamp with time zone[]'),
  column('double precision[3]', 'double precision[]'),
  column('pg_catalog.money', 'money'),
  type('ALTER TABLE t ADD COLUMN a text[]', 'text[]'),
  type('ALTER TABLE t ADD a money', 'money'),
  type('CREATE SCHEMA s CREATE TABLE t (a xml)', 'xml'),
  ...['serial', 'bigserial', 'smallserial', 'serial4', 'serial8'].map((name): RefusedCase => [
    'serial_type',
    `CREATE TABLE t (id ${name} PRIMARY KEY)`,
    `42704 type "${name}" does not exist`,
  ]),
  ['serial_type', 'ALTER TABLE t ADD COLUMN n serial', '42704 type "serial" does not exist'],
  ['unsupported_domain_type', 'CREATE DOMAIN d AS money', '0A000 datatype money not supported'],
  ['unsupported_domain_type', 'CREATE DOMAIN d AS int[]', '0A000 datatype integer[] not supported'],
  [
    'declared_size',
    'CREATE DOMAIN d AS varchar(65536)',
    '54000 Datatype limit greater than 65535 bytes not supported for varchar',
  ],
  [
    'declared_size',
    'CREATE TABLE t (a char(4097))',
    '54000 Datatype limit greater than 4096 bytes not supported for char',
  ],
  [
    'declared_size',
    'ALTER TABLE t ADD a bpchar(5000)',
    '54000 Datatype limit greater than 4096 bytes not supported for char',
  ],
  [
    'declared_size',
    'CREATE TABLE t (a varchar(65536))',
    '54000 Datatype limit greater than 65535 bytes not supported for varchar',
  ],
  [
    'numeric_precision',
    'CREATE TABLE t (a numeric(1001, 2))',
    '22023 NUMERIC precision 1001 must be between 1 and 1000',
  ],
  ['numeric_precision', 'CREATE TABLE t (a decimal(0))', '22023 NUMERIC precision 0 must be between 1 and 1000'],
  ['geometric_constructor', "SELECT line('{1,2,3}')", '0A000 datatype line not supported'],
  ['geometric_constructor', "SELECT circle('<(0,0),1>'::text)", '0A000 datatype circle not supported'],
  ['geometric_constructor', 'SELECT * FROM t WHERE box(a) IS NULL', '0A000 datatype box not supported'],
  ['geometric_cast', "SELECT '(1,2)'::point", '0A000 datatype point not supported'],
];

export const columnsAndConstraints: RefusedCase[] = [
  ...[
    'a int NOT NULL',
    'a int DEFAULT 1',
    'a int CHECK (a > 0)',
    'a int UNIQUE',
    'a int PRIMARY KEY',
    'a int REFERENCES p(id)',
  ].map(addColumn),
  ...[
    'a int GENERATED ALWAYS AS (1) STORED',
    'a bigint GENERATED ALWAYS AS IDENTITY (CACHE 1)',
    'a int NULL DEFAULT 1',
  ].map(addColumn),
  addColumn('a integer GENERATED BY DEFAULT AS IDENTITY (CACHE 1)'),
  ['collate', 'CREATE TABLE t (a text COLLATE "C")', '0A000 COLLATE clause not supported'],
  ['collate', 'ALTER TABLE t ADD a text COLLATE "de-x-icu"', '0A000 COLLATE clause not supported'],
  ['domain_collate', 'CREATE DOMAIN d AS text COLLATE "C"', '0A000 COLLATE clause not supported'],
  ['column_compression', 'CREATE TABLE t (a text COMPRESSION lz4)', '0A000 COMPRESSION clause not supported'],
  ...['CONSTRAINT c UNIQUE (a)', 'UNIQUE (a)', 'PRIMARY KEY (a)', 'CONSTRAINT c CHECK (a > 0)', 'CHECK (a > 0)'].map(
    addConstraint,
  ),
  ...[
    'FOREIGN KEY (a) REFERENCES p(id)',
    'CONSTRAINT c EXCLUDE (a WITH =)',
    'CONSTRAINT c PRIMARY KEY USING INDEX i',
  ].map(addConstraint),
  ['deferrable', 'CREATE TABLE t (a int UNIQUE DEFERRABLE)', '0A000 DEFERRABLE constraint not supported'],
  [
    'deferrable',
    'CREATE TABLE t (a int, PRIMARY KEY (a) INITIALLY DEFERRED)',
    '0A000 DEFERRABLE constraint not supported',
  ],
  [
    'add_unique_deferrable',
    'ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i DEFERRABLE INITIALLY DEFERRED',
    '0A000 ALTER TABLE / ADD CONSTRAINT UNIQUE / DEFERRED / INITIALLY DEFERRED not supported',
  ],
  [
    'syntax_error',
    'CREATE TABLE t (a int, CHECK (a > 0) DEFERRABLE)',
    '0A000 CHECK constraints cannot be marked DEFERRABLE',
  ],
  ['exclude', 'CREATE TABLE t (a int, EXCLUDE (a WITH =))', '0A000 EXCLUDE constraint not supported'],
  ['identity_cache', 'CREATE TABLE t (a bigint GENERATED ALWAYS AS IDENTITY)', IDENTITY],
  ['identity_cache', 'CREATE TABLE t (a int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY)', IDENTITY],
  [
    'identity_cache_size',
    'CREATE TABLE t (a bigint GENERATED ALWAYS AS IDENTITY (START 1 CACHE 100))',
    '22023 CACHE (100) must be greater than or equal to 65536 or equal to 1',
  ],
  ['identity_cache', 'ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY', IDENTITY],
  [
    'set_identity_cache',
    'ALTER TABLE t ALTER a SET CACHE 10',
    '22023 CACHE (10) must be greater than or equal to 65536 or equal to 1',
  ],
  [
    'identity_type',
    'CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (CACHE 1))',
    '0A000 datatype integer not supported, identity column type must be bigint',
  ],
  [
    'identity_type',
    'CREATE TABLE t (a smallint GENERATED ALWAYS AS IDENTITY (CACHE 65536))',
    '0A000 datatype smallint not supported, identity column type must be bigint',
  ],
  [
    'too_many_key_columns',
    `CREATE TABLE t (${many(9, n => `c${n} int`)}, PRIMARY KEY (${many(9, n => `c${n}`)}))`,
    KEYS,
  ],
  ['key_type', 'CREATE TABLE t (a jsonb PRIMARY KEY)', '0A000 datatype jsonb is not supported in a key'],
  [
    'key_type',
    'CREATE TABLE t (a int, b interval, UNIQUE (a, b))',
    '0A000 datatype interval is not supported in a key',
  ],
  ['key_type', 'CREATE TABLE t (a timetz UNIQUE)', '0A000 datatype time with time zone is not supported in a key'],
  ['key_size', 'CREATE TABLE t (a varchar(2001) PRIMARY KEY)', '54000 key size greater than 2000 bytes not supported'],
  [
    'key_size',
    'CREATE TABLE t (a varchar(1000), b char(1001), c text, UNIQUE (a, c, b))',
    '54000 key size greater than 2000 bytes not supported',
  ],
];

export const alterTable: RefusedCase[] = [
  alter('ALTER TABLE t VALIDATE CONSTRAINT c', 'VALIDATE CONSTRAINT', 'validate_constraint_sync'),
  alter('ALTER TABLE t ALTER COLUMN a TYPE bigint', 'ALTER COLUMN ... SET DATA TYPE', 'alter_column_type'),
  alter(
    'ALTER TABLE t ALTER a SET DATA TYPE text USING a::text',
    'ALTER COLUMN ... SET DATA TYPE',
    'alter_column_type',
  ),
  alter('ALTER TABLE t ALTER a SET STATISTICS 10', 'ALTER COLUMN ... SET STATISTICS', 'set_statistics'),
  alter('ALTER TABLE t ALTER a SET NOT NULL', 'ALTER COLUMN ... SET NOT NULL', 'set_not_null'),
  alter('ALTER TABLE t ALTER a SET COMPRESSION lz4', 'ALTER COLUMN ... SET COMPRESSION'),
  alter('ALTER TABLE t ALTER a SET (n_distinct = 5)', 'ALTER COLUMN ... SET'),
  alter('ALTER TABLE t ENABLE ROW LEVEL SECURITY', 'ENABLE ROW SECURITY', 'row_security'),
  alter('ALTER TABLE t DISABLE ROW LEVEL SECURITY', 'DISABLE ROW SECURITY'),
  alter('ALTER TABLE t FORCE ROW LEVEL SECURITY', 'FORCE ROW SECURITY'),
  alter('ALTER TABLE t DISABLE TRIGGER x', 'DISABLE TRIGGER'),
  alter('ALTER TABLE t SET (fillfactor = 70)', 'SET'),
  alter('ALTER TABLE t SET TABLESPACE s', 'SET TABLESPACE'),
  alter('ALTER TABLE t SET UNLOGGED', 'SET UNLOGGED'),
  alter('ALTER TABLE t CLUSTER ON i', 'CLUSTER ON'),
  alter('ALTER TABLE t INHERIT p', 'INHERIT'),
  alter('ALTER TABLE t REPLICA IDENTITY FULL', 'REPLICA IDENTITY'),
  alter('ALTER TABLE t ATTACH PARTITION p DEFAULT', 'ATTACH PARTITION'),
  alter('ALTER TABLE t ADD COLUMN b int, ALTER a TYPE text', 'ALTER COLUMN ... SET DATA TYPE', 'alter_column_type'),
];

export const objects: RefusedCase[] = [
  ...[
    'TYPE IF EXISTS m',
    'EXTENSION e',
    'MATERIALIZED VIEW v',
    'FOREIGN TABLE f',
    'POLICY p ON t',
    'PROCEDURE f()',
    'AGGREGATE a(int)',
    'PUBLICATION p',
    'RULE r ON t',
    'SERVER s',
    'CAST (a AS b)',
  ].map((object): RefusedCase => ['drop_object', `DROP ${object}`, '0A000 unsupported object in DROP statement']),
  ['drop_domain_cascade', 'DROP DOMAIN d CASCADE', '0A000 DROP DOMAIN with CASCADE unsupported'],
  [
    'drop_index_concurrently',
    'DROP INDEX CONCURRENTLY i',
    '0A000 DROP INDEX CONCURRENTLY must be first action in transaction',
  ],
  ['drop_system_schema', 'DROP SCHEMA s, public CASCADE', '42501 must be owner of schema public'],
  ...[
    'TYPE m RENAME TO n',
    'TRIGGER x ON t RENAME TO y',
    'MATERIALIZED VIEW v RENAME TO w',
    'MATERIALIZED VIEW v RENAME a TO b',
    'FOREIGN TABLE IF EXISTS t RENAME a TO b',
    'POLICY p ON t RENAME TO q',
  ].map((object): RefusedCase => ['rename_object', `ALTER ${object}`, '0A000 unsupported object in RENAME statement']),
  ['comment_object', "COMMENT ON EXTENSION e IS 'x'", '0A000 unsupported object in COMMENT statement'],
  ['set_schema_object', 'ALTER EXTENSION e SET SCHEMA s', '0A000 unsupported object in SET SCHEMA statement'],
  ['owner_object', 'ALTER AGGREGATE a(int) OWNER TO r', '0A000 unsupported object in OWNER TO statement'],
  ['alter_domain', 'ALTER DOMAIN d SET NOT NULL', '0A000 unsupported ALTER DOMAIN SET NOT NULL statement'],
  ['alter_domain', 'ALTER DOMAIN d ADD CHECK (VALUE > 0)', '0A000 unsupported ALTER DOMAIN ADD CONSTRAINT statement'],
];

export const indexes: RefusedCase[] = [
  ['index_async', 'CREATE INDEX i ON t (a)', ASYNC],
  ['index_async', 'CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a DESC)', ASYNC],
  [
    'index_concurrently',
    'CREATE INDEX CONCURRENTLY i ON t USING btree (a)',
    '0A000 CONCURRENTLY not supported for CREATE INDEX',
  ],
  ['index_using', 'CREATE INDEX i ON t USING btree (a)', '0A000 USING not supported for CREATE INDEX'],
  ['index_using', 'CREATE INDEX ASYNC i ON s.t USING gin (a)', '0A000 USING not supported for CREATE INDEX'],
  ['index_too_many_keys', `CREATE INDEX i ON t (${many(9, n => `c${n}`)})`, KEYS],
  [
    'index_sort_order',
    'CREATE INDEX ASYNC i ON t (a DESC)',
    '0A000 specifying sort order not supported for index keys',
  ],
  [
    'index_sort_order',
    'CREATE INDEX ASYNC i ON t (a, b ASC)',
    '0A000 specifying sort order not supported for index keys',
  ],
  ['index_opclass', 'CREATE INDEX ASYNC i ON t (a text_pattern_ops)', '0A000 opclass not supported for index keys'],
  ['index_collation', 'CREATE INDEX ASYNC i ON t (a COLLATE "C")', '0A000 COLLATE clause not supported'],
  [
    'index_storage_parameters',
    'CREATE INDEX ASYNC i ON t (a) WITH (fillfactor = 70)',
    '0A000 WITH not supported for CREATE INDEX',
  ],
  ['index_tablespace', 'CREATE INDEX ASYNC i ON t (a) TABLESPACE s', '0A000 TABLESPACE not supported for CREATE INDEX'],
  [
    'index_include_expression',
    'CREATE INDEX ASYNC i ON t (a) INCLUDE ((lower(b)))',
    '0A000 expressions are not supported in included columns',
  ],
  ['syntax_error', 'CREATE INDEX ASYNC public.i ON t (a)', '42601 syntax error at or near "."'],
  ['syntax_error', 'CREATE INDEX ASYNC public.i ON t USING btree (a)', '42601 syntax error at or near "."'],
  ['syntax_error', 'CREATE INDEX ASYNC IF NOT EXISTS ON t (a)', '42601 syntax error at or near "ON"'],
];
