import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

describe('the parser in a bundle', () => {
  let directory: string;
  before(() => void (directory = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-dialect-'))));
  after(() => fs.rmSync(directory, { recursive: true, force: true }));

  it('finds its WebAssembly file beside the bundle', async () => {
    const root = path.resolve(__dirname, '../../..');
    await build({
      absWorkingDir: root,
      stdin: {
        contents: `import { createDialect } from './src/core/dialect/dialect';
          createDialect().then(dialect => process.stdout.write(dialect.classify('TRUNCATE t').refusal.message));`,
        resolveDir: root,
        loader: 'ts',
      },
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      outfile: path.join(directory, 'bundle.js'),
      logLevel: 'silent',
    });
    fs.copyFileSync(
      path.join(root, 'node_modules/libpg-query/wasm/libpg-query.wasm'),
      path.join(directory, 'libpg-query.wasm'),
    );
    const answer = execFileSync(process.execPath, [path.join(directory, 'bundle.js')], {
      cwd: os.tmpdir(),
      encoding: 'utf8',
    });
    assert.equal(answer, 'unsupported statement: Truncate');
  });
});
