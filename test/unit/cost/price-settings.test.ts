import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describePriceProblem, priceTable } from '../../../src/core/cost/price-settings';
import { monthlyPrice, priceOf, REGION_PRICES } from '../../../src/core/cost/prices';

const good = { region: 'eu-west-1', usdPerMillionDpu: 9, usdPerGbMonth: 0.36 };
const told = (settings: unknown): string[] => priceTable(settings).problems.map(describePriceProblem);

describe('prices of the settings', () => {
  it('are put over the table, the last of a Region counting', () => {
    const { table, problems } = priceTable([good, { ...good, usdPerMillionDpu: 10 }]);
    assert.deepEqual(problems, []);
    assert.equal(table.length, REGION_PRICES.length + 1);
    assert.equal(priceOf(1_000_000, 'eu-west-1', table).usd, 10);
  });

  it('may be the least and the most that there is, and tell where they are from', () => {
    const own = [
      { ...good, usdPerMillionDpu: 0, usdPerGbMonth: 100_000, asOf: '', source: 7 },
      { ...good, region: 'eu-west-2', asOf: '2026-11-01', source: 'my bill' },
    ];
    assert.deepEqual(priceTable(own).table.slice(REGION_PRICES.length), [
      { ...own[0], asOf: 'without a date', source: 'settings' },
      own[1],
    ]);
  });

  const wrong: [what: string, entry: unknown, problem: RegExp][] = [
    ['a negative price', { ...good, usdPerMillionDpu: -8 }, /"usdPerMillionDpu" is no amount from 0 to 100,000/],
    ['a text for a price', { ...good, usdPerGbMonth: '0.33' }, /"usdPerGbMonth" is no amount/],
    ['a price nobody charges', { ...good, usdPerMillionDpu: 1e300 }, /"usdPerMillionDpu" is no amount/],
    ['no storage price', { region: 'eu-west-1', usdPerMillionDpu: 8 }, /"usdPerGbMonth" is no amount/],
    ['no Region', { usdPerMillionDpu: 8, usdPerGbMonth: 1 }, /names no Region/],
    ['a Region that is none', { ...good, region: 'Ireland' }, /names no Region/],
    ['no object', 8, /is no object/],
    ['nothing', null, /is no object/],
  ];
  for (const [what, entry, problem] of wrong)
    it(`leave ${what} out, saying which entry and why, and keep the others`, () => {
      const { table } = priceTable([good, entry, { ...good, region: 'eu-west-2' }]);
      assert.deepEqual(
        table.map(({ region }) => region).filter(region => region.startsWith('eu-')),
        ['eu-west-1', 'eu-west-2'],
      );
      const [first, ...more] = told([good, entry]);
      assert.match(first ?? '', problem);
      assert.match(first ?? '', /^entry 2 .*, and is left out$/);
      assert.deepEqual(more, []);
    });

  it('say so where the setting is no list at all', () => {
    assert.deepEqual(told({ region: 'eu-west-1' }), ['is no list of prices']);
    assert.deepEqual(told(undefined), []);
  });

  it('give a finite amount that is not negative, whatever they hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.string(), (settings, dpu, region) => {
        const { table } = priceTable(settings);
        const { usd } = monthlyPrice(dpu, 5, region, table);
        assert.ok(Number.isFinite(usd) && usd >= 0);
      }),
    );
  });
});
