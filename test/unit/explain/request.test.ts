import assert from 'node:assert/strict';
import type { ExplainStatement } from '../../../src/core/dialect/contract';
import { limitOfText } from '../../../src/local/explain/limit';
import { printQueryIdentifier, queryIdOfText } from '../../../src/local/explain/query-identifier';
import { sqlName } from '../../../src/core/dialect/names';
import { explainForPostgres } from '../../../src/local/explain/request';

function statement(changes: Partial<ExplainStatement>): ExplainStatement {
  return {
    analyze: false,
    verbose: false,
    settings: false,
    costs: true,
    format: 'text',
    otherOptions: [],
    inner: {
      kind: 'query',
      text: 'SELECT 1',
      sql: 'SELECT 1',
      tag: 'SELECT',
      writes: false,
      locking: false,
      returnsRows: true,
      writeTargets: [],
    },
    ...changes,
  };
}

describe('the EXPLAIN sent to PostgreSQL', () => {
  it('asks for target lists even where the client did not', () => {
    assert.equal(explainForPostgres(statement({})), 'EXPLAIN (FORMAT JSON, VERBOSE, COSTS) SELECT 1');
  });

  it('carries the options that change what is executed, and not those about PostgreSQL itself', () => {
    const options = { analyze: true, settings: true, otherOptions: ['timing off', 'BUFFERS', 'wal', 'summary on'] };
    assert.equal(
      explainForPostgres(statement(options)),
      'EXPLAIN (FORMAT JSON, VERBOSE, COSTS, ANALYZE, SETTINGS, timing off, summary on) SELECT 1',
    );
  });
});

describe('an option of EXPLAIN that is about PostgreSQL itself', () => {
  it('is left to PostgreSQL to refuse where its value is none', () => {
    for (const [options, sent] of [
      ['buffers nope', ', buffers nope'],
      ['buffers false', ''],
      ['buffers 1', ''],
      ['wal off', ''],
    ] as const) {
      const text = explainForPostgres(statement({ analyze: true, otherOptions: [options] }));
      assert.equal(text, `EXPLAIN (FORMAT JSON, VERBOSE, COSTS, ANALYZE${sent}) SELECT 1`);
    }
  });
});

describe('query identifiers', () => {
  it('are 13 characters of z-base-32, most significant bits first', () => {
    assert.equal(printQueryIdentifier(0n), 'yyyyyyyyyyyyy');
    assert.equal(printQueryIdentifier(-1n), '9999999999996');
    assert.equal(printQueryIdentifier(1n), 'yyyyyyyyyyyyn');
    assert.equal(printQueryIdentifier(1n << 63n), 'oyyyyyyyyyyyy');
  });

  it('have the padding bit that every recorded one has', () => {
    const alphabet = 'ybndrfg8ejkmcpqxot1uwisza345h769';
    for (const id of ['qymgw1m77maoe', '78ztmj3kfninh', '4prcuazmkrq4k', 'gnseod6yw9ewy', '8cd46yst8fhda']) {
      assert.equal(alphabet.indexOf(id.at(-1)!) % 2, 0);
      const value = [...id].reduce((bits, c) => (bits << 5n) | BigInt(alphabet.indexOf(c)), 0n) >> 1n;
      assert.equal(printQueryIdentifier(value), id);
    }
  });

  it('made from text are the same for statements of one shape', () => {
    const id = queryIdOfText('SELECT * FROM t WHERE id = 1');
    assert.equal(queryIdOfText("select *\n from t where id = 'x'"), id);
    assert.notEqual(queryIdOfText('SELECT * FROM t WHERE id > 1'), id);
  });
});

describe('LIMIT in a text', () => {
  const cases: [sql: string, rows?: number, offset?: number][] = [
    ['SELECT 1 LIMIT 5', 5, 0],
    ['SELECT 1 LIMIT 5 OFFSET 2;', 5, 2],
    ['SELECT 1 OFFSET 2 LIMIT 5', 5, 2],
    ['SELECT 1 OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY', 3, 2],
    ['SELECT 1 FETCH FIRST ROW ONLY', 1, 0],
    ['SELECT 1 FETCH FIRST 4 ROWS ONLY', 4, 0],
    ['SELECT 1 OFFSET 95 ROWS;', Infinity, 95],
    ['SELECT 1 LIMIT $1'],
    ['SELECT 1 LIMIT $1 OFFSET 2'],
    ['SELECT 1 FETCH FIRST 4 ROWS ONLY OFFSET 2'],
    ['SELECT (SELECT 1 LIMIT 5)'],
    ["SELECT 'limit 5'"],
  ];
  for (const [sql, rows, offset] of cases) {
    it(`${sql}: ${rows} after ${offset}`, () =>
      assert.deepEqual(limitOfText(sql), rows === undefined ? undefined : { rows, offset }));
  }
});

describe('identifiers in plans', () => {
  it('are quoted where PostgreSQL quotes them', () => {
    assert.equal(sqlName('transaction'), 'transaction');
    assert.equal(sqlName('order'), '"order"');
    assert.equal(sqlName('Order'), '"Order"');
    assert.equal(sqlName('a"b'), '"a""b"');
    assert.equal(sqlName('*VALUES*'), '"*VALUES*"');
  });
});
