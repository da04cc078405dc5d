import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { parseServeArguments } from '../../../src/local/serve-arguments';

describe('arguments of the local cluster', () => {
  it('conflict injection and the scope of OC001', () => {
    assert.deepEqual(
      parseServeArguments(['--inject-conflicts', '0.05', '--inject-seed', '3', '--inject-code', 'OC001']).occ,
      { injectConflicts: { share: 0.05, seed: 3, code: 'OC001' }, staleCatalog: undefined },
    );
    assert.deepEqual(parseServeArguments(['--inject-conflicts', '1']).occ?.injectConflicts, {
      share: 1,
      seed: undefined,
      code: undefined,
    });
    assert.equal(parseServeArguments([]).occ?.injectConflicts, undefined);
    assert.equal(parseServeArguments([]).requireSni, undefined);
    assert.equal(parseServeArguments(['--require-sni']).requireSni, true);
    for (const scope of ['session', 'transaction'])
      assert.equal(parseServeArguments(['--stale-catalog', scope]).occ?.staleCatalog, scope);
  });

  for (const args of [
    ['--inject-conflicts', '1.5'],
    ['--inject-conflicts', '-1'],
    ['--inject-conflicts', 'some'],
    ['--inject-seed', '1'],
    ['--inject-conflicts', '0.1', '--inject-seed', 'x'],
    ['--inject-conflicts', '0.1', '--inject-code', 'OC002'],
    ['--stale-catalog', 'always'],
  ])
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(
        () => parseServeArguments(args),
        (error: unknown) => error instanceof CodedError && error.code === 'LOCAL_BAD_ARGUMENT',
      );
    });
});
