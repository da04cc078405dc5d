import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { foundationOf } from '../../../src/core/chapters/preparation';
import { loadLibrary } from '../../../src/node/chapters/library';
import { loadChapters } from '../../../src/node/chapters/load';

const text = (rest = '') => `---\ntitle: A\nsummary: B\nminutes: 1\n${rest}---\n\n## A {#a}\n`;

describe('chapters of the user', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-library-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, chapter = text()) => {
    fs.mkdirSync(path.join(folder, name), { recursive: true });
    fs.writeFileSync(path.join(folder, name, 'chapter.md'), chapter);
  };
  const numbers = loadChapters().map(({ number }) => number);

  it('are told which lines a script has when a check asks for another', () => {
    const script = 'title T\nsession A\nstep a1 { SELECT 1 }\npermutation a1\n  called Only\n';
    const chapter = (line: string, order = 'Only') =>
      `${text()}\n\`\`\`sessions run name=s order="${order}"\n${script}\`\`\`\n\n\`\`\`yaml check\n- sessions: s\n  expects: ${line} ok\n  describe: d\n\`\`\`\n`;
    write('10-good', chapter('a1'));
    write('11-typo', chapter('b9'));
    write('12-order', chapter('a1', 'Other'));
    const { chapters, problems } = loadLibrary([folder]);
    assert.equal(chapters.at(-1)?.slug, '10-good');
    assert.match(problems[0]?.message ?? '', /11-typo\/chapter\.md:18: "s" has no line "b9"/);
    assert.match(problems[0]?.nextStep ?? '', /^Expected one of a1\. /);
    assert.match(problems[1]?.nextStep ?? '', /^Expected one of Only\. /);
  });

  it('come after the workshop’s, and what is wrong with one does not keep the others from being run', () => {
    write('10-good');
    write('02-early');
    write('11-bad', text().replace('{#a}', ''));
    write('01-schema-and-transfer');
    const { chapters, problems } = loadLibrary([folder, folder, path.join(folder, 'nowhere')]);
    assert.deepEqual(
      chapters.slice(numbers.length).map(({ slug, own }) => [slug, own]),
      [
        ['02-early', true],
        ['10-good', true],
      ],
    );
    assert.deepEqual(
      problems.map(({ code, message }) => [code, message.replace(/^.*?(\d\d-[^:]*:\d+).*$/, '$1')]).slice(0, 2),
      [
        ['CHAPTER_MALFORMED', '01-schema-and-transfer/chapter.md:1'],
        ['CHAPTER_MALFORMED', '11-bad/chapter.md:7'],
      ],
    );
    assert.equal(problems[2]?.code, 'CHAPTER_FOLDER_MISSING');
  });

  it('build on the workshop’s before them, or on those they name; the workshop’s build on none of them', () => {
    write('10-all');
    write('11-some', text('buildsOn: [1]\n'));
    write('02-none', text('buildsOn: []\n'));
    const { chapters } = loadLibrary([folder]);
    const on = (slug: string) => {
      const chapter = chapters.find(each => each.slug === slug);
      assert.ok(chapter, slug);
      return foundationOf(chapter, chapters).map(each => (each.own ? each.slug : each.number));
    };
    assert.deepEqual(on('10-all'), [...numbers.filter(number => number < 10), '02-none']);
    assert.deepEqual(on('11-some'), [1, '02-none', '10-all']);
    assert.deepEqual(on('02-none'), []);
    assert.deepEqual(on('04-indexes-plans-and-a-million'), [0, 1, 2, 3]);
  });
});
