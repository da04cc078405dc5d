import assert from 'node:assert/strict';
import { captionOf, renderProse } from '../../../src/vscode/webviews/prose';

describe('prose of a chapter', () => {
  it('captions what the runner executes, and leaves plain code alone', () => {
    assert.equal(captionOf('yaml token'), 'Mint a token');
    assert.equal(captionOf('sql run error=0A000 contains="one"'), 'Must be refused: 0A000');
    assert.equal(captionOf('sql explain name=after analyze verbose'), 'EXPLAIN ANALYZE VERBOSE');
    assert.equal(captionOf('json invoke function=transfer name=a times=5'), 'Invoke transfer, 5 times');
    for (const info of ['', 'ts', 'sql', 'sql run', 'yaml unheard-of']) assert.equal(captionOf(info), undefined, info);
  });

  it('drops checks and undo, escapes HTML, and carries captions as data', () => {
    const html = renderProse(
      '<b>x</b>\n\n```yaml deploy\nlambda: lambda\n```\n\n```sql check\nSELECT 1\n```\n\n```sql undo\nDROP TABLE t\n```',
    );
    assert.match(html, /&lt;b&gt;/);
    assert.match(html, /data-caption="Deploy"/);
    assert.doesNotMatch(html, /SELECT 1|DROP TABLE/);
  });
});
