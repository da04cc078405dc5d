import assert from 'node:assert/strict';
import { interleavingLines } from '../../../src/cli/terminal/interleaving-text';
import { judge } from '../../../src/core/sessions/judge';
import { lineName } from '../../../src/core/sessions/line-name';
import { claimsOf, kindOf } from '../../../src/core/sessions/statement-kind';
import { timelineOf } from '../../../src/core/sessions/timeline';
import { verdictOf } from '../../../src/core/sessions/verdict';
import { changesBetween } from '../../../src/core/sessions/watch';
import { loadSessionPresets } from '../../../src/node/sessions/load';
import { beforeLostUpdate, lostUpdate } from '../../support/interleavings';

describe('outcomes of stepped sessions', () => {
  const { script } = loadSessionPresets()[0]!;
  const [order] = script.orders;

  it('are judged by the expectations, and an author is quoted only when they held', () => {
    const good = judge(script, order!, lostUpdate, lostUpdate.at(-1)?.committed);
    assert.ok(good.held);
    assert.equal(good.verdict, order!.verdict);
    const unexpected = lostUpdate.map(line => (line.step === 'b4' ? { ...line, answer: lostUpdate[6]!.answer } : line));
    const bad = judge(script, order!, unexpected, { ...beforeLostUpdate });
    assert.deepEqual(
      bad.expectations.filter(({ held }) => !held),
      [
        { expected: 'b4: error 40001 OC000', actual: 'COMMIT', held: false },
        { expected: 'in the end: 1 | 90', actual: '1 | 100', held: false },
      ],
    );
    assert.notEqual(bad.verdict, order!.verdict);
  });

  it('have a verdict of their own where nobody wrote one', () => {
    assert.match(verdictOf(lostUpdate), /^A committed\. B's COMMIT was refused with 40001 \(OC000\): /);
    assert.equal(verdictOf(lostUpdate.slice(0, 3)), 'A and B: the transaction is still open.');
    assert.equal(verdictOf([]), 'Nothing was run yet.');
  });

  it('are a timeline with lanes, marks and what each sees', () => {
    const { rows } = timelineOf(['A', 'B'], lostUpdate, beforeLostUpdate);
    assert.deepEqual(
      rows.map(({ lanes, session }) => lanes[session]?.mark),
      ['begin', 'begin', 'snapshot', 'snapshot', 'statement', 'statement', 'commit', 'refused'],
    );
    const [own, other, committed] = rows[4]!.seen;
    assert.deepEqual(own, { rows: ['1 | 90'], changed: [true], gone: [] });
    assert.deepEqual(other, { rows: ['1 | 100'], changed: [false], gone: [] });
    assert.deepEqual(committed, { rows: ['1 | 100'], changed: [false], gone: [] });
    assert.deepEqual(rows[6]!.seen, [
      null,
      { rows: ['1 | 80'], changed: [false], gone: [] },
      { rows: ['1 | 90'], changed: [true], gone: [] },
    ]);
    assert.deepEqual(rows[7]!.lanes, [{ state: 'idle' }, { state: 'idle', mark: 'refused' }]);
    assert.deepEqual(rows[7]!.notes, ['nothing of it stays']);
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['a1', 'b1', 'a2', 'b2', 'a3', 'b3', 'a4', 'b4'],
    );
  });

  it('name each line as checks and prose name it', () => {
    assert.equal(lineName({ step: 'a3', session: 'A' }), 'a3');
    assert.equal(lineName({ step: 'pay', session: 'Ada' }), 'Ada pay');
    const run = {
      title: 'Lost update',
      order: 'A first',
      sessions: ['A', 'B'],
      lines: lostUpdate,
      expectations: [],
      held: true,
      verdict: 'v',
      postgres: '',
    };
    const text = interleavingLines(run);
    assert.ok(text.includes('a1 BEGIN'), text.join('\n'));
    assert.ok(text.includes('    b4 COMMIT'), text.join('\n'));
  });

  it('tell rows apart by their key, or as a bag', () => {
    assert.deepEqual(
      changesBetween(
        [
          ['1', 'a'],
          ['2', 'b'],
        ],
        [
          ['1', 'x'],
          ['3', 'c'],
        ],
      ),
      [
        { kind: 'updated', before: ['1', 'a'], after: ['1', 'x'] },
        { kind: 'deleted', before: ['2', 'b'] },
        { kind: 'inserted', after: ['3', 'c'] },
      ],
    );
    assert.deepEqual(changesBetween([['5'], ['5']], [['5'], [null]]), [
      { kind: 'deleted', before: ['5'] },
      { kind: 'inserted', after: [null] },
    ]);
  });

  it('know what a line does by its words', () => {
    const cases: [string, string, string | undefined][] = [
      ['BEGIN', 'begin', undefined],
      ['start transaction', 'begin', undefined],
      ['end', 'commit', undefined],
      ['ABORT', 'rollback', undefined],
      ['SELECT 1 FOR UPDATE', 'read', 'FOR UPDATE'],
      ['select * from t for key share', 'read', 'FOR KEY SHARE'],
      ["SELECT 'for update'", 'read', undefined],
      ['WITH x AS (SELECT 1) SELECT * FROM x', 'read', undefined],
      ['WITH x AS (SELECT 1) SELECT * FROM t FOR UPDATE', 'read', 'FOR UPDATE'],
      ['WITH x AS (SELECT 1 FROM t FOR UPDATE), y AS (SELECT 2 FROM t FOR UPDATE) SELECT 3', 'read', 'FOR UPDATE'],
      ['WITH x AS (DELETE FROM t RETURNING 1) SELECT * FROM x', 'write', undefined],
      ['ALTER TABLE t ADD COLUMN c int', 'schema', undefined],
      ['SET search_path TO x', 'setting', undefined],
    ];
    for (const [sql, kind, claims] of cases) assert.deepEqual([kindOf(sql), claimsOf(sql)], [kind, claims], sql);
  });
});
