import assert from 'node:assert/strict';
import { settingFault } from '../../../src/vscode/setting-faults';

describe('a setting written by hand', () => {
  const told = (value: unknown, schema: Parameters<typeof settingFault>[2]): string | undefined =>
    settingFault('dsqlWorkshop.x', value, schema)?.message;
  const port = { type: 'integer', minimum: 0, maximum: 65_535, default: 0 };

  for (const value of ['5433', 70_000, -1, 1.5, null])
    it(`that is no port is told with what it may be: ${JSON.stringify(value)}`, () =>
      assert.equal(
        told(value, port),
        `the setting dsqlWorkshop.x is ${JSON.stringify(value)}; it must be a whole number from 0 to 65,535`,
      ));

  it('that is none of its choices is told with them', () =>
    assert.match(
      told('Full', { type: 'string', enum: ['laptop', 'full'], default: 'laptop' }) ?? '',
      /"Full"; it must be one of "laptop", "full"$/,
    ));

  it('of another type is told', () => {
    assert.match(told('true', { type: 'boolean', default: false }) ?? '', /must be true or false/);
    assert.match(told(['/data'], { type: 'string', default: '' }) ?? '', /must be a text/);
  });

  it('that may be is no fault, nor is a list, which its reader judges', () => {
    assert.equal(told(5433, port), undefined);
    assert.equal(told(1e9, { type: 'integer', minimum: 0, default: 1 }), undefined);
    assert.equal(told(true, { type: 'boolean' }), undefined);
    assert.equal(told(undefined, port), undefined);
    assert.equal(told('a', { type: 'array', default: [] }), undefined);
  });
});
