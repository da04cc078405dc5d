import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseInfoString } from '../../../src/core/chapters/info-string';
import { statementsOf } from '../../../src/core/chapters/sql-block';
import { substitute } from '../../../src/core/chapters/variables';

describe('parseInfoString', () => {
  it('reads language, verb, values, quoted values and bare words', () => {
    const info = parseInfoString('sql run as=lambda contains="two words" analyze');
    assert.deepEqual(
      { ...info, options: [...(info?.options ?? [])] },
      {
        language: 'sql',
        verb: 'run',
        options: [
          ['as', 'lambda'],
          ['contains', 'two words'],
          ['analyze', 'true'],
        ],
      },
    );
  });

  it('refuses an unclosed quote and a key given twice', () => {
    assert.equal(parseInfoString('sql run contains="open'), undefined);
    assert.equal(parseInfoString('sql run a=1 a=2'), undefined);
  });

  it('reads back what is written', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const value = fc.stringMatching(/^[A-Za-z0-9 .,]{0,12}$/);
    fc.assert(
      fc.property(word, word, fc.dictionary(word, value), (language, verb, options) => {
        const text = [language, verb, ...Object.entries(options).map(([k, v]) => `${k}="${v}"`)].join(' ');
        const info = parseInfoString(text);
        assert.deepEqual([info?.language, info?.verb], [language, verb]);
        assert.deepEqual([...(info?.options ?? [])], Object.entries(options));
      }),
    );
  });
});

describe('statementsOf', () => {
  it('ends statements at a semicolon that ends a line, comments after it allowed', () => {
    assert.deepEqual(statementsOf("SELECT 'a;b', 1; -- first\n\nSELECT\n  2;\nSELECT 3"), [
      { sql: "SELECT 'a;b', 1", lineOffset: 0 },
      { sql: 'SELECT\n  2', lineOffset: 2 },
      { sql: 'SELECT 3', lineOffset: 4 },
    ]);
  });

  it('finds as many statements as were joined', () => {
    const statement = fc.stringMatching(/^SELECT [a-z0-9 ,']{1,20}[a-z0-9]$/);
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 6 }), statements => {
        assert.deepEqual(
          statementsOf(statements.map(sql => `${sql};`).join('\n')).map(({ sql }) => sql),
          statements,
        );
      }),
    );
  });
});

describe('substitute', () => {
  it('replaces what is known and refuses what is not', () => {
    const values = new Map([['run.succeeded', '42']]);
    assert.equal(substitute('SELECT ${run.succeeded} - 1', values), 'SELECT 42 - 1');
    assert.throws(() => substitute('${other}', values), { code: 'CHAPTER_VARIABLE_UNKNOWN' });
  });
});
