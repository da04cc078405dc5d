import assert from 'node:assert/strict';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { Dialect } from '../../../src/core/dialect/contract';
import { applyEdits, fixAll } from '../../../src/core/lint/apply-fixes';
import type { Linter } from '../../../src/core/lint/contract';
import { FIXABLE_RULES } from '../../../src/core/lint/fixes/fixes';
import { createLinter } from '../../../src/core/lint/linter';
import { FIX_CASES } from '../../support/lint-fixes';

/** The same fixers as cases above, for texts DSQL refuses in another place first. */
const COVERED_BY_OTHERS = new Set(['add_unique_deferrable', 'set_identity_cache', 'wait_for_job_in_transaction']);

describe('lint fixes', () => {
  let linter: Linter;
  let dialect: Dialect;
  before(async () => {
    linter = await createLinter();
    dialect = await createDialect();
  });

  for (const { rule, fix, text, fixed } of FIX_CASES) {
    it(`${rule} · ${fix}: ${text.slice(0, 60).replaceAll('\n', ' ')}`, () => {
      const { diagnostics, fixesOf } = linter.lint(text);
      const diagnostic = diagnostics.find(found => found.rule.id === rule);
      assert.ok(diagnostic, `not found: ${diagnostics.map(found => found.rule.id).join(', ')}`);
      const chosen = fixesOf(diagnostic).find(({ id }) => id === fix);
      assert.ok(chosen, 'no such fix');
      const result = applyEdits(text, chosen.edits);
      assert.equal(result, fixed);
      for (const span of dialect.split(result)) assert.equal(dialect.classify(span.text).refusal, undefined, span.text);
      assert.ok(!linter.lint(result).diagnostics.some(found => found.rule.id === rule), 'still found');
    });
  }

  it('has a case for every rule with a fix', () => {
    const tested = new Set(FIX_CASES.map(({ rule }) => rule));
    assert.deepEqual(
      FIXABLE_RULES.filter(rule => !tested.has(rule) && !COVERED_BY_OTHERS.has(rule)),
      [],
    );
  });

  it('fixes a whole text until nothing safe is left', () => {
    const text = [
      'BEGIN;',
      'CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);',
      'CREATE UNIQUE INDEX CONCURRENTLY i ON a USING btree (id DESC) WITH (fillfactor = 70);',
      'COMMIT;',
      '',
    ].join('\n');
    const { text: result, fixed } = fixAll(linter, text);
    assert.equal(
      result,
      [
        'BEGIN;',
        'CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 65536) PRIMARY KEY);',
        'COMMIT;',
        'BEGIN;',
        'CREATE UNIQUE INDEX ASYNC i ON a (id);',
        'COMMIT;',
        '',
      ].join('\n'),
    );
    assert.equal(fixed.get('multiple_ddl'), 1);
    assert.equal(fixed.get('index_using'), 1);
  });

  it('fixes one rule only when asked', () => {
    const { text } = fixAll(linter, 'CREATE SEQUENCE s; CREATE TABLE t (id serial PRIMARY KEY);', {
      rule: 'sequence_cache',
    });
    assert.equal(text, 'CREATE SEQUENCE s CACHE 65536; CREATE TABLE t (id serial PRIMARY KEY);');
  });
});
