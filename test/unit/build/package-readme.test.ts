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

  it('is that of the repository without its files', () => {
    const readme = fs.readFileSync(path.join(__dirname, '../../../README.md'), 'utf8');
    const packaged = packageReadme(readme);
    assert.doesNotMatch(packaged, /\]\((?!https:|#)/);
    assert.match(packaged, /\| 0 Connect and authorise \|/);
    assert.equal(packaged.split('\n').length, readme.split('\n').length);
  });
});
