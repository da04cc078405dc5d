import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asciiText } from '../../../src/core/dialect/ascii-text';
import { loadParser, parse } from '../../../src/core/dialect/parser';

/** The tree without the places of its nodes. */
const treeOf = (text: string): string =>
  JSON.stringify(parse(text), (key, value: unknown) => (/location$|_len$|^position$/.test(key) ? undefined : value));

describe('statements in ASCII', () => {
  before(loadParser);

  it('mean the same, whatever is in strings and names', () => {
    const part = fc.string({ unit: fc.constantFrom(...'aéĀ€😀\\\'"$ \n-?'), maxLength: 8 });
    const forms: ((text: string) => string)[] = [
      text => `SELECT '${text.replaceAll("'", "''")}'`,
      text => `SELECT E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}\\é\\😀\\n'`,
      text => `SELECT N'${text.replaceAll("'", "''")}'`,
      text => `SELECT $é$${text.replaceAll('$', '')}$é$, 'a'\n'é'`,
      text => `SELECT "ä${text.replaceAll('"', '""')}".É FROM Äpfel AS "😀"`,
      text => `SELECT U&'\\00e9${text.replaceAll(/[\\']/g, '')}', U&"é${text.replaceAll(/[\\"]/g, '')}"`,
      text => `SELECT 1 /* ${text.replaceAll('/', '')} é */ + 2 -- 'é`,
    ];
    fc.assert(
      fc.property(part, fc.constantFrom(...forms), (text, form) => {
        const sql = form(text);
        const ascii = asciiText(sql);
        assert.doesNotMatch(ascii, /\P{ASCII}/u);
        assert.equal(treeOf(ascii), treeOf(sql));
      }),
      { numRuns: 500 },
    );
  });

  it('are left alone where they are ASCII, and never fail', () => {
    const text = "SELECT 'a\\b', E'\\x', $$'$$ -- c";
    assert.equal(asciiText(text), text);
    const any = fc.array(fc.integer({ min: 0, max: 0x10ffff })).map(codes => String.fromCodePoint(...codes));
    fc.assert(fc.property(any, sql => assert.doesNotMatch(asciiText(sql), /\P{ASCII}/u)));
  });
});
