import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { STACK_ACTIONS } from '../../../src/core/stack/contract';
import { PROBLEM_MATCHERS } from '../../../src/vscode/stack/definition';
import { withAbsolutePlace } from '../../../src/core/stack/places';

interface Pattern {
  regexp: string;
  file?: number;
  line?: number;
  column?: number;
  message?: number;
}
const root = path.resolve(__dirname, '../../..');
const { contributes } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  contributes: {
    taskDefinitions: { type: string; properties: Record<string, { enum?: string[] }> }[];
    problemMatchers: { name: string; pattern: Pattern[] }[];
  };
};
const recorded = (name: string): string =>
  fs.readFileSync(path.join(root, 'test/fixtures/stack', `${name}.txt`), 'utf8');

/** As the editor does it: a pattern of several lines matches lines that follow each other. */
function problems(text: string): string[] {
  const lines = text.split('\n').map(line => withAbsolutePlace(line, file => path.posix.join('/home/ada/bank', file)));
  return contributes.problemMatchers.flatMap(({ pattern }) =>
    lines.flatMap((_, at) => {
      const matches = pattern.map((one, offset) => new RegExp(one.regexp).exec(lines[at + offset] ?? ''));
      if (matches.some(match => match === null)) return [];
      const field = (name: 'file' | 'line' | 'column' | 'message'): string | undefined => {
        const index = pattern.findIndex(one => one[name] !== undefined);
        return matches[index]?.[pattern[index]?.[name] ?? 0];
      };
      return [[field('file'), field('line'), field('column'), field('message')].filter(Boolean).join(' ')];
    }),
  );
}

describe('problems in the output of a stack task', () => {
  it("are esbuild's, with the file in the learner's folder", () => {
    assert.deepEqual(problems(recorded('handler-error')), ['/home/ada/bank/lambda/index.ts 25 22 Unexpected ";"']);
  });

  it("are the app's, where it throws", () => {
    const [problem, ...others] = problems(recorded('app-error').replaceAll('/home/ada/bank/infra', 'infra'));
    assert.match(problem ?? '', /^\/home\/ada\/bank\/infra\/cdk\/lib\/app\.ts \d+ Error: A two-Region database needs/);
    assert.deepEqual(others, []);
    const oneBlank = recorded('app-error').replace('\n\n\n', '\n\n');
    assert.equal(problems(oneBlank).length, 1, 'as Node prints it without a loader');
  });

  it("are the CDK's, of templates that CloudFormation would refuse", () => {
    const text = [
      'lib/bank-stack.ts:34:21',
      "ERROR MultiRegionProperties.Clusters.0: 'x' does not match pattern (CloudFormation Validate)",
    ].join('\n');
    assert.deepEqual(problems(text), [
      "/home/ada/bank/lib/bank-stack.ts 34 21 MultiRegionProperties.Clusters.0: 'x' does not match pattern (CloudFormation Validate)",
    ]);
  });

  it('are none in what went well', () => {
    for (const name of ['deploy-done', 'destroy-done']) assert.deepEqual(problems(recorded(name)), []);
  });
});

describe('the tasks of a stack', () => {
  it('are declared with the actions that there are', () => {
    const [definition] = contributes.taskDefinitions;
    assert.equal(definition?.type, 'dsqlWorkshop');
    assert.deepEqual(definition.properties['action']?.enum, [...STACK_ACTIONS]);
    assert.deepEqual(
      contributes.problemMatchers.map(({ name }) => `$${name}`),
      PROBLEM_MATCHERS,
    );
  });
});
