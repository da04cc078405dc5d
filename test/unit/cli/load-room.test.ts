import assert from 'node:assert/strict';
import os from 'node:os';
import { CodedError } from '../../../src/base/errors';
import { agreeToLoad, withoutRoom } from '../../../src/cli/load-room';
import { loadFailed } from '../../../src/node/bank/errors';
import { bufferConsole } from '../../support/console';

/** A load of 1,000,000,000 where so many bytes are free. @returns what was said */
async function load(freeBytes: number, { present = 0, yes = false, blocks = 1e9 } = {}): Promise<string> {
  const console = bufferConsole();
  const asked = { accounts: 1_000_000_000, dataDir: os.tmpdir(), present: () => Promise.resolve(present), yes };
  await agreeToLoad(asked, console, () => ({ blocks, bavail: freeBytes / 4096, bsize: 4096 }));
  return console.err();
}

describe('the room for a load', () => {
  it('is told of, and nothing is asked, where there is enough', async () => {
    assert.match(
      await load(80e9),
      /^1,000,000,000 new accounts take about 74 GB of disk, which has 80 GB free, and .*\n$/,
    );
    assert.match(await load(0, { blocks: 0 }), / 74 GB of disk, and /);
  });

  it('that is not there ends it before it begins, unless that was agreed to', async () => {
    const refused = { code: 'SETUP_DISK_TOO_SMALL', message: /no room/ };
    await assert.rejects(load(58e9), refused);
    assert.match(await load(58e9, { yes: true }), /A cluster whose disk is full stops/);
  });

  it('is that of what is missing', async () => {
    assert.match(await load(58e9, { present: 500_000_000 }), /^500,000,000 new accounts take about 37\.5 GB/);
    assert.equal(await load(0, { present: 999_000_000 }), '');
  });

  it('that has been used up is told where the load stopped, whatever the server said', () => {
    const segment = 16 * 2 ** 20;
    const stopped = loadFailed(new Error('server unavailable'), 3_000, 9_000);
    const told = (error: unknown, free: number, blocks = 1e9): unknown =>
      withoutRoom(error, os.tmpdir(), () => ({ blocks, bavail: free / 4096, bsize: 4096 }));
    const full = told(stopped, segment - 4096) as CodedError;
    assert.equal(
      full.message,
      `the disk that holds ${os.tmpdir()} is full: loading stopped at 3000 of 9000 accounts: server unavailable`,
    );
    assert.equal(full.code, stopped.code);
    assert.match(full.nextStep ?? '', /^Make room first.*Load again/);
    assert.equal(told(stopped, segment), stopped);
    assert.equal(told(stopped, 0, 0), stopped, 'a file system that does not say');
    const cancelled = new CodedError('CANCELLED', 'loading was cancelled');
    assert.equal(told(cancelled, 0), cancelled);
    // what the cluster itself says of its disk
    const answer = Object.assign(new Error('Current cluster size exceeds cluster size limit.'), { code: '53100' });
    assert.match(loadFailed(answer, 0, 9).nextStep ?? '', /^Make room first/);
    assert.match(stopped.nextStep ?? '', /^Load again/);
  });
});
