import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clausesOf } from '../../../src/local/adjudicator/clauses';

describe('clauses of a statement', () => {
  it('takes an UPDATE apart', () => {
    assert.deepEqual(
      clausesOf(`UPDATE "s".acc AS a SET balance = a.balance - $1, note = f('x, where', 2) WHERE id = $2 RETURNING *;`),
      {
        type: 'update',
        table: '"s".acc',
        alias: 'a',
        assignments: [
          { column: 'balance', expression: 'a.balance - $1' },
          { column: 'note', expression: `f('x, where', 2)` },
        ],
        from: undefined,
        where: 'id = $2',
        returning: '*',
      },
    );
  });

  it('is not misled by IS DISTINCT FROM, subqueries and quoted words', () => {
    const clauses = clausesOf(
      `update t set a = (select max(x) from u where y = 1), b = a is distinct from b where "set" = 'returning'`,
    );
    assert.ok(clauses?.type === 'update');
    assert.equal(clauses.from, undefined);
    assert.deepEqual(
      clauses.assignments.map(a => a.column),
      ['a', 'b'],
    );
    assert.equal(clauses.where, `"set" = 'returning'`);
  });

  it('takes a DELETE apart', () => {
    assert.deepEqual(clausesOf('delete from only t x using u where x.id = u.id returning x.id'), {
      type: 'delete',
      table: 't',
      alias: 'x',
      from: 'u',
      where: 'x.id = u.id',
      returning: 'x.id',
    });
    assert.deepEqual(clausesOf('DELETE FROM t;'), {
      type: 'delete',
      table: 't',
      alias: 't',
      from: undefined,
      where: undefined,
      returning: undefined,
    });
  });

  it('takes the name that the table goes by, whichever clauses follow', () => {
    for (const behind of ['', ' WHERE x.id = 1', ' USING u', ' RETURNING x.id', ' USING u WHERE u.id = x.id', ';'])
      for (const named of ['s.t AS x', 's.t x', 'ONLY s.t x', 's.t * x', 's.t * AS x']) {
        const clauses = clausesOf(`DELETE FROM ${named}${behind}`);
        assert.ok(clauses?.type === 'delete' && clauses.table === 's.t' && clauses.alias === 'x', `${named}${behind}`);
      }
    for (const behind of ['', ' WHERE x.a = 2', ' FROM u', ' RETURNING x.a', ';']) {
      const clauses = clausesOf(`UPDATE s.t * AS x SET a = 1${behind}`);
      assert.ok(clauses?.type === 'update' && clauses.table === 's.t' && clauses.alias === 'x', behind);
      assert.deepEqual(clauses.assignments, [{ column: 'a', expression: '1' }], behind);
    }
  });

  it('cuts the locking clause off a SELECT', () => {
    assert.deepEqual(clausesOf('SELECT * FROM t WHERE id = 1 FOR UPDATE OF t NOWAIT'), {
      type: 'select',
      text: 'SELECT * FROM t WHERE id = 1',
    });
    assert.deepEqual(clausesOf('select 1 from t for key share;'), { type: 'select', text: 'select 1 from t' });
  });

  it('INSERT', () => {
    assert.deepEqual(
      clausesOf('INSERT INTO s.t AS x (a, "B") SELECT 1, y FROM u JOIN v ON true ON CONFLICT DO NOTHING RETURNING *;'),
      {
        type: 'insert',
        table: 's.t',
        alias: 'x',
        columns: ['a', '"B"'],
        source: 'SELECT 1, y FROM u JOIN v ON true',
        onConflict: 'nothing',
        conflict: 'ON CONFLICT DO NOTHING',
        conditional: false,
        returning: '*',
      },
    );
    assert.deepEqual(clausesOf('INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1 WHERE t.b < 1'), {
      type: 'insert',
      table: 't',
      alias: 't',
      columns: undefined,
      source: 'VALUES (1)',
      onConflict: 'update',
      conflict: 'ON CONFLICT (a) DO UPDATE SET b = 1 WHERE t.b < 1',
      assignments: [{ column: 'b', expression: '1' }],
      conditional: true,
      returning: undefined,
    });
  });

  it('takes what stands in parentheses behind an INSERT’s table for columns, or for its query', () => {
    for (const source of ['(SELECT 1)', '( values (1))', '(TABLE u)', '(WITH u AS (SELECT 1) SELECT * FROM u)']) {
      const plain = clausesOf(`INSERT INTO t ${source} RETURNING a`);
      assert.ok(plain?.type === 'insert' && plain.columns === undefined && plain.source === source, source);
      const listed = clausesOf(`INSERT INTO t (selected, b) ${source}`);
      assert.ok(listed?.type === 'insert' && listed.source === source, source);
      assert.deepEqual(listed.columns, ['selected', 'b']);
    }
  });

  it('leaves alone what it does not understand', () => {
    for (const sql of [
      'UPDATE t SET (a, b) = (1, 2)',
      'UPDATE t SET a = DEFAULT',
      'UPDATE t SET a[1] = 2',
      'UPDATE t x y SET a = 1',
      'DELETE FROM t x y',
      'INSERT INTO t SELECT conflict FROM u',
      'SELECT 1',
      'SELECT * FROM t FOR UPDATE LIMIT 1',
      'WITH x AS (SELECT 1) UPDATE t SET a = 1',
      '',
    ])
      assert.equal(clausesOf(sql), undefined, sql);
  });

  it('never throws', () => {
    const words = fc.constantFrom(
      'update',
      'set',
      'from',
      'where',
      'returning',
      'delete',
      'for',
      '(',
      ')',
      ',',
      '=',
      't',
      '$1',
      "'a",
    );
    fc.assert(fc.property(fc.array(words), parts => void clausesOf(parts.join(' '))));
  });
});
