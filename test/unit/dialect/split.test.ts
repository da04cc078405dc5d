import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lexer, tokenize } from '../../../src/core/dialect/lexer';
import { splitStatements } from '../../../src/core/dialect/split';
import { sqlText } from './sql-arbitrary';

const texts = (sql: string) => splitStatements(sql).map(span => span.text);

describe('splitting', () => {
  it('at top-level semicolons only', () => {
    assert.deepEqual(texts('SELECT 1; SELECT 2;; -- end\n ;'), ['SELECT 1', 'SELECT 2']);
    assert.deepEqual(texts(''), []);
    assert.deepEqual(texts("SELECT ';', \";\", $$;$$, $a$ $$; $a$, 'it''s;' ; x"), [
      "SELECT ';', \";\", $$;$$, $a$ $$; $a$, 'it''s;'",
      'x',
    ]);
    assert.deepEqual(texts("SELECT E'\\';', 'a\\'; SELECT 2"), ["SELECT E'\\';', 'a\\'", 'SELECT 2']);
    assert.deepEqual(texts('/* a; /* b; */ c; */ SELECT 1 -- ;\n + 1; x'), ['SELECT 1 -- ;\n + 1', 'x']);
    assert.deepEqual(texts('SELECT U&\'\\;\' , U&"a;b" , b$c$;d$c$'), ['SELECT U&\'\\;\' , U&"a;b" , b$c$', 'd$c$']);
    assert.deepEqual(texts("SELECT E'a'\n  '\\';'; b"), ["SELECT E'a'\n  '\\';'", 'b']);
    assert.deepEqual(texts('SELECT $1;SELECT $2'), ['SELECT $1', 'SELECT $2']);
    assert.deepEqual(texts('SELECT 1; SELECT /* open; SELECT 2'), ['SELECT 1', 'SELECT /* open; SELECT 2']);
    assert.deepEqual(texts('SELECT 1; /* open'), ['SELECT 1', '/* open']);
    assert.deepEqual(texts('CREATE RULE r AS ON INSERT TO t DO (a; b); c'), [
      'CREATE RULE r AS ON INSERT TO t DO (a; b)',
      'c',
    ]);
  });

  it('keeps the bodies of BEGIN ATOMIC functions whole', () => {
    const body =
      'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END';
    assert.deepEqual(texts(`BEGIN; ${body}; COMMIT`), ['BEGIN', body, 'COMMIT']);
    assert.deepEqual(texts('CREATE TABLE begin_t (a int); BEGIN; SELECT 1; END; x'), [
      'CREATE TABLE begin_t (a int)',
      'BEGIN',
      'SELECT 1',
      'END',
      'x',
    ]);
  });

  it('gives offsets into the whole text', () => {
    const sql = " -- é\n SELECT '😀' ; \t UPDATE t SET a = 1 /* x */ ;";
    for (const { text, start, end } of splitStatements(sql)) assert.equal(sql.slice(start, end), text);
    assert.deepEqual(texts(sql), ["SELECT '😀'", 'UPDATE t SET a = 1']);
  });

  it('leaves out nothing but blanks, comments and semicolons, whatever the text', () => {
    fc.assert(
      fc.property(sqlText, sql => {
        let at = 0;
        for (const span of splitStatements(sql)) {
          assert.ok(span.start >= at && span.end > span.start);
          assert.equal(sql.slice(span.start, span.end), span.text);
          for (const { start } of tokenize(sql.slice(at, span.start))) assert.equal(sql[at + start], ';');
          at = span.end;
        }
        for (const { start } of tokenize(sql.slice(at))) assert.equal(sql[at + start], ';');
      }),
      { numRuns: 500 },
    );
  });

  it('splits a joined list of whole statements into that list', () => {
    const whole = [
      "SELECT 'a;b'",
      'SELECT $$;$$',
      'INSERT INTO t VALUES (1)',
      'SELECT "x;y"',
      'BEGIN',
      "SELECT E'\\';'",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...whole)), list => assert.deepEqual(texts(list.join(' ; ')), list)),
      { numRuns: 200 },
    );
  });
});

describe('the lexer', () => {
  const lex = (sql: string) => tokenize(sql).map(({ type, start, end }) => `${type}:${sql.slice(start, end)}`);

  it('knows PostgreSQL’s tokens', () => {
    assert.deepEqual(lex('a.b >= $1::int4[] AND c<>-1.5e-3'), [
      ...[
        'word:a',
        'punctuation:.',
        'word:b',
        'operator:>=',
        'parameter:$1',
        'punctuation::',
        'punctuation::',
        'word:int4',
      ],
      ...['punctuation:[', 'punctuation:]', 'word:AND', 'word:c', 'operator:<>-', 'number:1.5e-3'],
    ]);
    assert.deepEqual(lex('0xFF 1_000 1. .5 1..2 12abc @'), [
      ...[
        'number:0xFF',
        'number:1_000',
        'number:1.',
        'number:.5',
        'number:1',
        'punctuation:.',
        'number:.2',
        'junk:12abc',
      ],
      'operator:@',
    ]);
    assert.deepEqual(lex('a--b\n-/* c */1'), ['word:a', 'operator:-', 'number:1']);
    assert.deepEqual(lex("x'1F' N'a' e'\\'' $tag$ $$ $tag$"), [
      "string:x'1F'",
      "string:N'a'",
      "string:e'\\''",
      'string:$tag$ $$ $tag$',
    ]);
  });

  it('says what is unterminated', () => {
    for (const sql of ["'a", '"a', '$$a', "E'\\'", '$a$ $$']) {
      assert.equal(tokenize(sql)[0]?.unterminated, true, sql);
    }
  });

  it('covers every text from end to end', () => {
    fc.assert(
      fc.property(sqlText, sql => {
        const lexer = new Lexer(sql);
        let at = 0;
        while (lexer.next()) {
          assert.equal(lexer.start, at);
          assert.ok(lexer.end > at);
          at = lexer.end;
        }
        assert.equal(at, sql.length);
      }),
      { numRuns: 1000 },
    );
  });
});
