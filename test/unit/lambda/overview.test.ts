import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { deniedAction } from '../../../src/core/aws/denied';
import type { FunctionState, FunctionVersion } from '../../../src/core/lambda/admin';
import { conditionOf } from '../../../src/core/lambda/condition';
import { accessDenied, credentialsRefused } from '../../../src/core/lambda/errors';
import {
  codeStanding,
  functionOverviews,
  readDeployed,
  runningVersion,
  type DeployedFunction,
} from '../../../src/core/lambda/overview';

const state = (name: string, codeSha256: string): FunctionState => ({
  ...{ name, codeSha256, arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}` },
  ...{ codeBytes: 2_000, memoryMb: 512, timeoutSeconds: 30, environment: {}, runtime: 'nodejs20.x' },
  lastModified: '2026-11-21T18:27:23.209+0000',
});
const published = (version: string, codeSha256: string): FunctionVersion => ({
  ...{ version, codeSha256, codeBytes: 2_000, lastModified: '', description: '' },
});
const deployed = (name: string, codeSha256: string, versions: DeployedFunction['versions'] = []): DeployedFunction => ({
  state: state(name, codeSha256),
  versions,
});

describe('the overview of functions', () => {
  it('holds what is deployed and what could be, each once, by name', () => {
    const own = new Map([
      ['transfer', { codeSha256: 'a', sizeBytes: 1 }],
      ['orders', { codeSha256: 'b', sizeBytes: 1 }],
    ]);
    const overviews = functionOverviews([deployed('transfer', 'a'), deployed('keys', 'c')], own);
    assert.deepEqual(
      overviews.map(({ name, deployed: there, own: mine }) => [name, there !== undefined, mine !== undefined]),
      [
        ['keys', true, false],
        ['orders', false, true],
        ['transfer', true, true],
      ],
    );
    assert.deepEqual(overviews.map(codeStanding), [undefined, undefined, 'same']);
  });

  it('says that code differs by its digest, and that a folder does not bundle', () => {
    const there = deployed('transfer', 'a');
    assert.equal(
      codeStanding({ name: 'transfer', deployed: there, own: { codeSha256: 'b', sizeBytes: 1 } }),
      'differs',
    );
    assert.equal(codeStanding({ name: 'transfer', deployed: there, own: { error: new Error('line 1') } }), 'broken');
  });

  it('knows which version runs: the newest of the same code', () => {
    const versions = [published('3', 'a'), published('2', 'b'), published('1', 'a')];
    assert.equal(runningVersion(deployed('transfer', 'a', versions)), '3');
    assert.equal(runningVersion(deployed('transfer', 'c', versions)), undefined);
    assert.equal(runningVersion(deployed('transfer', 'a', { error: new Error('refused') })), undefined);
  });

  it('is told although the versions of a function cannot be read, and not when it was given up', async () => {
    const refused = new Error('refused');
    const lambda = {
      list: () => Promise.resolve([state('a', 'x'), state('b', 'y')]),
      versions: (name: string) => (name === 'a' ? Promise.reject(refused) : Promise.resolve([published('1', 'y')])),
    };
    const read = await readDeployed(lambda);
    assert.deepEqual(
      read.map(({ versions }) => versions),
      [{ error: refused }, [published('1', 'y')]],
    );
    await assert.rejects(readDeployed(lambda, AbortSignal.abort()), refused);
  });
});

describe('the condition of a function', () => {
  const cases: [Parameters<typeof conditionOf>[0], ReturnType<typeof conditionOf>][] = [
    [{}, undefined],
    [{ State: 'Active', LastUpdateStatus: 'Successful' }, { kind: 'ready' }],
    [
      { State: 'Pending', StateReason: 'is being created' },
      { kind: 'working', reason: 'is being created' },
    ],
    [{ State: 'Active', LastUpdateStatus: 'InProgress' }, { kind: 'working' }],
    [
      { State: 'Inactive', StateReason: 'idle' },
      { kind: 'idle', reason: 'idle' },
    ],
    [
      { State: 'Failed', StateReason: 'no network' },
      { kind: 'failed', reason: 'no network' },
    ],
    [
      { State: 'Active', LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'no such image' },
      { kind: 'failed', reason: 'no such image' },
    ],
  ];
  for (const [told, condition] of cases)
    it(`is ${condition?.kind ?? 'not known'} for ${JSON.stringify(told)}`, () =>
      assert.deepEqual(conditionOf(told), condition));
});

describe('the action that IAM does not allow', () => {
  const call = { functionName: '', local: false };

  it('is named where the service names it', () => {
    const reason = 'User: arn:aws:iam::1:user/jane is not authorized to perform: lambda:ListFunctions on resource: *';
    assert.equal(deniedAction(accessDenied(call, reason)), 'lambda:ListFunctions');
    assert.equal(deniedAction(accessDenied(call, 'no')), undefined);
  });

  it('is of refusals alone', () => {
    const reason = 'not authorized to perform: lambda:ListFunctions';
    assert.equal(deniedAction(credentialsRefused(call, reason)), undefined);
    assert.equal(deniedAction(new CodedError('LAMBDA_CALL_FAILED', reason)), undefined);
    assert.equal(deniedAction(new Error(reason)), undefined);
  });
});
