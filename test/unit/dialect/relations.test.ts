import assert from 'node:assert/strict';
import type { Dialect } from '../../../src/core/dialect/contract';
import { createDialect } from '../../../src/core/dialect/dialect';

describe('the relations a statement names', () => {
  let dialect: Dialect;
  before(async () => {
    dialect = await createDialect();
  });

  const cases: [sql: string, relations: string[] | undefined][] = [
    ['SELECT 1', []],
    ['SHOW timezone', undefined],
    ['SELECT * FROM s.a JOIN b ON true WHERE x IN (SELECT y FROM c)', ['a', 'b', 'c']],
    ['INSERT INTO a SELECT * FROM b', ['a', 'b']],
    ['WITH w AS (DELETE FROM a RETURNING *) UPDATE b SET x = 1 FROM w', ['a', 'b', 'w']],
    ['ALTER TABLE a ADD COLUMN b int', ['a']],
    ['ALTER TABLE a RENAME TO b', ['a']],
    ['CREATE TABLE a (id int REFERENCES b)', ['a', 'b']],
    ['CREATE INDEX ASYNC i ON a (x)', ['a']],
    ['DROP TABLE s.a, b', ['a', 'b']],
    ["COMMENT ON TABLE a IS ''", ['a']],
    ['GRANT SELECT ON a TO r', ['a']],
    ['GRANT SELECT ON ALL TABLES IN SCHEMA s TO r', ['*']],
    ['DROP SCHEMA s CASCADE', ['*']],
    ['CREATE ROLE r', undefined],
  ];
  for (const [sql, relations] of cases)
    it(sql, () => {
      const found = dialect.classify(sql).relations;
      assert.deepEqual(found && [...found].sort(), relations);
    });

  const named: [sql: string, named: string[] | undefined][] = [
    ['SELECT 1', undefined],
    ['SELECT * FROM pg_class, information_schema.tables, pg_catalog.pg_type, sys.jobs', undefined],
    ['SELECT * FROM s.a JOIN pg_class ON true JOIN a ON true JOIN s.a AS again ON true', ['a', 's.a']],
    ['DROP TABLE s.a, b', ['b', 's.a']],
    ['DROP SCHEMA s, u CASCADE', ['s.*', 'u.*']],
    ['GRANT SELECT ON ALL TABLES IN SCHEMA s TO r', ['s.*']],
    ['GRANT SELECT ON s.a TO r', ['s.a']],
    ["COMMENT ON TABLE s.a IS ''", ['s.a']],
    ["COMMENT ON COLUMN s.a.c IS ''", ['s.a']],
    ["COMMENT ON CONSTRAINT k ON s.a IS ''", ['s.a']],
    ["COMMENT ON INDEX s.i IS ''", ['s.i']],
    ['DROP INDEX s.i, k', ['k', 's.i']],
    ['ALTER INDEX s.i RENAME TO k', ['s.i']],
    ['ALTER STATISTICS s.x RENAME TO y', ['s.x']],
    ['ALTER STATISTICS s.x SET STATISTICS 5', ['s.x']],
    ['DROP STATISTICS s.x', ['s.x']],
    ['ALTER SCHEMA s RENAME TO u', ['s.*']],
    ['CREATE TABLE s.a (id int REFERENCES "B.c")', ['B.c', 's.a']],
    ['ALTER SEQUENCE s.q RESTART', ['s.q']],
    ['REASSIGN OWNED BY a TO b', ['*']],
    [`INSERT INTO s."A b" (x) VALUES ${'(1), '.repeat(20_000)} (2)`, ['s.A b']],
  ];
  for (const [sql, expected] of named)
    it(`with schemas: ${sql.slice(0, 80)}`, () => {
      const found = dialect.classify(sql).named?.map(({ schema, name }) => (schema ? `${schema}.${name}` : name));
      assert.deepEqual(found?.sort(), expected);
    });
});
