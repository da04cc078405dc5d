import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {
  billedTransactionDpu,
  dpuLines,
  estimateStatementDpu,
  meteredBytes,
  totalDpu,
} from '../../../src/core/cost/dpu';
import { monthlyPrice, priceOf, REGION_PRICES, regionPrice } from '../../../src/core/cost/prices';
import { parsePlan } from '../../../src/core/plan/parse';

describe('DPU estimate', () => {
  it('follows the documented formulas', () => {
    const dpu = estimateStatementDpu({ computeMs: 1500, readBytes: 546_133, writeBytes: 20_480 });
    assert.deepEqual(dpu, { compute: 1.5, read: 1, write: 1 });
    assert.equal(totalDpu(dpu), 3.5);
  });

  it('meters a row at 128 bytes at least: three small rows cost what the documentation prints', () => {
    const dpu = estimateStatementDpu({ computeMs: 15.5, readBytes: 0, writeBytes: 3 * meteredBytes(20) });
    assert.deepEqual(dpuLines(dpu), [
      { name: 'Compute', dpu: 0.0155 },
      { name: 'Read', dpu: 0 },
      { name: 'Write', dpu: 0.01875, transactionMinimum: 0.05 },
      { name: 'Total', dpu: 0.03425 },
    ]);
  });

  it('bills writes once more on a multi-Region cluster, and only writes', () => {
    const write = estimateStatementDpu({ computeMs: 1, readBytes: 0, writeBytes: 128, multiRegion: true });
    assert.equal(write.multiRegionWrite, 0.00625);
    assert.deepEqual(
      dpuLines(write).map(l => l.name),
      ['Compute', 'Read', 'Write', 'Multi-Region Write', 'Total'],
    );
    const read = estimateStatementDpu({ computeMs: 1, readBytes: 128, writeBytes: 0, multiRegion: true });
    assert.equal(read.multiRegionWrite, undefined);
  });

  it('applies the minimums once to a transaction', () => {
    const statement = { compute: 0.001, read: 0.001, write: 0.01 };
    assert.deepEqual(billedTransactionDpu([statement, statement]), { compute: 0.002, read: 0.00375, write: 0.05 });
    assert.deepEqual(billedTransactionDpu([{ compute: 0.001, read: 0, write: 0 }]), {
      compute: 0.001,
      read: 0,
      write: 0,
    });
    const large = { compute: 0, read: 2, write: 3 };
    assert.deepEqual(billedTransactionDpu([large, large]), { compute: 0, read: 4, write: 6 });
  });

  it('notes minimums exactly where recorded plans do, and totals as they do', () => {
    const folder = path.join(__dirname, '../../fixtures/plans');
    let blocks = 0;
    for (const name of fs.readdirSync(folder).filter(f => f.endsWith('.txt'))) {
      const recorded = parsePlan(fs.readFileSync(path.join(folder, name), 'utf8')).footer.dpu;
      if (!recorded) continue;
      blocks++;
      const value = (part: string): number => recorded.find(p => p.name === part)!.dpu;
      const lines = dpuLines({ compute: value('Compute'), read: value('Read'), write: value('Write') });
      const total = lines.pop()!;
      assert.deepEqual(lines, recorded.slice(0, -1), name);
      // the recorded total sums unrounded parts
      assert.ok(Math.abs(total.dpu - value('Total')) < 0.00002, name);
    }
    assert.ok(blocks >= 8);
  });
});

describe('prices', () => {
  it('are those of the Region', () => {
    assert.equal(priceOf(1_000_000, 'us-east-1').usd, 8);
    assert.equal(priceOf(1_000_000, 'ap-northeast-3').usd, 10);
    assert.equal(priceOf(1, 'us-east-2').confirmed, true);
  });

  it('of an unlisted Region are marked as not confirmed', () => {
    const { price, confirmed } = regionPrice('eu-central-1');
    assert.equal(confirmed, false);
    assert.equal(price.region, 'us-east-1');
  });

  it('can be replaced', () => {
    const table = [{ ...REGION_PRICES[0]!, region: 'eu-central-1', usdPerMillionDpu: 9.5 }];
    assert.deepEqual(priceOf(2_000_000, 'eu-central-1', table), { usd: 19, price: table[0], confirmed: true });
  });

  it('of a month leave the free tier out', () => {
    assert.equal(monthlyPrice(100_000, 1, 'us-east-1').usd, 0);
    const month = monthlyPrice(1_100_000, 11, 'us-east-1');
    assert.equal(month.dpuUsd, 8);
    assert.ok(Math.abs(month.storageUsd - 3.3) < 1e-9);
  });

  it('are dated and sourced', () => {
    for (const price of REGION_PRICES) {
      assert.match(price.asOf, /^\d{4}-\d{2}-\d{2}$/);
      assert.ok(price.source);
    }
  });
});
