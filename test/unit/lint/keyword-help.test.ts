import assert from 'node:assert/strict';
import fc from 'fast-check';
import { keywordHelpAt } from '../../../src/core/lint/keyword-help';
import { anyCharacter } from '../../support/any-character';

describe('help on keywords', () => {
  const titleAt = (line: string, mark = line.indexOf('|')): string | undefined =>
    keywordHelpAt(line.replace('|', ''), mark)?.help.title;

  it('knows words that mean more in DSQL, on any of them', () => {
    assert.equal(titleAt('CREATE UNIQUE IN|DEX async i ON t (a)'), 'CREATE INDEX ASYNC');
    assert.equal(titleAt('create index AS|YNC i'), 'CREATE INDEX ASYNC');
    assert.equal(titleAt(`CALL sys.wait_|for_job('x')`), 'CALL sys.wait_for_job(job_id)');
    assert.equal(titleAt('SELECT * FROM sys.jo|bs'), 'sys.jobs');
    assert.equal(titleAt('SELECT 1 FOR  KEY /* x */ SHA|RE'), 'FOR KEY SHARE');
    assert.equal(titleAt('ALTER TABLE ASYNC| t VALIDATE CONSTRAINT c'), 'ALTER TABLE ASYNC … VALIDATE CONSTRAINT');
  });

  it('says nothing of other words, strings and comments', () => {
    assert.equal(titleAt('SELECT jo|bs FROM t'), undefined);
    assert.equal(titleAt(`SELECT 'for up|date'`), undefined);
    assert.equal(titleAt('-- for up|date'), undefined);
    assert.equal(titleAt('CREATE INDEX |i'), undefined);
  });

  it('takes any line', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.nat(200), (line, offset) => {
        const found = keywordHelpAt(line, offset);
        assert.ok(!found || (found.range.start <= offset && offset <= found.range.end));
      }),
    );
  });
});
