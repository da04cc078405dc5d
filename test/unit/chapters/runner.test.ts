import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import type { RunnerEvent } from '../../../src/core/chapters/contract';
import { prepareFor } from '../../../src/core/chapters/preparation';
import { ChapterRunner } from '../../../src/core/chapters/runner';
import { block, chapterOf } from '../../support/chapter-text';
import { recordingPorts, runResult, sqlError, table } from '../../support/chapter-ports';

const BODY = [
  '## One {#one .base}\n',
  block('sql run', 'CREATE ONE;'),
  block('sql check', '-- one is there\nSELECT one;\n-- 1'),
  block('sql undo', 'DROP ONE;'),
  '## Two {#two}\n',
  block('sql run', 'CREATE TWO;'),
  block('sql check', '-- two is there\nSELECT two;\n-- 1'),
  block('sql undo tolerate=42P01', 'DROP TWO;'),
].join('\n');

/** A database that knows which things were created. */
function world(overrides: Parameters<typeof recordingPorts>[1] = {}) {
  const things = new Set<string>();
  const ports = recordingPorts(sql => {
    const [verb, name = ''] = sql.toLowerCase().split(' ');
    if (verb === 'create' && things.has(name)) throw sqlError('42P07', `${name} already exists`);
    if (verb === 'drop' && !things.has(name)) throw sqlError('42P01', `${name} does not exist`);
    if (verb === 'create') things.add(name);
    if (verb === 'drop') things.delete(name);
    return table(verb === 'select' ? [[things.has(name) ? '1' : '0']] : []);
  }, overrides);
  return { ports, things };
}

const kinds = (events: RunnerEvent[]): string[] =>
  events.map(event => ('step' in event ? `${event.type} ${event.step.id}` : `${event.type} ${event.outcome.step.id}`));

describe('ChapterRunner', () => {
  it('runs steps in order, verifies each, and tells about it', async () => {
    const { ports } = world();
    const runner = new ChapterRunner(chapterOf(BODY), ports);
    const events: RunnerEvent[] = [];
    runner.onEvent(event => events.push(event));
    const outcomes = await runner.runAll();
    assert.deepEqual(
      outcomes.map(({ step, status }) => [step.id, status]),
      [
        ['one', 'done'],
        ['two', 'done'],
      ],
    );
    assert.deepEqual(
      kinds(events),
      ['one', 'two'].flatMap(id =>
        ['step-started', 'action-started', 'action-finished', 'check-finished', 'step-finished'].map(
          type => `${type} ${id}`,
        ),
      ),
    );
  });

  it('shows what it ran with its variables replaced', async () => {
    const { ports } = world({ variables: { thing: 'ONE' } });
    const body = `## One {#one}\n\n${block('sql run', 'CREATE ${thing};')}\n${block('sql check', '-- there\nSELECT one;\n-- 1')}`;
    const outcome = await new ChapterRunner(chapterOf(body), ports).runStep('one');
    assert.deepEqual([outcome.status, outcome.actions.map(({ title }) => title)], ['done', ['CREATE ONE']]);
  });

  it('shows all that the server says where a statement is to be refused', async () => {
    const details = { sqlstate: '54000', detail: 'Current transaction size 11mb > 10mb', hint: 'Use batches.' };
    const ports = recordingPorts(() => {
      throw new CodedError('DATABASE', 'transaction size limit 10mb exceeded', { details });
    });
    const body = `## One {#one}\n\n${block('sql run error=54000', 'INSERT ONE;')}\n${block('sql check', '-- there\nSELECT one;\n-- 1')}`;
    const { actions } = await new ChapterRunner(chapterOf(body), ports).runStep('one');
    assert.deepEqual(actions[0]?.result, {
      type: 'text',
      text: 'Refused, as it should be: 54000 transaction size limit 10mb exceeded (Use batches.)\nCurrent transaction size 11mb > 10mb',
    });
  });

  it('does not run again what is done, nor what is skipped', async () => {
    const { ports } = world();
    const chapter = chapterOf(BODY);
    const runner = new ChapterRunner(chapter, ports);
    runner.restore({ step: chapter.steps[1]!, status: 'skipped', actions: [], checks: [], durationMs: 0 });
    await runner.runAll();
    await runner.runAll();
    assert.deepEqual(ports.calls, ['sql admin CREATE ONE', 'sql admin SELECT one']);
    assert.equal(runner.status('two'), 'skipped');
  });

  it('stops at the first failing action, without trying its checks, and keeps the server error', async () => {
    const { ports, things } = world();
    things.add('one');
    const runner = new ChapterRunner(chapterOf(BODY), ports);
    const [outcome, ...later] = await runner.runAll();
    assert.equal(later.length, 0);
    assert.equal(outcome?.status, 'failed');
    assert.deepEqual(outcome?.checks, []);
    assert.deepEqual(outcome?.actions[0]?.error, {
      message: 'one already exists',
      sqlstate: '42P07',
      hint: undefined,
      nextStep: undefined,
    });
  });

  it('fails a step whose check does not hold, with expected and actual', async () => {
    const { ports } = world({});
    const body = ['## One {#one}\n', block('sql check', '-- one is there\nSELECT one;\n-- 1')].join('\n');
    const outcome = await new ChapterRunner(chapterOf(body), ports).runStep('one');
    assert.equal(outcome.status, 'failed');
    assert.deepEqual(
      outcome.checks.map(({ held, expected, actual }) => ({ held, expected, actual })),
      [{ held: false, expected: '1', actual: '0' }],
    );
  });

  it('repeats a step: later steps are undone first, last first', async () => {
    const { ports } = world();
    const runner = new ChapterRunner(chapterOf(BODY), ports);
    await runner.runAll();
    ports.calls.length = 0;
    const events: RunnerEvent[] = [];
    runner.onEvent(event => events.push(event));
    assert.equal((await runner.repeat('one')).status, 'done');
    assert.deepEqual(
      kinds(events).filter(kind => /^step-/.test(kind)),
      ['step-undone two', 'step-undone one', 'step-started one', 'step-finished one'],
    );
    assert.deepEqual(ports.calls, [
      'sql admin DROP TWO',
      'sql admin DROP ONE',
      'sql admin CREATE ONE',
      'sql admin SELECT one',
    ]);
    assert.equal(runner.status('two'), 'pending');
  });

  it('undoes what was never done only as far as the chapter tolerates it', async () => {
    const { ports } = world();
    const runner = new ChapterRunner(chapterOf(BODY), ports);
    const undone = await runner.undoAll();
    assert.deepEqual(
      undone.map(({ ok, error }) => [ok, error?.sqlstate]),
      [
        [true, undefined],
        [false, '42P01'],
      ],
    );
  });

  it('learns from checks what is done, whoever did it', async () => {
    const { ports, things } = world();
    const runner = new ChapterRunner(chapterOf(BODY), ports);
    assert.equal((await runner.check('one')).status, 'pending');
    things.add('one');
    assert.equal((await runner.check('one')).status, 'done');
    things.delete('one');
    assert.equal((await runner.check('one')).status, 'pending');
  });

  it('runs one thing at a time', async () => {
    const { ports } = world();
    const runner = new ChapterRunner(chapterOf(BODY), ports);
    const first = runner.runStep('one');
    await assert.rejects(runner.runStep('two'), {
      code: 'RUNNER_BUSY',
      message: /^the step "One" is still running$/,
    });
    assert.equal((await first).status, 'done');
  });

  it('rejects with CANCELLED when aborted, and leaves the step pending', async () => {
    const controller = new AbortController();
    const { ports } = world({
      stress: {
        run: async (plan, _onSnapshot, signal) => {
          controller.abort();
          return runResult({ plan, status: signal.aborted ? 'cancelled' : 'completed' });
        },
      },
    });
    const stress = block('yaml stress', 'name: run\nfunction: f\ncalls: 10\ninFlight: 2\naccounts: 4');
    const body = `## One {#one}\n\n${stress}\n${block('yaml check', '- stress: run\n  succeeded: all\n  describe: all')}`;
    const runner = new ChapterRunner(chapterOf(body), ports);
    await assert.rejects(runner.runStep('one', controller.signal), { code: 'CANCELLED' });
    assert.equal(runner.status('one'), 'pending');
  });

  it('says why a run of calls failed, and apart from that what to do', async () => {
    const failure = 'the bank has 100 accounts\nLoad more.';
    const { ports } = world({
      stress: { run: plan => Promise.resolve(runResult({ plan, status: 'failed', failure })) },
    });
    const stress = block('yaml stress', 'name: run\nfunction: f\ncalls: 10\ninFlight: 2\naccounts: 4');
    const body = `## One {#one}\n\n${stress}\n${block('yaml check', '- stress: run\n  succeeded: all\n  describe: all')}`;
    const { actions } = await new ChapterRunner(chapterOf(body), ports).runStep('one');
    const { message, nextStep } = actions[0]?.error ?? {};
    assert.deepEqual([message, nextStep], ['the run failed: the bank has 100 accounts', 'Load more.']);
  });

  it('refuses a step it does not know', async () => {
    const runner = new ChapterRunner(chapterOf(BODY), world().ports);
    assert.throws(() => runner.status('three'), { code: 'STEP_UNKNOWN' });
  });

  it('succeeds with an error only if it is the expected one', async () => {
    const body = (options: string): string =>
      `## One {#one}\n\n${block(`sql run ${options}`, 'DROP ONE;')}\n${block('sql check', '-- none\nSELECT one;\n-- 0')}`;
    const statusOf = async (options: string): Promise<string> =>
      (await new ChapterRunner(chapterOf(body(options)), world().ports).runStep('one')).status;
    assert.equal(await statusOf('error=42P01 contains="does not exist"'), 'done');
    assert.equal(await statusOf('error=42P01 contains="something else"'), 'failed');
    assert.equal(await statusOf('error=0A000'), 'failed');
    const accepted = world();
    accepted.things.add('one');
    const outcome = await new ChapterRunner(chapterOf(body('error=42P01')), accepted.ports).runStep('one');
    assert.match(outcome.actions[0]?.error?.message ?? '', /was accepted, error 42P01 was expected/);
  });

  it('takes the figure of the scale and gives runs to later statements', async () => {
    const { ports } = world();
    const body = [
      '## One {#one}\n',
      block('yaml stress', 'name: many\nfunction: f\ncalls: { laptop: 10, full: 1000 }\ninFlight: 100\naccounts: 4'),
      block('sql run', 'SELECT ${many.succeeded};'),
      block('yaml check', '- stress: many\n  succeeded: all\n  describe: all'),
    ].join('\n');
    const full = new ChapterRunner(chapterOf(body), ports, { figure: number => number.full });
    assert.equal((await full.runStep('one')).status, 'done');
    const laptop = new ChapterRunner(chapterOf(body), ports);
    assert.equal((await laptop.runStep('one')).status, 'done');
    assert.deepEqual(ports.calls, [
      'stress many 1000 100',
      'sql admin SELECT 1000',
      'stress many 10 10',
      'sql admin SELECT 10',
    ]);
  });

  it('forgets the runs of what it undoes, and keeps those of steps before', async () => {
    const stress = (name: string): string =>
      block('yaml stress', `name: ${name}\nfunction: f\ncalls: 7\ninFlight: 7\naccounts: 4`);
    const check = (name: string): string => block('yaml check', `- stress: ${name}\n  succeeded: all\n  describe: all`);
    const one = `## One {#one}\n\n${stress('first')}\n${check('first')}\n`;
    const body = `${one}## Two {#two}\n\n${stress('first')}\n${stress('second')}\n${check('second')}`;
    const runner = new ChapterRunner(chapterOf(body), recordingPorts());
    await runner.runAll();
    assert.deepEqual(Object.keys(runner.keptMemory().runs), ['first', 'second']);
    await runner.undo('two');
    assert.deepEqual(Object.keys(runner.keptMemory().runs), ['first']);
    assert.equal((await runner.inspect('two'))[0]?.held, false);
    assert.equal(runner.keptMemory().variables?.['second.succeeded'], undefined);
    await runner.undoAll();
    assert.deepEqual(Object.keys(runner.keptMemory().runs), []);
  });

  it('gives up a check whose statement runs, when it is told to', async () => {
    const abort = new AbortController();
    const { ports } = world();
    ports.database.query = (_sql, { signal } = {}) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new CodedError('CANCELLED', 'given up')));
        abort.abort();
      });
    await assert.rejects(new ChapterRunner(chapterOf(BODY), ports).inspect('one', abort.signal), { code: 'CANCELLED' });
  });

  for (const [kind, check, asked] of [
    ['fails', '- fails: SELECT 1\n  error: { sqlstate: "42501" }', 'rolledBack'],
    ['money', '- money: { accounts: 10, balance: 100 }', 'audit'],
    ['promises', '- promises: transfer\n  set: money', 'invoke'],
  ] as const)
    it(`tells what a check “${kind}” asks that it was given up`, async () => {
      const abort = new AbortController();
      const asks: string[] = [];
      const hang = (what: string, signal: AbortSignal | undefined): Promise<never> =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new CodedError('CANCELLED', 'given up')));
          asks.push(what);
          abort.abort();
        });
      const ports = recordingPorts();
      ports.database.rolledBack = (_statements, { signal } = {}) => hang('rolledBack', signal);
      ports.bank.audit = signal => hang('audit', signal);
      ports.lambda.invoke = (_name, _payload, { signal } = {}) => hang('invoke', signal);
      const runner = new ChapterRunner(
        chapterOf(`## One {#one}\n\n${block('yaml check', `${check}\n  describe: it holds`)}`),
        ports,
      );
      await assert.rejects(runner.inspect('one', abort.signal), { code: 'CANCELLED' });
      assert.deepEqual(asks, [asked]);
    });

  it('shows a token without its signature', async () => {
    const body = `## One {#one}\n\n${block('yaml token', 'user: admin')}\n${block('sql check', '-- x\nSELECT x;\n-- 0')}`;
    const outcome = await new ChapterRunner(chapterOf(body), world().ports).runStep('one');
    const shown = JSON.stringify(outcome.actions[0]?.result);
    assert.match(shown, /DbConnectAdmin/);
    assert.doesNotMatch(shown, /0123456789abcdef/);
  });
});

describe('prepareFor', () => {
  it('runs the base steps of earlier chapters that do not hold, and only those', async () => {
    const { ports, things } = world();
    const first = { ...chapterOf(BODY), number: 0 };
    const second = { ...chapterOf(BODY.replaceAll(/ONE|one/g, 'three')), number: 1 };
    const third = { ...chapterOf(BODY), number: 2 };
    const runnerOf = (chapter: typeof first) => new ChapterRunner(chapter, ports);
    things.add('one');
    const outcomes = await prepareFor(third, [first, second, third], runnerOf, new AbortController().signal).catch(
      (error: unknown) => assert.fail(String(error)),
    );
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['failed'],
      'the undo of "three" is not tolerant, so its repetition reports it',
    );
    things.add('three');
    assert.deepEqual(await prepareFor(third, [first, second, third], runnerOf, new AbortController().signal), []);
  });
});
