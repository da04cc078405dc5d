import assert from 'node:assert/strict';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { Dialect } from '../../../src/core/dialect/contract';
import { freedBy } from '../../../src/local/adjudicator/reused-keys';
import type { SchemaFacts } from '../../../src/local/gateway/schema-facts';

const SCHEMA: SchemaFacts = {
  queriesMayWrite: false,
  locksUnnamed: false,
  setsUnnamed: false,
  momentsUnnamed: false,
  cascading: new Set(),
  roles: new Map(),
  closedSchemas: new Map(),
  foreignKeys: [],
  keyColumns: new Map([['t', ['id', 'Code']]]),
  changingDefaults: new Map(),
  views: new Set(),
  functions: new Set(),
  checkingDomains: new Set(),
  callingViews: new Map(),
  callingTables: new Map(),
  rowFunctions: new Set(),
  changingFunctions: new Set(),
  resting: [],
  attached: new Map(),
  keys: new Map(),
  aggregates: new Set(),
};

describe('keys that a statement may free', () => {
  let dialect: Dialect;
  before(async () => {
    dialect = await createDialect();
  });

  for (const [sql, frees] of [
    ['DELETE FROM t WHERE id = 1', true],
    ['UPDATE t SET v = 1 WHERE id = 1', false],
    ['UPDATE t SET v = v + id WHERE id = 1', false],
    ['UPDATE t SET id = 2 WHERE id = 1', true],
    ['UPDATE t SET "Code" = 2', true],
    ["UPDATE t SET v = 'where', id = 2", true],
    ['UPDATE t SET v = (SELECT max(w) FROM u WHERE w < 9), id = 2', true],
    ['UPDATE t SET (v, id) = (1, 2)', true],
    ['INSERT INTO t VALUES (1)', false],
    ['INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING', false],
    ['INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET v = excluded.id WHERE t.id < 9 RETURNING id', false],
    ['INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET v = 0, "Code" = 2', true],
    ['WITH gone AS (DELETE FROM t RETURNING id) INSERT INTO u SELECT id FROM gone', true],
    ['SELECT id FROM t', false],
  ] as const)
    it(`${sql}: ${frees ? 'some' : 'none'}`, () => {
      assert.equal(freedBy(dialect.classify(sql), SCHEMA).includes('t'), frees);
    });
});
