import assert from 'node:assert/strict';
import { noMemory } from '../../../src/cli/no-memory';

describe('a process that gets too little memory for WebAssembly', () => {
  it('says so, whichever part of it failed', () => {
    const said = 'WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance';
    for (const error of [
      new RangeError(said),
      new Error(`Aborted(RangeError: ${said}). Build with -sASSERTIONS for more info.`),
    ])
      assert.equal(
        noMemory(error),
        `error: the system gives this process too little address space: ${said}\nRun the command without a limit of virtual memory (ulimit -v unlimited): WebAssembly reserves gigabytes of it and fills few.\n`,
      );
  });

  it('leaves every other error what it is', () => {
    for (const error of [new Error('Out of memory'), new TypeError('x is not a function'), 'WebAssembly', undefined])
      assert.equal(noMemory(error), undefined);
  });
});
