import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { loadChapters } from '../../../src/node/chapters/load';
import { captionOf, renderBlocks, renderProse } from '../../../src/vscode/webviews/prose';

describe('prose of a chapter', () => {
  it('captions what the runner executes, and leaves plain code alone', () => {
    assert.equal(captionOf('yaml token'), 'Mint a token');
    assert.equal(captionOf('sql run error=0A000 contains="one"'), 'Must be refused: 0A000');
    assert.equal(captionOf('sql explain name=after analyze verbose'), 'EXPLAIN ANALYZE VERBOSE');
    assert.equal(captionOf('json invoke function=transfer name=a times=5'), 'Invoke transfer, 5 times');
    assert.equal(captionOf('sessions run name=own'), 'Play sessions');
    assert.equal(captionOf('sql heat-map title="x"'), 'Heat map');
    for (const info of ['', 'sessions', 'ts', 'sql', 'sql run', 'yaml unheard-of'])
      assert.equal(captionOf(info), undefined, info);
  });

  it('drops checks and undo, escapes HTML, and carries captions as data', () => {
    const html = renderProse(
      '<b>x</b>\n\n```yaml deploy\nlambda: lambda\n```\n\n```sql check\nSELECT 1\n```\n\n```sql undo\nDROP TABLE t\n```',
    );
    assert.match(html, /&lt;b&gt;/);
    assert.match(html, /data-caption="Deploy"/);
    assert.doesNotMatch(html, /SELECT 1|DROP TABLE/);
  });

  it('says in a sentence what a block does whose YAML says no more', () => {
    const captionsOf = (yaml: string) => {
      const html = renderProse(`\`\`\`yaml ${yaml}\n\`\`\``);
      return [...html.matchAll(/data-caption="([^"]*)"[^>]*>([^<]*)</g)].map(([, caption, text]) => [caption, text]);
    };
    for (const [yaml, caption] of [
      ['deploy\nlambda: lambda\nfunction: greeter', 'Deploy the function greeter'],
      [
        'deploy\nlambda: ../01-schema-and-transfer/lambda\nfunction: transfer',
        'Deploy the function transfer, as it was in chapter 1',
      ],
      ['remove\nfunction: greeter', 'Remove the function greeter'],
      ['compare\nruns: [none, full-jitter]', 'Compare the runs none, full-jitter'],
      ['compare-plans\nbefore: without-index\nafter: after', 'Compare the plans without-index and after'],
      ['wait-for-jobs\nindexes: [idx_a]\ntimeoutSeconds: 600', 'Wait for the index idx_a'],
    ] as const)
      assert.deepEqual(captionsOf(yaml), [[caption, '']], yaml);
    // what it cannot read on one line is shown as it is
    assert.deepEqual(captionsOf('compare\nruns:\n  - none'), [['Compare runs', 'runs:\n  - none\n']]);
    assert.deepEqual(captionsOf('stress\nname: a\ncalls: 10'), [['Stress run', 'name: a\ncalls: 10\n']]);
  });

  it('tells the lines of the blocks that are run, so that each action of the shipped chapters finds its own', () => {
    let actions = 0;
    for (const { slug, directory, steps } of loadChapters()) {
      const lines = fs.readFileSync(path.join(directory, 'chapter.md'), 'utf8').split('\n');
      for (const step of steps) {
        const { html, blocks } = renderBlocks(step.body, step.bodyLine);
        assert.equal(html.match(/data-block=/g)?.length ?? 0, blocks.length);
        for (const line of blocks) assert.match(lines[line - 1] ?? '', /^```\w+ \w/, `${slug}:${line}`);
        for (const action of step.actions) {
          const block = blocks.findLast(line => line <= action.line) ?? Infinity;
          const end = lines.findIndex((text, i) => i >= block && text === '```') + 1;
          assert.ok(action.line < end, `${slug}:${action.line}`);
          actions++;
        }
      }
    }
    assert.ok(actions > 100);
  });

  it('aligns cells without inline styles, which a view refuses', () => {
    const html = renderProse('| policy | tries |\n| --- | ---: |\n| none | 1 |');
    assert.match(html, /<td data-align="right">1<\/td>/);
    assert.doesNotMatch(html, /style=/);
  });

  it('has a caption for every block of the shipped chapters that the runner executes', () => {
    const bare = loadChapters().flatMap(({ slug, steps, introduction }) =>
      [introduction, ...steps.map(({ body }) => body)].flatMap(text =>
        [...text.matchAll(/^```(\S+ \S.*)$/gm)]
          .map(([, info = '']) => info)
          .filter(info => !/\b(check|undo)\b|^sql run\b/.test(info) && captionOf(info) === undefined)
          .map(info => `${slug}: ${info}`),
      ),
    );
    assert.deepEqual(bare, []);
  });
});
