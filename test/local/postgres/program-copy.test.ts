import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../../src/base/errors';
import { copyPrograms } from '../../../src/local/postgres/program-copy';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

describe("copies of PostgreSQL's programs", () => {
  let folder: string;
  let cache: string;
  beforeEach(() => {
    folder = temporaryDirectory();
    cache = path.join(folder, 'cache');
    fs.mkdirSync(path.join(folder, 'native', 'bin'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'native', 'bin', 'postgres'), 'program');
  });
  afterEach(() => removeDirectory(folder));

  const copy = (version: string, prepare: (copied: string) => boolean = () => true): string =>
    copyPrograms(path.join(folder, 'native'), path.join(cache, `postgresql-${version}-linux-x64`), prepare);
  const usedDaysAgo = (version: string, days: number): void => {
    const time = new Date(Date.now() - days * 24 * 60 * 60 * 1000);
    fs.utimesSync(path.join(cache, `postgresql-${version}-linux-x64`), time, time);
  };
  /** The copies of other processes: who used them is gone, or lives on. */
  const usedBy = (version: string, pid: number): void => {
    const users = path.join(cache, `postgresql-${version}-linux-x64`, 'users');
    for (const user of fs.readdirSync(users)) fs.rmSync(path.join(users, user));
    fs.writeFileSync(path.join(users, String(pid)), '');
  };
  const gone = async (): Promise<number> => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    return child.pid!;
  };
  const versions = () =>
    fs
      .readdirSync(cache)
      .map(name => name.replace(/^postgresql-(.*)-linux-x64/, '$1'))
      .sort();

  it('are made once, and are used from then on', () => {
    const copied = copy('16.1');
    assert.equal(fs.readFileSync(path.join(copied, 'bin', 'postgres'), 'utf8'), 'program');
    fs.writeFileSync(path.join(copied, 'bin', 'postgres'), 'the same');
    assert.equal(
      copy('16.1', () => assert.fail('made anew')),
      copied,
    );
    assert.equal(fs.readFileSync(path.join(copied, 'bin', 'postgres'), 'utf8'), 'the same');
  });

  it('of other versions go when nobody has used them for a month, those of killed processes at once', async () => {
    const pid = await gone();
    for (const version of ['16.1', '16.2', '16.3']) copy(version);
    for (const version of ['16.1', '16.2', '16.3']) {
      usedBy(version, pid);
      usedDaysAgo(version, 31);
    }
    usedBy('16.2', process.ppid);
    copy('16.3');
    for (const maker of [pid, process.ppid])
      fs.mkdirSync(path.join(cache, `postgresql-16.4-linux-x64.${maker}.partial`));
    fs.mkdirSync(path.join(cache, 'template-16.1-linux-x64'));
    copy('16.5');
    assert.deepEqual(versions(), ['16.2', '16.3', `16.4.${process.ppid}.partial`, '16.5', 'template-16.1-linux-x64']);
  });

  it('of many other versions are kept that were used last, and those that run', async () => {
    const others = ['16.1', '16.2', '16.3', '16.4', '16.5', '16.6'];
    const pid = await gone();
    for (const version of others) copy(version);
    for (const [daysAgo, version] of others.entries()) {
      usedBy(version, version === '16.6' ? process.ppid : pid);
      usedDaysAgo(version, daysAgo);
    }
    copy('16.7');
    assert.deepEqual(versions(), ['16.1', '16.2', '16.3', '16.4', '16.6', '16.7']);
  });

  it('leave nothing behind where they cannot be made', () => {
    assert.throws(
      () => copy('16.1', () => false),
      (error: unknown) => error instanceof CodedError && error.code === 'LOCAL_DATA_UNWRITABLE',
    );
    assert.deepEqual(versions(), []);
  });
});
