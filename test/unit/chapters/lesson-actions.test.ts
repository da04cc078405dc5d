import assert from 'node:assert/strict';
import type { Action, Check, StepResult } from '../../../src/core/chapters/contract';
import { ChapterMemory } from '../../../src/core/chapters/memory';
import { parseChapter } from '../../../src/core/chapters/parser';
import { outcomeError } from '../../../src/core/chapters/outcome-error';
import { perform } from '../../../src/core/chapters/perform';
import { conflictsByRange } from '../../../src/core/chapters/perform-heat-map';
import { verifyReferences } from '../../../src/core/chapters/references';
import type { Stage } from '../../../src/core/chapters/stage';
import type { HeatMapView } from '../../../src/protocol/chapter-view';
import { verify } from '../../../src/core/chapters/verify';
import type { LambdaPort } from '../../../src/core/lambda/contract';
import type { RunPlan } from '../../../src/core/stress/contract';
import { retryPolicy } from '../../../src/core/stress/retry-policies';
import { recordingPorts, runResult, table } from '../../support/chapter-ports';

const fence = '```';
const block = (info: string, text: string): string => `${fence}${info}\n${text}\n${fence}\n`;
const chapterOf = (...blocks: string[]) =>
  parseChapter(
    `---\ntitle: T\nsummary: S\nminutes: 1\n---\n\n# T\n\n## Step {#step}\n\n${blocks.join('\n')}\n${block('sql check min=0', '-- one\nSELECT 1;')}`,
    '/chapters/20-test',
  );
const actionOf = (...blocks: string[]): Action => chapterOf(...blocks).steps[0]!.actions[0]!;

function stageOn(ports = recordingPorts(), memory = new ChapterMemory({})): Stage {
  const signal = new AbortController().signal;
  return { ports, memory, directory: '/', figure: number => number.laptop, progress: () => undefined, signal };
}

const mapOf = (result: StepResult): HeatMapView => {
  assert.equal(result.type, 'heat-map');
  return result.map;
};

describe('a stress block', () => {
  const common = 'name: run\ncalls: 10\ninFlight: 2\naccounts: 100\n';

  it('drives SQL with a named retry policy and a distribution', async () => {
    const plans: RunPlan[] = [];
    const ports = recordingPorts(undefined, {
      stress: { run: plan => (plans.push(plan), Promise.resolve(runResult({ plan }))) },
    });
    const text = `${common}workload: sql-transfer\nretry: mcp-skill\ndistribution: { type: hot-set, accounts: 8, share: 0.9 }\ndurationSeconds: 5`;
    await perform(actionOf(block('yaml stress', text)), stageOn(ports));
    assert.deepEqual(plans[0]!.workload, { type: 'sql-transfer', retry: retryPolicy('mcp-skill')!.policy });
    assert.deepEqual(plans[0]!.distribution, { type: 'hot-set', accounts: 8, share: 0.9 });
    assert.equal(plans[0]!.durationSeconds, 5);
  });

  const wrong: [string, RegExp][] = [
    ['', /what is driven is not clear/],
    ['function: f\nworkload: sql-transfer', /what is driven is not clear/],
    ['function: f\nretry: none', /"retry" with a function/],
    ['workload: sql-transfer\nretry: hope', /"retry" is "hope"/],
    ['function: f\ndistribution: { type: hot-set }', /a hot set of nothing/],
    ['function: f\ndistribution: { type: zipf }', /Zipf without an exponent/],
    ['function: f\ndistribution: { type: hot-set, accounts: 8, share: 1.5 }', /share" is 1.5/],
    ['function: f\nstages: [{ ratePerSecond: 10 }]', /lacks "durationSeconds"/],
  ];
  for (const [text, problem] of wrong)
    it(`is refused with ${JSON.stringify(text)}`, () => {
      assert.throws(() => chapterOf(block('yaml stress', common + text)), {
        code: 'CHAPTER_MALFORMED',
        message: problem,
      });
    });
});

describe('a heat map', () => {
  it('is made of row, column and value, absent cells 0', async () => {
    const rows = [
      ['m1', 'r1', '5'],
      ['m2', 'r2', '7'],
    ];
    const ports = recordingPorts(() => table(rows, ['moment', 'range', 'rows']));
    const map = mapOf(await perform(actionOf(block('sql heat-map title="Keys"', 'SELECT 1;')), stageOn(ports)));
    assert.deepEqual(map, {
      ...{ title: 'Keys', rowName: 'moment', columnName: 'range', valueName: 'rows' },
      ...{ rows: ['m1', 'm2'], columns: ['r1', 'r2'] },
      values: [
        [5, 0],
        [0, 7],
      ],
    });
  });

  it('has one row when there are two columns, and no other shape', async () => {
    const heatMap = actionOf(block('sql heat-map title="Keys"', 'SELECT 1;'));
    const two = recordingPorts(() => table([['a', '1']], ['account', 'conflicts']));
    assert.deepEqual(mapOf(await perform(heatMap, stageOn(two))).values, [[1]]);
    const one = recordingPorts(() => table([['a']], ['account']));
    await assert.rejects(perform(heatMap, stageOn(one)), { code: 'HEAT_MAP_COLUMNS' });
  });

  it('puts the conflicts of runs into ranges of accounts, the last account into the last range', () => {
    const plan = { ...runResult().plan, name: 'hot', accounts: 95 };
    const hotKeys = [
      { account: 1, conflicts: 4 },
      { account: 10, conflicts: 3 },
      { account: 95, conflicts: 2 },
    ];
    const map = conflictsByRange([runResult({ plan, hotKeys }), runResult({ plan })], 10);
    assert.deepEqual([map.columns[0], map.columns.at(-1)], ['1–10', '91–95']);
    assert.deepEqual(map.values, [
      [7, 0, 0, 0, 0, 0, 0, 0, 0, 2],
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  it('of a run that was not made says so', async () => {
    await assert.rejects(perform({ type: 'conflict-map', runs: ['none'], buckets: 5, line: 1 }, stageOn()), {
      code: 'RUN_MISSING',
    });
  });
});

describe('an invocation that fails', () => {
  it('keeps the end of the function’s log for whoever reads the message', async () => {
    const lambda: LambdaPort = {
      ...recordingPorts().lambda,
      invoke: () =>
        Promise.resolve({
          statusCode: 200,
          functionError: 'Unhandled',
          payload: { errorMessage: 'my mistake' },
          log: 'START\nError: my mistake\n',
          durationMs: 1,
        }),
    };
    const invoke = block('json invoke function=f name=a', '{}');
    const failure = await perform(actionOf(invoke), stageOn(recordingPorts(undefined, { lambda }))).catch(outcomeError);
    assert.deepEqual(failure, {
      message: 'f failed: my mistake',
      sqlstate: undefined,
      hint: undefined,
      nextStep: "Read the function's log below the message, correct the handler, and run the step again.",
      log: 'START\nError: my mistake',
    });
  });
});

describe('an invocation that should fail', () => {
  const answered = async (payload: unknown): Promise<string | undefined> => {
    const lambda: LambdaPort = {
      ...recordingPorts().lambda,
      invoke: () => Promise.resolve({ statusCode: 200, payload, durationMs: 1 }),
    };
    const invoke = block('json invoke function=f name=a expect=error', '{}');
    const failure = await perform(actionOf(invoke), stageOn(recordingPorts(undefined, { lambda }))).catch(outcomeError);
    assert.ok('message' in failure);
    assert.equal(failure.message, 'f answered, a failure was expected');
    return failure.nextStep;
  };

  it('and succeeds has what later steps made in its way', async () => {
    assert.match((await answered({ greeting: 'Hello' })) ?? '', /^Undo the later steps first/);
  });

  it('and answers with an error was caught by the handler', async () => {
    assert.match(
      (await answered({ error: 'access denied' })) ?? '',
      /handler caught .*“access denied”.*leave the handler/,
    );
  });
});

describe('measured calls', () => {
  const measure = block('yaml measure', 'function: f\ntimes: 4\ncases:\n  - { name: get, payload: { id: 1 } }');
  const lambda = (answer: unknown, tookMs: number[]): LambdaPort => ({
    ...recordingPorts().lambda,
    invoke: () => Promise.resolve({ statusCode: 200, payload: answer, durationMs: tookMs.shift() ?? 0 }),
  });

  it('tell the first from the others, and keep the last answer', async () => {
    const stage = stageOn(recordingPorts(undefined, { lambda: lambda({ statements: 2 }, [90, 3, 1, 2]) }));
    const result = await perform(actionOf(measure), stage);
    assert.deepEqual((result as Extract<StepResult, { type: 'table' }>).rows, [
      ['get', '2', '90.0', '2.0', '3.0', '3.0'],
    ]);
    assert.deepEqual(stage.memory.answers.get('get'), { statements: 2 });
  });

  it('tell one in a hundred only where there are a hundred', async () => {
    const columns = async (times: number): Promise<string[]> => {
      const stage = stageOn(recordingPorts(undefined, { lambda: lambda({}, []) }));
      const result = await perform(actionOf(measure.replace('times: 4', `times: ${times}`)), stage);
      return (result as Extract<StepResult, { type: 'table' }>).columns;
    };
    assert.deepEqual(await columns(100), ['call', 'statements', 'first ms', 'p50 ms', 'p90 ms', 'max ms']);
    assert.equal((await columns(101)).includes('p99 ms'), true);
  });

  it('stop at a call that failed', async () => {
    const stage = stageOn(recordingPorts(undefined, { lambda: lambda({ error: 'no such order' }, []) }));
    await assert.rejects(perform(actionOf(measure), stage), { code: 'FUNCTION_FAILED', message: /no such order/ });
  });
});

describe('plans held against each other', () => {
  const scan = (rows: number): string =>
    `Full Scan (btree-table) on t  (cost=1.00..2.00 rows=1 width=8) (actual time=0.1..0.2 rows=1 loops=1)\n  -> Storage Scan on t  (cost=1.00..2.00 rows=1 width=8) (actual rows=1 loops=1)\n      -> B-Tree Scan on t  (cost=1.00..2.00 rows=${rows} width=8) (actual rows=${rows} loops=1)`;
  const stage = stageOn();
  stage.memory.plans.set('many', scan(600));
  stage.memory.plans.set('few', scan(30));
  const less = (name: string, than: string): Check => ({
    ...{ type: 'plan', name, describe: '', line: 1 },
    less: { of: 'rowsRead', than },
  });

  it('hold when the measure is smaller, and not when it is the same or larger', async () => {
    assert.equal((await verify(less('few', 'many'), stage)).held, true);
    assert.equal((await verify(less('many', 'few'), stage)).held, false);
    assert.equal((await verify(less('few', 'few'), stage)).held, false);
    assert.match((await verify(less('few', 'many'), stage)).actual, /30 rows read, 600 in "many"/);
  });

  it('are shown side by side, with what changed', async () => {
    const result = await perform({ type: 'compare-plans', before: 'many', after: 'few', line: 1 }, stage);
    assert.equal(result.type, 'plan-comparison');
    const { facts, better } = result;
    assert.equal(better, 'after');
    assert.deepEqual(
      facts.filter(({ name }) => name === 'Rows read in storage').map(({ before, after }) => [before, after]),
      [['600', '30']],
    );
    await assert.rejects(perform({ type: 'compare-plans', before: 'many', after: 'none', line: 1 }, stage), {
      code: 'PLAN_MISSING',
    });
  });

  it('must be made by the chapter', () => {
    const chapter = chapterOf(block('yaml compare-plans', 'before: a\nafter: b'));
    assert.throws(() => verifyReferences(chapter), { code: 'CHAPTER_MALFORMED', message: /no plan is called "a"/ });
  });
});

describe('a run held against another', () => {
  const check: Check = { type: 'stress', name: 'b', fewerFailuresThan: 'a', describe: '', line: 1 };
  it('holds with fewer failures only, and not without the other', async () => {
    const stage = stageOn();
    stage.memory.rememberRun('b', runResult({ succeeded: 9, failed: 1 }));
    assert.equal((await verify(check, stage)).held, false);
    stage.memory.rememberRun('a', runResult({ succeeded: 9, failed: 1 }));
    assert.equal((await verify(check, stage)).held, false);
    stage.memory.rememberRun('a', runResult({ succeeded: 8, failed: 2 }));
    assert.equal((await verify(check, stage)).held, true);
  });
});
