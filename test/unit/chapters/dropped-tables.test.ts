import assert from 'node:assert/strict';
import { droppedTables } from '../../../src/core/chapters/dropped-tables';
import { parseChapter } from '../../../src/core/chapters/parser';
import { loadChapters } from '../../../src/node/chapters/load';

const chapterOf = (undo: string) =>
  parseChapter(
    `---\ntitle: A\nsummary: S.\nminutes: 1\n---\n\n# A\n\nWhy.\n\n## One {#one}\n\n\`\`\`sql run\nSELECT 1;\n\`\`\`\n\n\`\`\`sql check\n-- one\nSELECT 1;\n-- 1\n\`\`\`\n\n\`\`\`sql undo\n${undo}\n\`\`\`\n`,
    '/chapters/50-a',
  );

describe('the tables that chapters drop', () => {
  it('are read from what undoes a step, each once, in order', () => {
    const undo =
      'DROP TABLE IF EXISTS orders;\ndrop table b.lines, "Orders" CASCADE;\nDROP TABLE orders;\nDROP VIEW v;';
    assert.deepEqual(droppedTables([chapterOf(undo)]), ['"Orders"', 'b.lines', 'orders']);
    assert.deepEqual(droppedTables([chapterOf('DELETE FROM kept;')]), []);
  });

  it('of the workshop are named, so that nobody loses a table of theirs unawares', () => {
    const names = droppedTables(loadChapters());
    for (const name of [
      'accounts',
      'transactions',
      'orders',
      'order_lines',
      'payments',
      'wallets',
      'invoices',
      'files',
    ])
      assert.ok(names.includes(name), name);
    assert.ok(
      names.every(name => /^\w+$/.test(name)),
      names.join(),
    );
  });
});
