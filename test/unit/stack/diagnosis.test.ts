import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { diagnose } from '../../../src/core/stack/diagnosis';
import type { StackAction } from '../../../src/core/stack/contract';

/** What aws-cdk 2.1148.1 printed against a stand-in for the account (test/support/cdk-account.ts), paths made neutral. */
const recorded = (name: string): string =>
  fs.readFileSync(path.resolve(__dirname, '../../fixtures/stack', `${name}.txt`), 'utf8');

describe('what the CDK CLI prints when it fails', () => {
  const cases: [file: string, action: StackAction, code: string, message: RegExp, nextStep: RegExp][] = [
    ['no-credentials', 'deploy', 'STACK_NO_CREDENTIALS', /no AWS credentials/, /aws sso login/],
    ['expired', 'deploy', 'STACK_CREDENTIALS_EXPIRED', /expired/, /aws sso login/],
    [
      'not-bootstrapped',
      'deploy',
      'STACK_NOT_BOOTSTRAPPED',
      /aws:\/\/111122223333\/us-east-1/,
      /npx cdk bootstrap aws:\/\/111122223333\/us-east-1;/,
    ],
    ['deletion-protection', 'destroy', 'STACK_DELETION_PROTECTED', /protected/, /--no-deletion-protection-enabled/],
    [
      'already-exists',
      'deploy',
      'STACK_NAME_TAKEN',
      /Function already exist: dsql-workshop-transfer$/,
      /--function-prefix/,
    ],
    ['rollback-failed', 'deploy', 'STACK_IN_FAILED_STATE', /UPDATE_ROLLBACK_FAILED/, /cdk rollback/],
    ['throttled', 'deploy', 'STACK_THROTTLED', /no more requests/, /again/],
    [
      'denied',
      'deploy',
      'STACK_ACCESS_DENIED',
      /may not do cloudformation:DescribeStacks on arn:/,
      /dsql-workshop policy --command deploy-stack/,
    ],
    ['handler-error', 'synth', 'STACK_SOURCES_REFUSED', /lambda\/index\.ts:25:22: Unexpected ";"/, /Correct the line/],
    ['app-error', 'synth', 'STACK_REGIONS_WRONG', /all different/, /--witness-region/],
  ];
  for (const [file, action, code, message, nextStep] of cases)
    it(`${file} is ${code}`, () => {
      const error = diagnose(action, recorded(file), 1);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.match(error.nextStep ?? '', nextStep);
    });

  it('every recording of a failure has a case, and those of success look like none', () => {
    const files = fs.readdirSync(path.resolve(__dirname, '../../fixtures/stack')).map(name => name.replace('.txt', ''));
    const failures = files.filter(name => !name.endsWith('-done'));
    assert.deepEqual(failures.sort(), cases.map(([file]) => file).sort());
    for (const name of files.filter(file => file.endsWith('-done')))
      assert.equal(diagnose('deploy', recorded(name), 1).code, 'STACK_COMMAND_FAILED', name);
  });

  it('reads through the colours of a terminal', () => {
    const coloured = recorded('handler-error').replace(
      '[ERROR]',
      '\u001b[41;31m[\u001b[41;97mERROR\u001b[41;31m]\u001b[0m',
    );
    assert.equal(diagnose('synth', coloured, 1).code, 'STACK_SOURCES_REFUSED');
  });

  it('shows what it does not know as it is, whatever that is', () => {
    const unknown = diagnose('deploy', 'one\nError: the moon is full\n    at somewhere', 1);
    assert.equal(unknown.code, 'STACK_COMMAND_FAILED');
    assert.match(unknown.message, /the moon is full/);
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), text => {
        const { message, nextStep } = diagnose('destroy', text, null);
        assert.ok(message.startsWith('cdk destroy') && message.length < 1000 && nextStep !== undefined);
      }),
    );
  });
});
