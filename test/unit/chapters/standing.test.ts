import assert from 'node:assert/strict';
import type { Check } from '../../../src/core/chapters/contract';
import { adviceOf, firstOpenBefore, judge, type Observation } from '../../../src/core/chapters/standing';

const rows: Check = { type: 'rows', sql: 'SELECT 1', describe: 'rows', line: 1 };
const answer: Check = { type: 'answer', name: 'a', path: 'b', describe: 'an answer', line: 1 };

function seen(held: boolean, facts: Partial<Observation> = {}, check: Check = rows): Observation {
  const outcomes = [{ check, held, expected: '', actual: '' }];
  return { status: 'pending', wasDone: false, doneAt: 0, seenOpen: false, checks: [check], outcomes, ...facts };
}
const done = (held: boolean, doneAt: number, check?: Check): Observation =>
  seen(held, { status: 'done', wasDone: true, doneAt }, check);
const told = (steps: Observation[], builtOver?: (doneAt: number) => boolean) =>
  judge(steps, builtOver, 9).map(({ status, note }) => (note ? `${status} ${note}` : status));

describe('what checks say about steps', () => {
  it('excuses a step by a later one that holds and asks the database', () => {
    assert.deepEqual(told([done(false, 1), done(true, 2)]), ['done built-over', 'done']);
    assert.deepEqual(told([done(false, 1), done(true, 2, answer)]), ['pending lapsed', 'done']);
    assert.deepEqual(told([done(false, 2), done(true, 1)]), ['pending lapsed', 'done']);
    assert.deepEqual(told([done(false, 1), done(false, 2)]), ['pending lapsed', 'pending lapsed']);
    assert.deepEqual(
      told([done(false, 3)], doneAt => doneAt === 3),
      ['done built-over'],
    );
  });

  it('takes a step as done by hand only when it was seen open after everything before it', () => {
    assert.deepEqual(told([seen(true)]), ['pending holds-already']);
    const [first, second] = judge([seen(false), seen(false)]);
    assert.deepEqual([first?.seenOpen, second?.seenOpen], [true, false]);
    assert.deepEqual(told([seen(true, { seenOpen: true }), seen(true)]), ['done', 'pending holds-already']);
    assert.equal(judge([seen(true, { seenOpen: true })], undefined, 9)[0]?.doneAt, 9);
  });

  it('leaves what is skipped, what runs, and what has no checks as it is, and a failure a failure', () => {
    assert.deepEqual(told([seen(true, { status: 'skipped' })]), ['skipped']);
    assert.deepEqual(told([seen(true, { status: 'running' })]), ['running']);
    assert.deepEqual(told([seen(true, { status: 'done', checks: [], outcomes: [] })]), ['done']);
    assert.deepEqual(told([seen(false, { status: 'failed' })]), ['failed']);
    assert.deepEqual(told([seen(true, { status: 'failed' })]), ['failed holds-already']);
    assert.deepEqual(told([seen(true, { status: 'failed', seenOpen: true })]), ['done']);
  });

  it('counts a check that was not verified as not holding', () => {
    assert.deepEqual(told([{ ...done(true, 1), outcomes: [] }]), ['pending lapsed']);
  });
});

describe('a step that fails', () => {
  it('may lack what the first step before it makes that runs something and is not done', () => {
    const steps = [
      { status: 'done', acts: true },
      { status: 'pending', acts: false },
      { status: 'skipped', acts: true },
      { status: 'failed', acts: true },
      { status: 'pending', acts: true },
    ] as const;
    assert.equal(firstOpenBefore(steps, 3), steps[2]);
    assert.equal(firstOpenBefore(steps, 2), undefined);
  });
});

describe('what to do about a check', () => {
  const advice = (check: Check, note?: 'lapsed') =>
    adviceOf({ check, held: false, expected: '', actual: '', nextStep: 'Mend the code.' }, note);

  it('is not to mend code where data were changed after it did what it should', () => {
    assert.equal(advice(rows), 'Mend the code.');
    assert.equal(advice(rows, 'lapsed'), undefined);
    assert.equal(advice(answer, 'lapsed'), 'Mend the code.');
    assert.equal(
      advice({ type: 'index', index: 'i', valid: true, describe: 'i', line: 1 }, 'lapsed'),
      'Mend the code.',
    );
  });
});
