import assert from 'node:assert/strict';
import { priceFaults, settingFault } from '../../../src/vscode/setting-faults';

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

  it('that is a list or an object is told with what its entries must be', () => {
    const list = { type: 'array', items: { type: 'string' }, default: [] };
    for (const value of ['**/*.sql', [1], { a: 'b' }, null])
      assert.match(told(value, list) ?? '', /must be a list of texts$/);
    const rules = { type: 'object', additionalProperties: { enum: ['off', 'error'] }, default: {} };
    for (const value of [{ serial: 'of' }, ['serial'], 'off'])
      assert.match(told(value, rules) ?? '', /must be an object whose values are each one of "off", "error"$/);
    assert.equal(told({ serial: 'off' }, rules), undefined);
    assert.equal(told(['**/*.sql'], list), undefined);
  });

  it('that names what there is not is told with the names', () => {
    const rules = {
      type: 'object',
      propertyNames: { enum: ['serial_type', 'float_money'] },
      additionalProperties: { enum: ['off', 'error'] },
      default: {},
    };
    assert.match(
      told({ serial_type: 'off', serial: 'off', float_mony: 'error' }, rules) ?? '',
      /: "serial", "float_mony" are not among the names that settings\.json offers$/,
    );
    assert.equal(told({ serial_type: 'off' }, rules), undefined);
  });

  it('that holds a price of another form is told with the entry that is left out', () => {
    const price = { region: 'us-east-1', usdPerMillionDpu: 8, usdPerGbMonth: 0.33 };
    assert.deepEqual(
      priceFaults('prices', [price, { ...price, region: 'here' }]).map(({ message }) => message),
      ['the setting prices: entry 2 names no Region, and is left out'],
    );
  });

  it('that may be is no fault, nor is a list of objects, which its reader judges', () => {
    assert.equal(told(5433, port), undefined);
    assert.equal(told(1e9, { type: 'integer', minimum: 0, default: 1 }), undefined);
    assert.equal(told(true, { type: 'boolean' }), undefined);
    assert.equal(told(undefined, port), undefined);
    assert.equal(told('a', { type: 'array', items: { type: 'object' }, default: [] }), undefined);
  });
});
