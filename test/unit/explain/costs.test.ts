import assert from 'node:assert/strict';
import { decimal } from '../../../src/core/plan/groups';
import { scanCost, type StorageWork } from '../../../src/local/explain/costs';

/** What a scan of all rows does. */
const whole = (rows: number, ofIndex: boolean): StorageWork => ({
  ...{ tableRows: rows, ofIndex, read: rows, comparisons: 0, sent: rows },
});

describe('the cost of a scan', () => {
  const recorded: [what: string, work: StorageWork, cost: string][] = [
    ['of one row, no key (2026-04)', whole(1, false), '100.12..104.14'],
    ['of one row by its key (2026-04)', whole(1, true), '100.12..104.13'],
    ['of a key, never analysed (2026-04)', whole(1_000_000, true), '125100.05..171100.05'],
    ['of a table, never analysed (2026-04)', whole(1_000_000, false), '125100.05..176100.05'],
    ['of six rows with a filter (2025-11)', { ...whole(6, false), comparisons: 1 }, '100.76..104.84'],
    [
      'of a million rows of which a third are sent (User Guide)',
      { ...whole(1_000_000, false), comparisons: 1, sent: 1_000_000 / 3 },
      '125100.05..177933.38',
    ],
    [
      'of an index with look-ups (2026-10)',
      { ...whole(869, true), tableRows: 1_100, lookedUp: { comparisons: 0, sent: 869 } },
      '417.28..512.05',
    ],
  ];
  for (const [what, work, cost] of recorded) {
    it(`${what} is ${cost}, as recorded`, () => {
      const { startupCost, totalCost } = scanCost(work);
      assert.equal([startupCost, totalCost].map(figure => decimal(figure, 2)).join('..'), cost);
    });
  }

  it('has what its subplans cost', () => {
    const postgres = { startupCost: 50, totalCost: 1_050, rows: 1, width: 4 };
    assert.deepEqual(scanCost(whole(1, false), postgres), { startupCost: 150.125, totalCost: 1_150.125 });
  });
});
