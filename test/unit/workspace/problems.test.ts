import assert from 'node:assert/strict';
import { invocationLog, withOwnPaths } from '../../../src/core/lambda/invocation-log';
import { bundlerProblems, compilerProblems } from '../../../src/core/workspace/problems';

describe("problems of the learner's code", () => {
  it('are read from the bundler, with their place', () => {
    assert.deepEqual(bundlerProblems(['index.ts:3:7 Expected ";" but found "b"', 'no place']), [
      { file: 'index.ts', line: 3, column: 7, text: 'Expected ";" but found "b"', severity: 'error' },
      { file: '', line: 1, column: 1, text: 'no place', severity: 'error' },
    ]);
  });

  it('are read from the compiler, messages of several lines whole', () => {
    const output =
      "lambda/index.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.\n  Because of this.\n\nFound 1 error.\n";
    assert.deepEqual(compilerProblems(output), [
      {
        file: 'lambda/index.ts',
        line: 12,
        column: 5,
        severity: 'error',
        code: 'TS2322',
        text: "Type 'string' is not assignable to type 'number'.\nBecause of this.",
      },
    ]);
  });
});

describe('the log of an invocation', () => {
  it("names the learner's files in place of the deployed copy, on AWS, on the laptop and on Windows", () => {
    const own = '/home/me/bank/lambda';
    for (const line of [
      '    at transfer (/var/task/index.ts:35:11)',
      '    at transfer (file:///var/task/index.ts:35:11)',
      '    at transfer (/home/me/Application Support/functions/transfer/code-0123456789ab-01234567/index.ts:35:11)',
    ])
      assert.equal(withOwnPaths(line, own), `    at transfer (${own}/index.ts:35:11)`);
    const windows =
      '    at async handler (C:\\Users\\me\\functions\\transfer\\code-0123456789ab-01234567\\index.ts:1:2)';
    assert.equal(withOwnPaths(windows, 'D:\\bank\\lambda'), '    at async handler (D:\\bank\\lambda\\index.ts:1:2)');
    assert.equal(withOwnPaths('    at /var/task/index.ts:1:2', own), `    at ${own}/index.ts:1:2`);
    assert.equal(withOwnPaths('a sentence about nothing', own), 'a sentence about nothing');
  });

  it('holds what was printed, the stack of an error, and the REPORT line', () => {
    const stack = ['Error: no', '    at handler (/var/task/index.ts:3:9)'];
    const log = [
      'START RequestId: 1 Version: $LATEST',
      'hello',
      '2026-11-21T08:00:00.000Z\t1\tINFO\tpaid',
      `2026-11-21T08:00:00.000Z\t1\tERROR\tInvoke Error \t${JSON.stringify({ errorType: 'Error', errorMessage: 'no', stack })}`,
      'END RequestId: 1',
      'REPORT RequestId: 1\tDuration: 1.50 ms\tBilled Duration: 2 ms',
    ].join('\n');
    const invocation = { statusCode: 200, payload: undefined, functionError: 'Unhandled', log, durationMs: 9 };
    assert.deepEqual(invocationLog('transfer', invocation, '/own'), [
      'transfer FAILED (Unhandled) in 1.50 ms',
      '  hello',
      '  INFO paid',
      '  Error: no',
      '      at handler (/own/index.ts:3:9)',
      '  REPORT RequestId: 1 Duration: 1.50 ms Billed Duration: 2 ms',
    ]);
  });
});
