import assert from 'node:assert/strict';
import fs from 'node:fs';
import { scriptFile } from '../../../src/cli/commands/rehearse';
import { scripted, type ScriptedCall } from '../../../src/cli/rehearsal/captured';
import { differences, type Script } from '../../../src/cli/rehearsal/compare';
import { FUNCTION_PREFIX } from '../../../src/core/lambda/names';
import type { Action, Chapter } from '../../../src/core/chapters/contract';
import { loadChapters } from '../../../src/node/chapters/load';
import { transferPayload } from '../../../src/stress/payload';
import type { AwsCall } from '../../../src/local/aws/contract';

/** A whole rehearsal, which alone plays the long chapters, takes minutes: what their blocks send is held to its script from the text. */
describe("the chapters' blocks in the rehearsal's script", () => {
  const script = JSON.parse(fs.readFileSync(scriptFile(), 'utf8')) as Script;
  const chapters = loadChapters();

  for (const chapter of chapters)
    it(`has what chapter ${chapter.number} deploys and invokes, and no more`, () => {
      assert.deepEqual(problemsOf(chapter, script), []);
    });

  it('has each request of a step once, as it is recorded', () => {
    for (const [id, calls] of Object.entries(script)) {
      const texts = calls.map(call => JSON.stringify(call));
      const twice = texts.filter((text, at) => texts.indexOf(text) < at);
      assert.deepEqual(twice, [], `${id} has a request twice: take the second out`);
    }
  });

  it('says what to do about a block that is new, gone or elsewhere', () => {
    const last = chapters.at(-1)!;
    const id = `chapter-${last.number}`;
    const calls = script[id]!;
    const isInvoke = ({ call }: ScriptedCall): boolean => call.startsWith('lambda Invoke');
    const without = { ...script, [id]: calls.filter(call => !isInvoke(call)) };
    assert.match(
      problemsOf(last, without).join('\n'),
      /^chapter-11: sent, and not in the script: lambda Invoke us-east-1 \{"FunctionName":"dsql-workshop-billing".*rehearse --step chapter-11 --record/,
    );
    const added = { ...script, [id]: [...calls, ...script['chapter-10']!.filter(isInvoke)] };
    assert.match(problemsOf(last, added)[0] ?? '', /in the script, and not sent: lambda Invoke .*-orders/);
    const turned = { ...script, [id]: [...calls].reverse() };
    assert.match(problemsOf(last, turned)[0] ?? '', /in another order/);
    const unheard = { ...script, [id]: [] };
    assert.match(problemsOf(last, unheard)[0] ?? '', /sent, and not in the script: lambda GetFunctionConfiguration/);
  });
});

/** Of the chapter's step in the script, against what its blocks send. */
function problemsOf(chapter: Chapter, script: Script): string[] {
  const id = `chapter-${chapter.number}`;
  const actions = chapter.steps.flatMap(step => step.actions);
  // what a check of the promises sends is made up in code
  const promised = chapter.steps.flatMap(({ checks }) =>
    checks.flatMap(check => (check.type === 'promises' ? [FUNCTION_PREFIX + check.functionName] : [])),
  );
  const sent = scripted(actions.flatMap(callsOf), {});
  const texts = sent.map(call => JSON.stringify(call));
  const wanted = (script[id] ?? []).filter(
    call => texts.includes(JSON.stringify(call)) || (call.call === INVOKE && !promised.includes(functionOf(call))),
  );
  return differences(sent, wanted).map(
    problem => `${id}: ${problem}; mend the script, or record it: dsql-workshop rehearse --step ${id} --record`,
  );
}

/** Numbers are no part of a script. */
const ANY_TRANSFER = { payer: 1, payee: 2, amount: 1 };
const INVOKE = 'lambda Invoke us-east-1';

const functionOf = ({ input }: ScriptedCall): string => (input as { FunctionName: string }).FunctionName;

/** Of a deployment only that the function is looked for: what it takes depends on what is there. */
function callsOf(action: Action): AwsCall[] {
  const of = (operation: string, functionName: string, input: object = {}): AwsCall => ({
    ...{ service: 'lambda', region: 'us-east-1', operation },
    input: { FunctionName: FUNCTION_PREFIX + functionName, ...input },
  });
  switch (action.type) {
    case 'deploy':
      return [of('GetFunctionConfiguration', action.functionName)];
    case 'invoke':
      return [of('Invoke', action.functionName, { LogType: 'Tail', Payload: action.payload })];
    case 'measure':
      return action.cases.map(({ payload }) => of('Invoke', action.functionName, { Payload: payload }));
    case 'stress':
      return action.functionName === undefined
        ? []
        : [of('Invoke', action.functionName, { Payload: JSON.parse(transferPayload(ANY_TRANSFER)) as unknown })];
    default:
      return [];
  }
}
