import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve('workshop');
const folders = [
  ...fs.readdirSync(path.join(root, 'chapters')).map(slug => path.join(root, 'chapters', slug, 'lambda')),
  path.join(root, 'starter-kit', 'lambda'),
].filter(folder => fs.existsSync(folder));

const sources = (folder: string): string[] =>
  fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => /\.[cm]?[jt]s$/.test(file));

describe('the handlers of the workshop', () => {
  for (const folder of folders)
    it(`${path.relative(root, folder)} stands alone: it bundles wherever it is copied`, () => {
      for (const file of sources(folder)) {
        const text = fs.readFileSync(path.join(folder, file), 'utf8');
        for (const [, specifier = ''] of text.matchAll(/(?:from|import|import\()\s*'(\.[^']*)'/g)) {
          const target = path.relative(folder, path.resolve(folder, path.dirname(file), specifier));
          assert.ok(!target.startsWith('..'), `${file} imports ${specifier}`);
        }
      }
    });

  it('outlive an idle connection that the server ends: a pool says so by an event, which ends a process that does not listen', () => {
    for (const folder of folders)
      for (const file of sources(folder)) {
        const text = fs.readFileSync(path.join(folder, file), 'utf8');
        const listens = [...text.matchAll(/\bpool\.on\('error'/g)].length;
        assert.equal(listens, [...text.matchAll(/\bnew Pool\(/g)].length, path.join(folder, file));
      }
  });

  it('retry in the same way, but for the chapter that needs another way', () => {
    const other = '11-multi-tenant-keys';
    const texts = new Set(
      folders
        .filter(folder => !folder.includes(other) && fs.existsSync(path.join(folder, 'retry.ts')))
        .map(folder => fs.readFileSync(path.join(folder, 'retry.ts'), 'utf8')),
    );
    assert.equal(texts.size, 1);
  });
});
