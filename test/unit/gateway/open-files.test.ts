import assert from 'node:assert/strict';
import { fewOpenFiles } from '../../../src/local/open-files';

const limits = (
  soft: string,
  hard: string,
): string => `Limit                     Soft Limit           Hard Limit           Units
Max processes             100                  100                  processes
Max open files            ${soft.padEnd(20)} ${hard.padEnd(20)} files
`;

describe('the limit of open files', () => {
  it('is told where it is below what a thousand clients need', () => {
    assert.match(fewOpenFiles(limits('64', '64')) ?? '', /open 64 files at a time.*ulimit -n\) to 2200/);
    assert.match(fewOpenFiles(limits('2199', '2199')) ?? '', /2199/);
  });

  it('is none where it can be raised to that, and where nobody says', () => {
    for (const text of [limits('64', '2200'), limits('1048576', '1048576'), limits('unlimited', 'unlimited'), ''])
      assert.equal(fewOpenFiles(text), undefined, text);
  });
});
