import assert from 'node:assert/strict';
import { unzipSync } from 'fflate';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { CodedError } from '../../../src/base/errors';
import { bundleFunction } from '../../../src/node/lambda/bundle';

const fixture = (name: string) => path.resolve(__dirname, '../../fixtures/lambda', name);

describe('bundleFunction', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bundle-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  };
  const code = (zip: Uint8Array, name = 'index.js') => Buffer.from(unzipSync(zip)[name] ?? []).toString('utf8');

  it('bundles TypeScript with its packages and a source map into one zip', async () => {
    const bundle = await bundleFunction(fixture('pg'));
    assert.deepEqual(Object.keys(unzipSync(bundle.zip)), ['index.js', 'index.js.map']);
    assert.equal(bundle.handler, 'index.handler');
    assert.equal(bundle.format, 'cjs');
    assert.equal(bundle.sizeBytes, bundle.zip.byteLength);
    assert.match(code(bundle.zip), /sourceMappingURL=index\.js\.map/);
    const map = JSON.parse(code(bundle.zip, 'index.js.map')) as { sources: string[]; mappings: string };
    assert.ok(map.sources.includes('index.ts'));
    assert.ok(map.mappings.length < 20_000, 'packages are not mapped line by line');
  });

  it('gives the same bytes for the same sources', async () => {
    const [first, second] = [await bundleFunction(fixture('pg')), await bundleFunction(fixture('pg'))];
    assert.deepEqual(first.zip, second.zip);
  });

  it('keeps what is an ES module one: by extension, by package type, by top-level await', async () => {
    const byExtension = await bundleFunction(fixture('esm'));
    assert.equal(byExtension.format, 'esm');
    assert.ok('index.mjs' in unzipSync(byExtension.zip));
    write('index.ts', 'export const handler = async () => import.meta.url');
    write('package.json', '{"type":"module"}');
    assert.equal((await bundleFunction(folder)).format, 'esm');
    write('package.json', '{}');
    write('index.ts', 'const a = await Promise.resolve(1); export const handler = async () => a');
    assert.equal((await bundleFunction(folder)).format, 'esm');
  });

  it('takes packages that are not installed from the product', async () => {
    write(
      'index.ts',
      "import { Client } from 'pg'; import { DsqlSigner } from '@aws-sdk/dsql-signer'; export const handler = async () => [Client, DsqlSigner]",
    );
    const bundle = await bundleFunction(folder);
    assert.ok(bundle.sizeBytes > 100_000);
  });

  it('prefers the user’s own packages', async () => {
    write('index.ts', "import { Client } from 'pg'; export const handler = async () => Client");
    write('node_modules/pg/package.json', '{"name":"pg","version":"0.0.1","main":"own.js"}');
    write('node_modules/pg/own.js', 'exports.Client = "the one of the user"');
    assert.match(code((await bundleFunction(folder)).zip), /the one of the user/);
  });

  it('leaves out what is not used', async () => {
    write('index.ts', "import { used } from './lib'; export const handler = async () => used");
    write('lib.ts', "export const used = 'kept'; export const unused = 'dropped'");
    const text = code((await bundleFunction(folder)).zip);
    assert.match(text, /kept/);
    assert.doesNotMatch(text, /dropped/);
  });

  it('says what does not bundle, with file, line and column', async () => {
    const error = await bundleFunction(fixture('broken')).then(
      () => assert.fail('bundled'),
      (thrown: unknown) => thrown as CodedError,
    );
    assert.equal(error.code, 'LAMBDA_BUNDLE_FAILED');
    assert.match(error.message, /^index\.mjs:1:25 Could not resolve "\.\/nowhere"$/m);
    assert.match(error.message, /^index\.mjs:2:8 Could not resolve "package-that-is-not-installed"$/m);
    assert.ok(error.nextStep);
    write('index.ts', 'export const handler = async () => {\n  return = 1;\n};');
    await assert.rejects(bundleFunction(folder), {
      code: 'LAMBDA_BUNDLE_FAILED',
      message: /index\.ts:2:10 Unexpected "="/,
    });
  });

  it('names what is to be installed: packages that are nowhere, each once, and nothing else that is not found', async () => {
    const nextStepOf = async (...imported: string[]): Promise<string | undefined> => {
      write('index.ts', imported.map(name => `import '${name}';`).join('\n'));
      return bundleFunction(folder).then(
        () => assert.fail('bundled'),
        (thrown: unknown) => (thrown as CodedError).nextStep,
      );
    };
    write('node_modules/there/package.json', '{"name":"there","main":"index.js"}');
    const install = `In ${folder}: npm install left-absent @absent/core`;
    assert.equal(
      await nextStepOf('left-absent', '@absent/core/sub', 'left-absent/again'),
      `${install}\nThen deploy again.`,
    );
    assert.equal(
      await nextStepOf('left-absent', '@absent/core', './nowhere'),
      `${install}\nCorrect the other lines named above and deploy again.`,
    );
    for (const name of ['./nowhere', '/nowhere', 'there/missing', '~/alias', '@/alias', '#own', 'bun:test'])
      assert.equal(await nextStepOf(name), 'Correct the lines named above and deploy again.', name);
  });

  it('says when there is no entry', async () => {
    await assert.rejects(bundleFunction(folder), { code: 'LAMBDA_ENTRY_NOT_FOUND', nextStep: /index\.ts/ });
    await assert.rejects(bundleFunction(folder, 'app.ts'), { code: 'LAMBDA_ENTRY_NOT_FOUND', nextStep: /app\.ts/ });
    const file = path.join(folder, 'file');
    fs.writeFileSync(file, '');
    for (const none of [path.join(folder, 'nowhere'), file, path.join(file, 'below')])
      await assert.rejects(bundleFunction(none), {
        code: 'LAMBDA_ENTRY_NOT_FOUND',
        message: `There is no folder ${none}.`,
      });
  });
});
