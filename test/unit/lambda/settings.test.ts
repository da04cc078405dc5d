import assert from 'node:assert/strict';
import fc from 'fast-check';
import { settingsAsked } from '../../../src/cli/commands/configure-function';
import { codeDifference } from '../../../src/core/lambda/comparison';
import {
  changedSettings,
  changedVariables,
  concurrencyOf,
  isVariableName,
  withVariables,
  type AskedSettings,
} from '../../../src/core/lambda/settings';

const STATE = {
  name: 'transfer',
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:transfer',
  codeSha256: '',
  codeBytes: 1,
  memoryMb: 512,
  timeoutSeconds: 30,
  environment: { A: '1', B: '2' },
  runtime: 'nodejs22.x',
  lastModified: '',
};

describe('settings of a function', () => {
  const changed = (asked: AskedSettings) => changedSettings(STATE, asked);

  it('are sent as far as they are not so yet, the environment whole', () => {
    assert.deepEqual(changed({ memoryMb: 512, timeoutSeconds: 30, variables: { A: '1', C: undefined } }), {});
    assert.deepEqual(changed({ memoryMb: 256, timeoutSeconds: 30 }), { memoryMb: 256 });
    assert.deepEqual(changed({ variables: { A: undefined, C: '3' } }), { environment: { B: '2', C: '3' } });
    assert.deepEqual(changed({ variables: { A: '', B: '2' } }), { environment: { A: '', B: '2' } });
  });

  it('put a function on managed instances when more than one invocation at a time is asked for, with the memory that they need', () => {
    const capacityProviderArn = 'arn:aws:lambda:us-east-1:000000000000:capacity-provider:this-machine';
    const managedInstances = { capacityProviderArn, maxConcurrency: 32 };
    assert.deepEqual(changed({ concurrency: 1 }), {}, 'as it is');
    assert.deepEqual(changed({ concurrency: 32 }), { managedInstances, memoryMb: 2048 });
    const there = { ...STATE, memoryMb: 4096, managedInstances };
    assert.deepEqual(changedSettings(there, { concurrency: 32 }), {});
    assert.deepEqual(changedSettings(there, { concurrency: 1 }), {
      managedInstances: { ...managedInstances, maxConcurrency: 1 },
    });
    assert.deepEqual(changedSettings(there, { memoryMb: 512 }), { memoryMb: 2048 });
    assert.equal(concurrencyOf({ ...STATE, managedInstances: { capacityProviderArn } }), undefined);
    assert.equal(settingsAsked({ concurrency: '1600' }).concurrency, 1600);
    for (const concurrency of ['0', '1601', '1.5', 'x'])
      assert.throws(() => settingsAsked({ concurrency }), /--concurrency/);
  });

  it('tell of variables what became of each, and no value', () => {
    assert.deepEqual(changedVariables({}, { constructor: '1' }), [{ name: 'constructor', how: 'set' }]);
    assert.deepEqual(changedVariables({ A: '1', B: '2', C: '3' }, { A: '1', B: 'secret', D: 'secret' }), [
      { name: 'B', how: 'changed' },
      { name: 'C', how: 'removed' },
      { name: 'D', how: 'set' },
    ]);
  });

  it('any change brings the named variables to what was asked, and leaves the others', () => {
    const name = fc.constantFrom('A', 'B', 'C', 'constructor', '__proto__');
    const variables = fc.dictionary(name, fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(variables, fc.array(fc.tuple(name, fc.option(fc.string(), { nil: undefined }))), (before, asked) => {
        const changes = Object.fromEntries(asked);
        const after = withVariables(before, changes);
        const valueOf = (of: object, key: string): unknown => Object.getOwnPropertyDescriptor(of, key)?.value;
        for (const key of new Set([...Object.keys(before), ...Object.keys(changes)]))
          assert.equal(
            valueOf(after, key),
            valueOf(key in changes && Object.hasOwn(changes, key) ? changes : before, key),
          );
        const named = changedVariables(before, after).map(change => change.name);
        assert.ok(named.every(each => valueOf(before, each) !== valueOf(after, each)));
      }),
    );
  });

  it('have names as Lambda takes them', () => {
    for (const good of ['AB', 'a1_', 'Cluster_Endpoint']) assert.ok(isVariableName(good), good);
    for (const bad of ['', 'A', '_A', '1A', 'A-B', 'A B', 'Ä1']) assert.ok(!isVariableName(bad), bad);
  });

  it('are read from a command line: the value is what follows the first =', () => {
    assert.deepEqual(settingsAsked({ memory: '128', timeout: '900', env: ['URL=a=b', 'EMPTY='], unset: ['OLD'] }), {
      memoryMb: 128,
      timeoutSeconds: 900,
      variables: { URL: 'a=b', EMPTY: '', OLD: undefined },
    });
  });
});

describe('deployed code beside the working tree', () => {
  const sizes = { deployedBytes: 1, workingBytes: 1 };
  const file = (path: string, text: string) => ({ path, text });

  it('is the same, differs in files, in packages alone, or was made by another tool', () => {
    const index = file('index.ts', 'a');
    assert.deepEqual(codeDifference({ ...sizes, same: true, deployed: [], working: [index] }), { kind: 'same' });
    assert.deepEqual(codeDifference({ ...sizes, same: false, deployed: [index], working: [index] }), {
      kind: 'bundling',
    });
    assert.deepEqual(codeDifference({ ...sizes, same: false, deployed: [], working: [index] }), { kind: 'foreign' });
    assert.deepEqual(
      codeDifference({
        ...{ ...sizes, same: false },
        deployed: [index, file('old.ts', 'o')],
        working: [file('index.ts', 'b'), file('new.ts', 'n')],
      }),
      {
        kind: 'files',
        files: [
          { path: 'index.ts', deployed: 'a', working: 'b' },
          { path: 'old.ts', deployed: 'o', working: undefined },
          { path: 'new.ts', deployed: undefined, working: 'n' },
        ],
      },
    );
  });
});
