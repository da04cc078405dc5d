import assert from 'node:assert/strict';
import {
  columnsOf,
  joinConjuncts,
  simpleComparison,
  splitConjuncts,
  unqualify,
} from '../../../src/local/explain/expression';
import fc from 'fast-check';

const columns = new Set(['id', 'status', 'created_at', 'Order', 'ok']);
const names = { alias: 't', all: columns, texts: new Set(['status']) };

describe('expressions of plans', () => {
  it('are split at their own ANDs only', () => {
    assert.deepEqual(splitConjuncts("((a = 1) AND (b = 'x AND y'::text) AND ok)"), [
      '(a = 1)',
      "(b = 'x AND y'::text)",
      'ok',
    ]);
    assert.deepEqual(splitConjuncts('((a = 1) OR ((b = 2) AND (c = 3)))'), ['((a = 1) OR ((b = 2) AND (c = 3)))']);
    assert.deepEqual(splitConjuncts('(a = 1)'), ['(a = 1)']);
    assert.deepEqual(splitConjuncts('(a = 1) AND (b = 2)'), ['(a = 1) AND (b = 2)']);
    assert.deepEqual(splitConjuncts('ok'), ['ok']);
    assert.deepEqual(splitConjuncts(undefined), []);
  });

  it('are joined as PostgreSQL prints them', () => {
    assert.equal(joinConjuncts([]), undefined);
    assert.equal(joinConjuncts(['(a = 1)']), '(a = 1)');
    assert.equal(joinConjuncts(['(a = 1)', 'ok']), '((a = 1) AND ok)');
  });

  it('lose the qualifier of one table and nothing else', () => {
    const expression = `((t.id = u.id) AND ("t".status = 't.id'::text) AND (x.t.id > 1))`;
    assert.equal(unqualify(expression, 't'), `((id = u.id) AND (status = 't.id'::text) AND (x.t.id > 1))`);
    assert.equal(unqualify('("Order".id = 1)', 'Order'), '(id = 1)');
    assert.equal(unqualify('(t.id = 1)', undefined), '(t.id = 1)');
  });

  it('name their columns', () => {
    assert.deepEqual(columnsOf('upper(t.status) || u.id', 't', columns), ['status']);
    assert.deepEqual(columnsOf('(status = id)', 't', columns), ['status', 'id']);
    assert.deepEqual(columnsOf("id(status)::id || 'created_at'", undefined, columns), ['status']);
    assert.deepEqual(columnsOf('t.*', 't', columns), ['*']);
    assert.deepEqual(columnsOf('t."Order"', 't', columns), ['Order']);
    assert.deepEqual(columnsOf('count(*)', 't', columns), []);
  });

  const simple: [string, string, string][] = [
    ['(t.id = 1)', '=', 'id'],
    ["((t.status)::text = 'pending'::text)", '=', 'status'],
    ["(t.created_at > '2025-01-01 00:00:00'::timestamp without time zone)", '>', 'created_at'],
    ['(5 < t.id)', '>', 'id'],
    ['(id <= $1)', '<=', 'id'],
    ["(id = '-3'::integer)", '=', 'id'],
    ['(t.id IS NULL)', 'is null', 'id'],
    ['(t.id IS NOT NULL)', 'is not null', 'id'],
    ['t.ok', 'true', 'ok'],
    ['(NOT t.ok)', 'false', 'ok'],
  ];
  for (const [text, operator, column] of simple) {
    it(`${text} compares ${column}`, () => {
      const comparison = simpleComparison(text, names);
      assert.deepEqual([comparison?.operator, comparison?.column], [operator, column]);
    });
  }

  const complex = [
    "(t.status ~~ '%x%'::text)",
    "(t.status ~ '^x'::text)",
    '(ROW(t.id, t.status) > ROW(1, $1))',
    '((t.id % 7) = 2)',
    '(t.id = t.created_at)',
    '(t.id = u.id)',
    '(t.created_at > now())',
    '((t.id = 1) OR (t.id = 2))',
    "(t.id = ANY ('{1,2}'::integer[]))",
    '(hashed SubPlan 1)',
    '((t.id)::numeric > $0)',
    '(lower(t.status) IS NULL)',
    '(u.id = 3)',
    "((t.id)::text = '7'::text)",
    '((t.ok)::text IS NULL)',
  ];
  for (const text of complex) {
    it(`${text} is more than a comparison`, () => assert.equal(simpleComparison(text, names), undefined));
  }

  it('of any text do no harm', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        splitConjuncts(text);
        columnsOf(text, 't', columns);
        simpleComparison(text, names);
        assert.equal(unqualify(text, 'no such alias'), text);
      }),
    );
  });
});
