import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../../src/base/errors';
import { localOptions } from '../../../src/cli/commands/local';
import { hostsFile, listenFailed, notReached } from '../../../src/local/errors';
import { cacheDirectory, defaultDataDir } from '../../../src/local/postgres/directories';
import { createDataDirectory } from '../../../src/local/postgres/storage';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

/** What `os.homedir` does for a user without an entry in /etc/passwd, where HOME is not set. */
const noHome = (): string => {
  throw Object.assign(new Error('A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)'), {
    code: 'ERR_SYSTEM_ERROR',
  });
};

describe('the local cluster, in surroundings that it cannot use', () => {
  it('asks for a user with a name where there is no home directory', () => {
    for (const places of [defaultDataDir, ...(process.getuid?.() === 0 ? [] : [cacheDirectory])])
      assert.throws(
        () => places({}, noHome),
        (error: unknown) =>
          error instanceof CodedError && error.code === 'LOCAL_USER_UNKNOWN' && /\/etc\/passwd/.test(error.nextStep!),
      );
  });

  it('asks nobody for a home directory where a place is named', () => {
    const named = { DSQL_WORKSHOP_HOME: '/data/workshop' };
    assert.equal(defaultDataDir(named, noHome), path.join('/data/workshop', 'local'));
    if (process.platform === 'linux')
      assert.equal(defaultDataDir({ XDG_DATA_HOME: '/data' }, noHome), '/data/dsql-workshop/local');
  });

  it('says what is missing where loopback has no IPv4 address', () => {
    const error = listenFailed(5432, Object.assign(new Error('listen'), { code: 'EADDRNOTAVAIL' }));
    assert.ok(error instanceof CodedError && error.nextStep);
    assert.match(error.message, /127\.0\.0\.1/);
  });

  it('says whether the address is missing or its name where nobody comes to the port', () => {
    const [address, name] = [notReached(false), notReached(true)];
    assert.match(`${address.message} ${address.nextStep}`, /no 127\.0\.0\.1.*lo up/);
    assert.match(`${name.message} ${name.nextStep}`, /localhost.*[\\/]etc[\\/]hosts\./);
    assert.deepEqual(
      [hostsFile('linux'), hostsFile('win32')],
      ['/etc/hosts', 'C:\\Windows\\System32\\drivers\\etc\\hosts'],
    );
  });

  it('says that a file is in the way of a data directory', () => {
    const folder = temporaryDirectory();
    const file = path.join(folder, 'file');
    fs.writeFileSync(file, '');
    try {
      assert.throws(() => createDataDirectory(file), {
        code: 'LOCAL_DATA_UNWRITABLE',
        message: /a file is in the way/,
      });
    } finally {
      removeDirectory(folder);
    }
  });

  it('names the help of the command that was typed', () => {
    assert.throws(() => localOptions({ port: 'many' }), {
      code: 'LOCAL_BAD_ARGUMENT',
      nextStep: /dsql-workshop local --help/,
    });
  });
});
