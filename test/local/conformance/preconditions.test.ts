import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Dialect } from '../../../src/core/dialect/contract';
import { createDialect } from '../../../src/core/dialect/dialect';
import { refusalOf } from '../../../src/core/dialect/preconditions';
import type { PostgresServer } from '../../../src/local/ports';
import { connectBeneath, startTestPostgres } from '../../support/postgres';

describe('refusals that the catalogue decides', () => {
  let postgres: PostgresServer;
  let client: pg.Client;
  let dialect: Dialect;

  before(async () => {
    dialect = await createDialect();
    postgres = await startTestPostgres();
    client = await connectBeneath(postgres.address);
    await client.query(`
      CREATE SCHEMA "S"; CREATE DOMAIN "S".own AS bigint; CREATE TABLE "S"."T'" (id int PRIMARY KEY, "a'b" int);
      CREATE TABLE pk (a int, b int, c text, PRIMARY KEY (a, b));
      CREATE TABLE typed (id int, j jsonb, i interval, v varchar(2001), w varchar(2000), x char(1), t text, n int NOT NULL);
      CREATE VIEW arrays AS SELECT 1 AS id, '{}'::int[] AS list, 'x'::name AS n;
      CREATE TABLE of_domain (o "S".own);
      CREATE TABLE lat_parent (id text NOT NULL PRIMARY KEY);
      CREATE TABLE lat_child (id bigint NOT NULL PRIMARY KEY, parent_id text);
      CREATE TABLE lat_same (id text NOT NULL PRIMARY KEY, parent_id text)`);
    await client.query(
      `CREATE TABLE full_of_columns (${Array.from({ length: 256 }, (_, n) => `c${n} int`).join(', ')})`,
    );
    await client.query(`CREATE TABLE full_of_indexes (a int)`);
    for (let n = 0; n < 24; n++) await client.query('CREATE INDEX ON full_of_indexes (a)');
    for (let n = 0; n < 5; n++) await client.query(`CREATE STATISTICS st${n} ON id, n FROM typed`);
  });
  after(async () => {
    await client?.end();
    await postgres?.close();
  });

  async function answer(sql: string): Promise<string | undefined> {
    for (const precondition of dialect.classify(sql).preconditions ?? []) {
      const { rows } = await client.query<(string | null)[]>({ text: precondition.sql, rowMode: 'array' });
      if (rows[0]) {
        const { sqlstate, message, detail } = refusalOf(precondition, rows[0]);
        return [sqlstate, message, detail].filter(Boolean).join(' ');
      }
    }
    return undefined;
  }

  const cases: [sql: string, answer: string | undefined][] = [
    ['ALTER TABLE pk DROP COLUMN b', '0A000 cannot drop primary key column b'],
    ['ALTER TABLE pk ADD COLUMN d int, DROP COLUMN a', '0A000 cannot drop primary key column a'],
    ['ALTER TABLE pk DROP COLUMN c', undefined],
    ['ALTER TABLE missing DROP COLUMN a', undefined],
    ['CREATE TABLE holder (p pk)', '0A000 datatype pk not supported'],
    [`CREATE TABLE holder (a int, p "S"."T'")`, `0A000 datatype "S"."T'" not supported`],
    ['CREATE TABLE holder (p missing)', undefined],
    ['CREATE TABLE holder (LIKE arrays, a int)', '0A000 datatype integer[] not supported'],
    ['CREATE TABLE holder (LIKE typed, LIKE pg_class)', '0A000 datatype oid not supported'],
    ['CREATE TABLE holder (LIKE typed INCLUDING ALL)', undefined],
    ['CREATE TABLE holder (LIKE of_domain)', undefined],
    ['CREATE TABLE holder (LIKE missing)', undefined],
    ['CREATE TABLE holder (p information_schema.cardinal_number)', undefined],
    ['ALTER TABLE typed ADD COLUMN p pk', '0A000 datatype pk not supported'],
    ['CREATE DOMAIN row_domain AS pk', '0A000 datatype pk not supported'],
    ['CREATE TABLE holder (a int, p missing[])', undefined],
    ['CREATE TABLE holder (p "S".own[])', '0A000 datatype own[] not supported'],
    ['ALTER TABLE typed ADD COLUMN p missing[]', undefined],
    ['CREATE DOMAIN array_domain AS missing[]', undefined],
    ['CREATE TABLE holder (p missing GENERATED ALWAYS AS IDENTITY (CACHE 1))', undefined],
    [
      'CREATE TABLE holder (p "S".own GENERATED ALWAYS AS IDENTITY (CACHE 1))',
      '0A000 datatype own not supported, identity column type must be bigint',
    ],
    ['CREATE TABLE holder (p missing, q money)', undefined],
    ['CREATE TABLE holder (p missing, q int GENERATED ALWAYS AS IDENTITY (CACHE 1))', undefined],
    ['CREATE TABLE holder (p "S".own, q missing, r int[])', undefined],
    ['CREATE TABLE holder (p "S".own, q money, r missing)', '0A000 datatype money not supported'],
    ['ALTER TABLE typed ADD COLUMN p missing, ADD COLUMN q money', undefined],
    ['ALTER TABLE typed ADD COLUMN p "S".own, ADD COLUMN q money', '0A000 datatype money not supported'],
    ['CREATE SEQUENCE of_missing AS missing CACHE 1', undefined],
    ['CREATE SEQUENCE of_own AS "S".own CACHE 1', '22023 sequence type must be bigint'],
    [`ALTER TABLE "S"."T'" DROP COLUMN id`, '0A000 cannot drop primary key column id'],
    [`ALTER TABLE "S"."T'" DROP COLUMN "a'b"`, undefined],
    ['ALTER TABLE pk DROP CONSTRAINT pk_pkey', '0A000 unsupported ALTER TABLE DROP CONSTRAINT statement'],
    ['ALTER TABLE pk DROP CONSTRAINT other', undefined],
    [
      'ALTER TABLE typed ALTER n ADD GENERATED ALWAYS AS IDENTITY (CACHE 1)',
      '0A000 datatype integer not supported, identity column type must be bigint',
    ],
    ['ALTER TABLE full_of_columns ADD COLUMN one_more int', '54011 tables can have at most 255 columns'],
    ['ALTER TABLE full_of_columns ADD COLUMN IF NOT EXISTS c1 int', undefined],
    ['ALTER TABLE typed ADD COLUMN one_more int', undefined],
    ['CREATE INDEX ASYNC ON full_of_indexes (a)', '54000 more than 24 indexes per table are not allowed'],
    ['CREATE INDEX ASYNC IF NOT EXISTS full_of_indexes_a_idx ON full_of_indexes (a)', undefined],
    ['CREATE INDEX ASYNC ON typed (id, j)', '0A000 datatype jsonb is not supported in a key'],
    ['CREATE INDEX ASYNC ON typed (i)', '0A000 datatype interval is not supported in a key'],
    ['CREATE INDEX ASYNC ON typed (v)', '54000 key size greater than 2000 bytes not supported'],
    ['CREATE INDEX ASYNC ON typed (w, x)', '54000 key size greater than 2000 bytes not supported'],
    ['CREATE INDEX ASYNC ON typed (id, w, t) INCLUDE (j)', undefined],
    ["CREATE INDEX ASYNC ON typed ((j ->> 'a'))", undefined],
    [
      'CREATE STATISTICS one_more ON id, n FROM typed',
      '54000 more than 5 extended statistics per table are not allowed',
    ],
    ['CREATE STATISTICS IF NOT EXISTS st4 ON id, n FROM typed', undefined],
    ['CREATE STATISTICS one ON a, b FROM pk', undefined],
    ['CREATE TABLE one_more (a int)', undefined],
    ['CREATE VIEW one_more AS SELECT 1', undefined],
    ['CREATE OR REPLACE VIEW one_more AS SELECT 1', undefined],
    ['CREATE SEQUENCE one_more CACHE 1', undefined],
    [
      'SELECT x.pid FROM lat_parent AS p LEFT JOIN LATERAL (SELECT p.id AS pid FROM lat_child AS c WHERE p.id = c.parent_id) AS x ON true',
      '42804 attribute 1 of type lat_child has wrong type Table has type bigint, but query expects text.',
    ],
    [
      'SELECT x.pid FROM lat_parent AS p LEFT JOIN LATERAL (SELECT p.id AS pid FROM lat_same AS c WHERE p.id = c.parent_id) AS x ON true',
      undefined,
    ],
  ];
  for (const [sql, expected] of cases) {
    it(`${sql.slice(0, 100)} → ${expected ?? 'accepted'}`, async () => assert.equal(await answer(sql), expected));
  }

  it('nothing of a table that is another’s: PostgreSQL looks at the owner when it looks up the name', async () => {
    await client.query('CREATE ROLE stranger; SET ROLE stranger');
    const answers: (string | undefined)[] = [];
    for (const sql of [
      'ALTER TABLE pk DROP COLUMN b',
      'ALTER TABLE pk DROP CONSTRAINT pk_pkey',
      'ALTER TABLE full_of_columns ADD COLUMN one_more int',
      'CREATE INDEX ASYNC ON full_of_indexes (a)',
      'CREATE INDEX ASYNC ON typed (id, j)',
      'CREATE STATISTICS one_more ON id, n FROM typed',
    ])
      answers.push(await answer(sql));
    await client.query('RESET ROLE; DROP ROLE stranger');
    assert.deepEqual(answers.filter(Boolean), []);
  });

  it('at most ten schemas of one’s own', async () => {
    assert.equal(await answer('CREATE SCHEMA a1'), undefined);
    await client.query('BEGIN');
    for (let n = 0; n < 9; n++) await client.query(`CREATE SCHEMA own${n}`);
    assert.equal(await answer('CREATE SCHEMA a1'), '54000 more than 10 schemas not allowed');
    assert.equal(await answer('CREATE SCHEMA IF NOT EXISTS "S"'), undefined);
    assert.equal(await answer('CREATE SCHEMA own1'), undefined, 'PostgreSQL says that it is there');
    await client.query('ROLLBACK');
  });
});
