import assert from 'node:assert/strict';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { Dialect } from '../../../src/core/dialect/contract';
import { rules } from '../../../src/core/dialect/rules';
import { refusedStatements } from './refused-statements';

describe('what DSQL refuses', () => {
  let dialect: Dialect;
  before(async () => void (dialect = await createDialect()));

  for (const [rule, sql, answer] of refusedStatements) {
    it(`${sql.length > 90 ? `${sql.slice(0, 87)}…` : sql}  (${rule})`, () => {
      const { refusal } = dialect.classify(sql);
      assert.equal(refusal && `${refusal.sqlstate} ${refusal.message}`, answer);
      assert.equal(refusal?.ruleId, rule);
    });
  }

  it('has a case for every rule that counts today', () => {
    const covered = new Set(refusedStatements.map(([rule]) => rule));
    const missing = rules.filter(rule => rule.until === undefined && !covered.has(rule.id)).map(rule => rule.id);
    assert.deepEqual(missing, []);
  });

  it('carries the detail the service gives', () => {
    assert.equal(dialect.classify('SET dsql.foo = 1').refusal?.detail, '"dsql" is a reserved prefix.');
  });

  it('says where, in UTF-16 units, behind letters of any length', () => {
    const sql = 'CREATE TABLE "é😀" (ü money)';
    assert.equal(dialect.classify(sql).refusal?.position, sql.indexOf('money'));
    const search = "SELECT 'é😀', to_tsvector('english'::regconfig, 'a')";
    assert.equal(dialect.classify(search).refusal?.position, search.indexOf("'english'"));
    const wrong = "SELECT 'é😀', a b c";
    assert.equal(dialect.classify(wrong).refusal?.position, wrong.indexOf(' c') + 1);
  });

  it('answers as the service did at an earlier date', async () => {
    const june = await createDialect({ asOf: '2026-06-30' });
    assert.equal(
      june.classify('CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES q(id))').refusal?.message,
      'FOREIGN KEY constraint not supported',
    );
    assert.equal(june.classify('CREATE TABLE t (v jsonb)').refusal, undefined);
    const april = await createDialect({ asOf: '2026-04-01' });
    assert.equal(april.classify('CREATE TABLE t (v jsonb)').refusal?.message, 'datatype jsonb not supported');
  });
});

describe('rules as data', () => {
  it('have unique ids, ISO dates, a source, a text and a remedy', () => {
    assert.equal(new Set(rules.map(rule => rule.id)).size, rules.length);
    for (const rule of rules) {
      assert.match(rule.id, /^[a-z][a-z0-9_]+$/);
      assert.match(rule.since, /^20\d\d-\d\d-\d\d$/, rule.id);
      assert.match(rule.until ?? '2026-01-01', /^20\d\d-\d\d-\d\d$/, rule.id);
      assert.match(rule.sqlstate, /^[0-9A-Z]{5}$/, rule.id);
      assert.ok('RDCG'.includes(rule.grade) && rule.source.length > 5, rule.id);
      assert.ok(rule.message.length > 5 && rule.remedy.length > 15, rule.id);
      assert.ok(rule.on.length > 0, rule.id);
    }
  });
});
