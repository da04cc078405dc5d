import assert from 'node:assert/strict';
import fc from 'fast-check';
import { keepMemory, keepStep, readKept, recallStep, type StepKnowledge } from '../../../src/core/chapters/kept';
import { block, chapterOf } from '../../support/chapter-text';
import { runResult } from '../../support/chapter-ports';

const BODY = [
  '## One {#one}\n',
  block('sql run', 'CREATE ONE;'),
  block('yaml token', 'user: admin'),
  block('sql check', '-- one is there\nSELECT one;\n-- 1'),
].join('\n');

function known(body = BODY) {
  const [step] = chapterOf(body).steps;
  assert.ok(step?.actions[0] && step.actions[1] && step.checks[0]);
  const [create, token] = step.actions;
  const outcome = { title: 't', ok: true, durationMs: 1 };
  const knowledge: StepKnowledge = {
    status: 'done',
    wasDone: true,
    doneAt: 3,
    seenOpen: false,
    durationMs: 12,
    actions: [
      { ...outcome, action: create, result: { type: 'text', text: 'x' } },
      { ...outcome, action: token, result: { type: 'json', title: 'token', value: { credential: 'AKIAEXAMPLE' } } },
    ],
    checks: [{ check: step.checks[0], held: true, expected: '1', actual: '1' }],
  };
  return { step, knowledge };
}

const file = (steps: unknown, rest: object = {}) =>
  JSON.stringify({
    version: 1,
    clusterId: 'c',
    chapters: { '07-test': { memory: {}, histories: {}, steps, ...rest } },
  });

describe('what is kept of chapters', () => {
  it('comes back as it was, without tokens', () => {
    const { step, knowledge } = known();
    const text = file({ one: keepStep(step, knowledge) });
    assert.doesNotMatch(text, /AKIA/);
    const kept = readKept(text)?.chapters['07-test']?.steps.one;
    assert.ok(kept);
    const recalled = recallStep(step, kept);
    assert.deepEqual({ ...recalled, actions: [] }, { ...knowledge, actions: [] });
    assert.equal(recalled.actions[0]?.action, step.actions[0]);
    assert.match(JSON.stringify(recalled.actions[1]?.result), /not kept/);
  });

  it('lets results of a step go whose text changed, not that it was done; text above it may change', () => {
    const { step, knowledge } = known();
    const kept = keepStep(step, knowledge);
    const [changed] = chapterOf(BODY.replace('CREATE ONE', 'CREATE TWO')).steps;
    const [moved] = chapterOf(`Some words.\n\n${BODY}`).steps;
    assert.ok(changed && moved);
    assert.deepEqual([recallStep(changed, kept).actions.length, recallStep(changed, kept).wasDone], [0, true]);
    assert.equal(recallStep(moved, kept).actions.length, 2);
  });

  it('reads a run that was under way as interrupted, also when that is kept again', () => {
    const { step, knowledge } = known();
    const [kept] = Object.values(
      readKept(file({ one: keepStep(step, { ...knowledge, status: 'running', wasDone: false }) }))?.chapters['07-test']
        ?.steps ?? {},
    );
    assert.ok(kept);
    const recalled = recallStep(step, kept);
    assert.deepEqual([recalled.status, recalled.interrupted], ['pending', true]);
    assert.equal(recallStep(step, keepStep(step, recalled)).interrupted, true);
    assert.equal('interrupted' in recallStep(step, keepStep(step, knowledge)), false);
  });

  it('does not keep what is too large', () => {
    const { step, knowledge } = known();
    const [first] = knowledge.actions;
    assert.ok(first);
    const big = { ...first, result: { type: 'text' as const, text: 'x'.repeat(2_000_000) } };
    assert.ok(JSON.stringify(keepStep(step, { ...knowledge, actions: [big] })).length < 10_000);
    const memory = keepMemory({ plans: { a: 'x'.repeat(2_000_000), b: 'y' }, answers: {}, runs: { r: runResult() } });
    assert.deepEqual([Object.keys(memory.plans), Object.keys(memory.runs)], [['b'], ['r']]);
  });

  it('reads any text without failing, and leaves out what is not of the form', () => {
    const { step, knowledge } = known();
    const kept = keepStep(step, knowledge);
    const broken = { ...kept, actions: [{ index: 0, title: 't', ok: true, durationMs: 1, result: { type: 'table' } }] };
    const read = readKept(file({ one: kept, two: broken, three: 7 }, { memory: { runs: { r: {} }, plans: { p: 1 } } }));
    assert.deepEqual(Object.keys(read?.chapters['07-test']?.steps ?? {}), ['one']);
    assert.deepEqual(read?.chapters['07-test']?.memory, { plans: {}, answers: {}, runs: {}, variables: {} });
    for (const text of ['', '{', 'null', '[]', '{"version":2,"clusterId":"c"}', '{"version":1}'])
      assert.equal(readKept(text), undefined, text);
    fc.assert(
      fc.property(fc.json(), json => {
        readKept(json);
        const steps = readKept(file({ one: JSON.parse(json) as unknown }))?.chapters['07-test']?.steps ?? {};
        if (steps.one) recallStep(step, steps.one);
      }),
      { numRuns: 200 },
    );
  });
});
