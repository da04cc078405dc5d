import assert from 'node:assert/strict';
import fc from 'fast-check';
import { splitStatements } from '../../../src/core/dialect/split';
import { metaCommandError } from '../../../src/core/sql/meta-command';
import { partAt, splitScript } from '../../../src/core/sql/script';

const texts = (sql: string) => splitScript(sql).map(part => `${part.type}: ${part.text}`);

describe('a script', () => {
  it('is split like any text of statements', () => {
    const sql = `SELECT ';'; -- a ; comment\nSELECT $$ ; $$ /* ; */;\n\nUPDATE t SET a = 1`;
    assert.deepEqual(texts(sql), [
      `statement: SELECT ';'`,
      'statement: SELECT $$ ; $$',
      'statement: UPDATE t SET a = 1',
    ]);
  });

  it('holds psql commands up to the end of their line, and they end the statement before them', () => {
    assert.deepEqual(texts(`\\timing on\nSELECT 1 \\gx\n\\d accounts  \r\nSELECT 2;\\q`), [
      'meta: \\timing on',
      'statement: SELECT 1',
      'meta: \\gx',
      'meta: \\d accounts',
      'statement: SELECT 2',
      'meta: \\q',
    ]);
  });

  it('takes no backslash in strings, quotes or comments for a command', () => {
    const sql = `SELECT E'\\'', 'a\\d', "b\\d" -- \\d\n, $x$ \\i $x$ /* \\q */;`;
    assert.deepEqual(
      splitScript(sql).map(({ type }) => type),
      ['statement'],
    );
  });

  it('keeps offsets: every part is the text between them', () => {
    const piece = fc.constantFrom(
      'SELECT 1',
      ';',
      '\n',
      '\\d x',
      "'a;b'",
      '$$;\\$$',
      ' ',
      '--c',
      '/*',
      '*/',
      '\\',
      '"',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        const sql = pieces.join('');
        const parts = splitScript(sql);
        let last = 0;
        for (const { text, start, end } of parts) {
          assert.equal(sql.slice(start, end), text);
          assert.ok(start >= last && end > start);
          last = end;
        }
      }),
    );
  });

  it('without a backslash is exactly what the dialect splits', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const sql = text.replaceAll('\\', '/');
        assert.deepEqual(
          splitScript(sql).map(({ text: part, start, end }) => ({ text: part, start, end })),
          splitStatements(sql),
        );
      }),
    );
  });

  it('of 5 MB is split in time that grows with the text', () => {
    const sql = `INSERT INTO t (a, b) VALUES (1, 'it''s; fine'); -- comment\n`.repeat(90_000);
    assert.equal(splitScript(sql).length, 90_000);
  });
});

describe('the statement at the cursor', () => {
  const at = (marked: string) => {
    const offset = marked.indexOf('|');
    const sql = marked.replace('|', '');
    return partAt(sql, splitScript(sql), offset)?.text;
  };

  it('is the one around it', () => {
    assert.equal(at('SELECT 1; SEL|ECT 2; SELECT 3'), 'SELECT 2');
    assert.equal(at('|SELECT 1; SELECT 2'), 'SELECT 1');
  });

  it('is the one that ends right before it, with its semicolon and line', () => {
    assert.equal(at('SELECT 1|; SELECT 2'), 'SELECT 1');
    assert.equal(at('SELECT 1;|\nSELECT 2'), 'SELECT 1');
    assert.equal(at('SELECT 1; -- done|\nSELECT 2'), 'SELECT 1');
  });

  it('is the next one from the blank between, and the last one at the end', () => {
    assert.equal(at('SELECT 1;\n|\nSELECT 2;'), 'SELECT 2');
    assert.equal(at('SELECT 1;| SELECT 2'), 'SELECT 2');
    assert.equal(at('SELECT 1;\n\n\n|'), 'SELECT 1');
  });

  it('is none in a text without statements', () => {
    assert.equal(at('-- nothing|'), undefined);
  });
});

describe('a psql command in a script', () => {
  for (const [command, expected] of [
    ['\\d accounts', /clusters view/],
    ['\\dt+', /clusters view/],
    ['\\i other.sql', /Open that file/],
    ['\\c postgres', /status bar/],
    ['\\gx', /results panel/],
    ['\\watch 5', /again/],
    ['\\copy t from x', /INSERT in batches/],
    ['\\', /psql/],
    ['\\unheard', /psql/],
  ] as const) {
    it(`${command} is answered with what to do instead`, () => {
      const error = metaCommandError(command);
      assert.equal(error.code, 'META_COMMAND');
      assert.match(error.nextStep ?? '', expected);
    });
  }
});
