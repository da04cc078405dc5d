import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { packageReadme } from '../../../src/build/package-readme';

describe('the README of a packaged extension', () => {
  it('keeps what leads somewhere from any page, and of everything else the text', () => {
    assert.equal(
      packageReadme('[all](#more), [site](https://example.org/a), [one](ARCHITECTURE.md), ![a picture](media/a.png)'),
      '[all](#more), [site](https://example.org/a), one, a picture',
    );
  });

  it('leaves out what only a clone can do', () => {
    const clone = (text: string) => `<!-- clone -->\n\n${text}\n\n<!-- /clone -->\n\n`;
    assert.equal(
      packageReadme(`one\n\n${clone('npm start')}two\n\n${clone('npm test')}three\n`),
      'one\n\ntwo\n\nthree\n',
    );
  });

  it('is that of the repository without its files and without its commands', () => {
    const readme = fs.readFileSync(path.join(__dirname, '../../../README.md'), 'utf8');
    const packaged = packageReadme(readme);
    assert.doesNotMatch(packaged, /\]\((?!https:|#)|<!--|npm (?:start|run (?:code|bench))|fresh clone|node dist\//);
    assert.match(packaged, /\| 0 Connect and authorise \|/);
    assert.deepEqual(packaged.match(/^## .*/gm), readme.match(/^## .*/gm));
    assert.match(packaged, /\nIn VS Code begin at the database icon/);
  });
});
