import assert from 'node:assert/strict';
import { errorExcerpt } from '../../../src/cli/terminal/error-excerpt';

/** The position of a word, as the server counts: from 1, in characters. */
const positionOf = (sql: string, word: string): number => [...sql.slice(0, sql.indexOf(word))].length + 1;

describe('the place of an error in a statement', () => {
  for (const [sql, word, shown] of [
    ['SELECT x', 'x', ['LINE 1: SELECT x', '               ^']],
    ['SELECT\n\tx,\n y FROM t', 'x', ['LINE 2:  x,', '         ^']],
    ['SELECT\r\nx\r\nFROM t', 'x', ['LINE 2: x', '        ^']],
    ["SELECT '😀€', '漢字', x", 'x', ["LINE 1: SELECT '😀€', '漢字', x", '                              ^']],
  ] as const)
    it(`is marked in ${JSON.stringify(sql)}`, () => {
      assert.deepEqual(errorExcerpt(sql, positionOf(sql, word)).split('\n'), shown);
    });

  it('is shown with what is beside it where the line is long', () => {
    const sql = `SELECT ${'a, '.repeat(1_000)}x, ${'b, '.repeat(1_000)} c`;
    const [line = '', mark = ''] = errorExcerpt(sql, positionOf(sql, 'x')).split('\n');
    assert.ok(line.length < 120, line);
    assert.equal(line[mark.indexOf('^')], 'x');
    assert.match(line, /^LINE 1: ….*….*/s);
  });

  it('may be the end, and is never beyond it', () => {
    assert.equal(errorExcerpt('SELECT 1 +', 11), 'LINE 1: SELECT 1 +\n                  ^');
    assert.equal(errorExcerpt('a\nb', 99), 'LINE 2: b\n         ^');
  });
});
