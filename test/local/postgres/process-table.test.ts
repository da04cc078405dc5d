import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { askPs } from '../../../src/local/postgres/process-table';

describe('what ps tells of a process, where there is no /proc', () => {
  const surroundings = { TZ: process.env['TZ'], COLUMNS: process.env['COLUMNS'] };
  const set = (variables: Record<string, string | undefined>): void => {
    for (const [name, value] of Object.entries(variables))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
  afterEach(() => set(surroundings));

  it('is the same in every time zone, and whole in every width of a terminal', async function () {
    if (spawnSync('ps', ['-p', '1']).error) this.skip();
    const long = 'a long path '.repeat(30).trim();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', long], { stdio: 'ignore' });
    await once(child, 'spawn');
    try {
      set({ TZ: 'UTC', COLUMNS: '80' });
      const start = askPs(child.pid!, 'lstart') ?? '';
      assert.match(start, /\d\d:\d\d:\d\d \d{4}$/);
      set({ TZ: 'Asia/Tokyo', COLUMNS: '20' });
      // Linux's ps counts from a boot that it takes for a second earlier or later at times
      const again = askPs(child.pid!, 'lstart') ?? '';
      assert.ok(Math.abs(Date.parse(again) - Date.parse(start)) <= 1_000, `${start}, ${again}`);
      assert.ok(askPs(child.pid!, 'command')?.endsWith(long));
    } finally {
      child.kill('SIGKILL');
    }
  });
});
