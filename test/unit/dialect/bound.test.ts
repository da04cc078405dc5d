import assert from 'node:assert/strict';
import type { Dialect } from '../../../src/core/dialect/contract';
import { createDialect } from '../../../src/core/dialect/dialect';

/** A text, another one that differs in its numbers, and what both are as one statement; undefined where they are not. */
const CASES: readonly (readonly [string, string, string | undefined])[] = [
  ['SELECT a FROM t WHERE id = 1', 'SELECT a FROM t WHERE id = 22', 'SELECT a FROM t WHERE id = $1'],
  [
    'UPDATE t SET a = a - 5, b = 0 WHERE 7 < id;',
    'UPDATE t SET a = a - 0, b = 1 WHERE 999999999 < id;',
    'UPDATE t SET a = a - $1, b = $2 WHERE $3 < id;',
  ],
  [
    'INSERT INTO t VALUES (1, -2) /* 3 */',
    'INSERT INTO t VALUES (10, -20) /* 3 */',
    'INSERT INTO t VALUES ($1, -$2) /* 3 */',
  ],
  [
    'DELETE FROM t1 WHERE NOT (a>=1 AND b<>-2) OR c = d',
    'DELETE FROM t1 WHERE NOT (a>=3 AND b<>-4) OR c = d',
    'DELETE FROM t1 WHERE NOT (a>=$1 AND b<>-$2) OR c = d',
  ],
  [
    'INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO NOTHING RETURNING b',
    'INSERT INTO t (a) VALUES (2) ON CONFLICT (a) DO NOTHING RETURNING b',
    'INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO NOTHING RETURNING b',
  ],
  // other than PostgreSQL's integer, or not known to be one
  ['SELECT a FROM t WHERE id = 1.0', 'SELECT a FROM t WHERE id = 2.0', undefined],
  ['SELECT a FROM t WHERE id = 1234567890', 'SELECT a FROM t WHERE id = 1234567891', undefined],
  ['SELECT a FROM t WHERE id = 0x10', 'SELECT a FROM t WHERE id = 0x11', undefined],
  ["UPDATE t SET a = 1 WHERE b = 'x'", "UPDATE t SET a = 2 WHERE b = 'y'", undefined],
  ['INSERT INTO t VALUES (1, NULL)', 'INSERT INTO t VALUES (2, NULL)', undefined],
  // where the number itself decides what the statement is, or how it is planned
  ['SELECT a FROM t ORDER BY 1', 'SELECT a FROM t ORDER BY 2', undefined],
  ['SELECT a, 1 FROM t', 'SELECT a, 2 FROM t', undefined],
  ['SELECT a FROM t WHERE id = 1 LIMIT 1', 'SELECT a FROM t WHERE id = 2 LIMIT 2', undefined],
  ['SELECT a FROM t WHERE a::varchar(3) = b', 'SELECT a FROM t WHERE a::varchar(4) = b', undefined],
  ['SELECT a FROM t WHERE id IN (1, 2)', 'SELECT a FROM t WHERE id IN (3, 4)', undefined],
  ['SELECT a FROM t WHERE substr(b, 1) = c', 'SELECT a FROM t WHERE substr(b, 2) = c', undefined],
  ['SELECT a FROM t WHERE id = (SELECT 1)', 'SELECT a FROM t WHERE id = (SELECT 2)', undefined],
  // PostgreSQL works this out, and may refuse it, where no row is found
  ['UPDATE t SET a = 999999999 * 3', 'UPDATE t SET a = 999999999 * 1', undefined],
  ['SELECT a FROM t WHERE id = 1 * 2', 'SELECT a FROM t WHERE id = 3 * 4', undefined],
  ['SELECT a FROM t WHERE a / 1 = b', 'SELECT a FROM t WHERE a / 0 = b', undefined],
  ['SELECT a FROM t WHERE 1 = 1', 'SELECT a FROM t WHERE 1 = 2', undefined],
  // of several rows, and of a text with parameters of its own
  ['INSERT INTO t VALUES (1), (2)', 'INSERT INTO t VALUES (3), (4)', undefined],
  ['SELECT a FROM t WHERE id = 1 AND b = $1', 'SELECT a FROM t WHERE id = 2 AND b = $1', undefined],
];

describe('statements that differ in numbers', () => {
  let dialect: Dialect;
  beforeEach(async () => void (dialect = await createDialect()));

  for (const [first, second, bound] of CASES) {
    it(`${bound === undefined ? 'are not the same' : 'are one'}: ${first}`, () => {
      const known = dialect.classify(first);
      assert.equal(known.bound, bound);
      assert.equal(known.numbers, undefined);
      const { bound: same, numbers } = dialect.classify(second);
      assert.equal(same, bound);
      assert.equal(numbers && bound?.replace(/\$(\d+)/g, (_, at: string) => numbers[Number(at) - 1]!), bound && second);
    });
  }

  it('are not, where there are more than a client writes by hand', () => {
    const insert = (count: number) =>
      `INSERT INTO t VALUES (${Array.from({ length: count }, (_, at) => at).join(', ')})`;
    assert.notEqual(dialect.classify(insert(32)).bound, undefined);
    assert.equal(dialect.classify(insert(33)).bound, undefined);
  });
});
