import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { typeCheck } from '../../../src/node/workspace/type-check';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

describe("the type check of a learner's folder", () => {
  let directory: string;

  before(() => {
    directory = temporaryDirectory();
    const modules = path.join(directory, 'node_modules');
    fs.mkdirSync(modules);
    const typescript = path.dirname(require.resolve('typescript/package.json'));
    fs.symlinkSync(typescript, path.join(modules, 'typescript'), 'junction');
    fs.writeFileSync(
      path.join(directory, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { types: [], lib: ['es2022'] }, files: ['index.ts'] }),
    );
    fs.writeFileSync(path.join(directory, 'index.ts'), "export const amount: number = 'ten';\n");
  });
  after(() => removeDirectory(directory));

  it('finds what the compiler of the folder finds, at its place', async () => {
    const found = await typeCheck(directory);
    assert.deepEqual(
      found?.map(({ file, line, column, code }) => ({ file, line, column, code })),
      [{ file: path.join(directory, 'index.ts'), line: 1, column: 14, code: 'TS2322' }],
    );
  });

  it('is no check where the compiler was ended before it had said all', async () => {
    await assert.rejects(typeCheck(directory, undefined, 1), { code: 'TYPE_CHECK_UNFINISHED' });
  });

  it('is none where the folder has no compiler', async () => {
    const bare = temporaryDirectory();
    assert.equal(await typeCheck(bare), undefined);
    removeDirectory(bare);
  });
});
