import assert from 'node:assert/strict';
import { exampleIfInvalid } from '../../../src/core/sql/parameter-value';

describe('a value typed for a parameter', () => {
  const VALID: [string | undefined, string][] = [
    ['int4', '-42'],
    ['int8', '9007199254740993'],
    ['int4', ' 1_000 '],
    ['int2', '0x_7F'],
    ['int8', '-0b1_0'],
    ['numeric', '.5e10'],
    ['numeric', '1_000.5_0'],
    ['numeric', '0o17'],
    ['float8', 'NaN'],
    ['float8', '0x1.8p-1'],
    ['uuid', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'],
    ['uuid', 'a0eebc999c0b4ef8bb6d6bb9bd380a11'],
    ['bool', 'yes'],
    ['boolean', 't'],
    ['timestamptz', 'now'],
    ['timestamp with time zone', '2026-11-21 12:00+01'],
    ['date', '21 Nov 2026'],
    ['date', 'today'],
    ['timestamp', ' Tomorrow '],
    ['date', '-infinity'],
    ['text', 'anything at all'],
    ['jsonb', '{'],
    [undefined, 'x'],
  ];
  for (const [type, text] of VALID)
    it(`${text} may be of type ${type}`, () => assert.equal(exampleIfInvalid(type, text), undefined));
  for (const [type, text] of [
    ['int4', '4.2'],
    ['int4', '1__000'],
    ['int4', '1_'],
    ['int8', '0b2'],
    ['numeric', '1._5'],
    ['float8', '1_000'],
    ['real', '0b11'],
    ['int8', 'abc'],
    ['numeric', '1,5'],
    ['uuid', 'a0eebc99'],
    ['bool', 'perhaps'],
    ['date', 'someday'],
    ['timestamptz', 'later'],
  ] as const)
    it(`${text} is not of type ${type}, and an example is`, () => {
      const example = exampleIfInvalid(type, text);
      assert.ok(example);
      assert.equal(exampleIfInvalid(type, example), undefined);
    });
});
