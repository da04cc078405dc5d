import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Chapter } from '../../../src/core/chapters/contract';
import { loadChapter, loadChapters } from '../../../src/node/chapters/load';
import { complaints, openChapterBench, type ChapterBench } from '../../support/chapter-run';

/** A handler that makes one mistake, and the check that must name it. */
const MISTAKES: {
  chapter: number;
  mistake: string;
  file: string;
  replace: [string, string];
  caughtBy: RegExp;
}[] = [
  {
    chapter: 7,
    mistake: 'does not look whether the payment is new',
    file: 'index.ts',
    replace: ['if (recorded.rowCount === 0) {', 'if (recorded.rowCount === -1) {'],
    caughtBy: /the second attempt found the payment made|Alice paid 10 and 5/,
  },
  {
    chapter: 7,
    mistake: 'makes an id of its own for each attempt',
    file: 'index.ts',
    replace: [
      'coalesce($1, gen_random_uuid())',
      'CASE WHEN $1::uuid IS NULL THEN gen_random_uuid() ELSE gen_random_uuid() END',
    ],
    caughtBy: /each payment was made once|the second attempt found/,
  },
  {
    chapter: 7,
    mistake: 'takes any payment under a known key for the same',
    file: 'index.ts',
    replace: [' AND payer = $2 AND payee = $3 AND amount = $4', ' AND ($3::text, $4::bigint) IS NOT NULL'],
    caughtBy: /the key of one payment is refused for another/,
  },
  {
    chapter: 10,
    mistake: 'asks for one product only when it joins',
    file: 'index.ts',
    replace: ['ON l.order_id = o.id', "ON l.order_id = o.id AND l.product = 'salt'"],
    caughtBy: /the page in one statement is the same/,
  },
  {
    chapter: 10,
    mistake: 'forgets the second line of an order',
    file: 'index.ts',
    replace: [
      'for (const { product, quantity, price } of lines)',
      'for (const { product, quantity, price } of lines.slice(1))',
    ],
    caughtBy: /three inserts/,
  },
  {
    chapter: 10,
    mistake: 'writes an order without a transaction',
    file: 'index.ts',
    replace: ["await client.query('BEGIN');", ''],
    caughtBy: /neither its first line stayed nor the order: 1 \| 1/,
  },
  {
    chapter: 11,
    mistake: 'takes every number from one counter',
    file: 'index.ts',
    replace: ["counter === 'shared' ? 0 : i + 1", '0'],
    caughtBy: /never meet|counted its own fifteen/,
  },
];

describe("the later chapters' checks, on handlers that are wrong", () => {
  const chapters = loadChapters();
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'dsql-workshop-broken-'));
  let bench: ChapterBench;

  before(async () => {
    fs.symlinkSync(path.resolve('node_modules'), path.join(temporary, 'node_modules'), 'junction');
    bench = await openChapterBench(number => Math.min(number.laptop, 1000));
  });
  after(async () => {
    await bench.close();
    fs.rmSync(temporary, { recursive: true, force: true });
  });

  /** The chapter, in a folder of its own, with one piece of its code replaced. */
  function broken(original: Chapter, file: string, [from, to]: [string, string]): Chapter {
    const directory = path.join(fs.mkdtempSync(path.join(temporary, 'c-')), original.slug);
    fs.cpSync(original.directory, directory, { recursive: true });
    const source = path.join(directory, 'lambda', file);
    const text = fs.readFileSync(source, 'utf8');
    assert.ok(text.includes(from), `${original.slug} has no ${from}`);
    fs.writeFileSync(source, text.replace(from, to));
    return loadChapter(directory);
  }

  for (const { chapter: number, mistake, file, replace, caughtBy } of MISTAKES)
    it(`chapter ${number} catches one that ${mistake}`, async () => {
      const original = chapters.find(candidate => candidate.number === number)!;
      const wrong = broken(original, file, replace);
      const all = chapters.map(candidate => (candidate === original ? wrong : candidate));
      const found = complaints(await bench.run(all, [wrong]));
      assert.ok(found.length > 0, 'nothing was found');
      assert.match(found.join('\n'), caughtBy);
    });
});
