import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { isAlive } from '../../../src/node/process-alive';
import { until } from '../../support/scratch';

describe('whether a process lives', () => {
  it('is no longer so once it has ended, though nobody reaps it, as the first process of many containers does not', async function () {
    if (process.platform !== 'linux') this.skip();
    // what `sleep` has for a child by the shell in its place is never waited for
    const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(String(line));
      assert.equal(isAlive(parent.pid!), true);
      // the shell itself may still wait for it
      const program = (): string => fs.readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim();
      await until(() => program() === 'sleep', 'the shell to be gone');
      process.kill(pid, 'SIGKILL');
      await until(() => !isAlive(pid), 'the end of the child');
      assert.equal(process.kill(pid, 0), true, 'a zombie');
    } finally {
      parent.kill('SIGKILL');
    }
    await once(parent, 'exit');
    assert.equal(isAlive(parent.pid!), false);
  });
});
