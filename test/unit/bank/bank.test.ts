import assert from 'node:assert/strict';
import fc from 'fast-check';
import { idRanges, incompleteRanges } from '../../../src/core/bank/batches';
import { moneyConserved, moneyDrift } from '../../../src/core/bank/invariants';
import { foreignColumns } from '../../../src/core/bank/own-tables';
import { transferOnce, type RunStatement } from '../../../src/core/bank/transfer';

describe('the bank', () => {
  it('knows its tables by their columns, whatever others call theirs', () => {
    const id = { name: 'id', type: 'integer' };
    assert.equal(foreignColumns('accounts', [id, { name: 'balance', type: 'bigint' }]), false);
    assert.equal(foreignColumns('accounts', [id, { name: 'balance', type: 'text' }]), true);
    assert.equal(foreignColumns('accounts', [id]), true);
    for (const name of ['owner', 'constructor', '__proto__'])
      assert.equal(foreignColumns('accounts', [id, { name, type: 'bigint' }]), true, name);
  });

  describe('transfer', () => {
    const order = { payer: 1, payee: 2, amount: 10 };
    /** Records the statements; `answers` by first word and occurrence. */
    const connection = (answers: { balance?: string; credited?: number; failAt?: string }) => {
      const log: string[] = [];
      const run: RunStatement = async (sql, params) => {
        log.push([sql.split(' ', 2).join(' '), ...(params ?? [])].join(' '));
        if (answers.failAt && sql.startsWith(answers.failAt)) throw new Error(`${answers.failAt} failed`);
        if (sql.includes('RETURNING')) {
          const rows = answers.balance === undefined ? [] : [{ balance: answers.balance }];
          return { rowCount: rows.length, rows };
        }
        return { rowCount: answers.credited ?? 1, rows: [] };
      };
      return { log, run };
    };

    it('is one transaction, with history only where it is kept', async () => {
      const plain = connection({ balance: '90' });
      assert.equal(await transferOnce(plain.run, order, false), '90');
      assert.deepEqual(plain.log, ['BEGIN', 'UPDATE accounts 10 1', 'UPDATE accounts 10 2', 'COMMIT']);
      const recorded = connection({ balance: '9007199254740993' });
      assert.equal(await transferOnce(recorded.run, order, true), '9007199254740993');
      assert.equal(recorded.log[3], 'INSERT INTO 1 2 10');
    });

    it('may take all that the payer has', async () => {
      assert.equal(await transferOnce(connection({ balance: '0.00' }).run, order, false), '0.00');
    });

    for (const [name, answers, code] of [
      ['a payer who has too little', { balance: '-1' }, 'INSUFFICIENT_FUNDS'],
      ['no payer', {}, 'ACCOUNT_NOT_FOUND'],
      ['no payee', { balance: '1', credited: 0 }, 'ACCOUNT_NOT_FOUND'],
    ] as const)
      it(`rolls back for ${name}`, async () => {
        const { log, run } = connection(answers);
        await assert.rejects(transferOnce(run, order, true), { code });
        assert.equal(log.at(-1), 'ROLLBACK');
        assert.ok(!log.includes('COMMIT'));
      });

    it('reports the first error, not the failing rollback', async () => {
      const { log, run } = connection({ balance: '1', failAt: 'COMMIT' });
      await assert.rejects(transferOnce(run, order, false), /COMMIT failed/);
      assert.equal(log.at(-1), 'ROLLBACK');
    });
  });

  it('money is conserved only to the last unit, and with the same accounts', () => {
    const audit = (accounts: number, sumOfBalances: string) => ({ accounts, sumOfBalances, negativeBalances: 0 });
    const large = '9007199254740993';
    assert.ok(moneyConserved(audit(3, large), audit(3, large)));
    assert.ok(!moneyConserved(audit(3, large), audit(3, '9007199254740992')));
    assert.ok(!moneyConserved(audit(3, '1'), audit(4, '1')));
    assert.equal(moneyDrift(audit(3, large), audit(3, '9007199254740990')), '-3');
  });

  it('money may have decimals, of which none is lost', () => {
    const sum = (sumOfBalances: string) => ({ accounts: 3, sumOfBalances, negativeBalances: 0 });
    const large = '9007199254740993.10';
    assert.ok(moneyConserved(sum(large), sum('9007199254740993.1')));
    assert.ok(!moneyConserved(sum(large), sum('9007199254740993.11')));
    assert.equal(moneyDrift(sum('100.50'), sum('100.50')), '0');
    assert.equal(moneyDrift(sum('100.50'), sum('100')), '-0.50');
    assert.equal(moneyDrift(sum('-0.25'), sum('1000.5')), '1000.75');
  });

  it('ranges cover 1..count once, each within a transaction; only incomplete ones are loaded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 3000 }), (count, rows) => {
        fc.pre(count / rows < 2000);
        const ranges = idRanges(count, rows);
        let next = 1;
        for (const { first, last } of ranges) {
          assert.equal(first, next);
          assert.ok(last - first < rows && last >= first);
          next = last + 1;
        }
        assert.equal(next, count + 1);
        assert.deepEqual(incompleteRanges(ranges, new Map()), ranges);
        const complete = new Map(ranges.map((range, i) => [i, range.last - range.first + 1]));
        assert.deepEqual(incompleteRanges(ranges, complete), []);
        complete.set(0, (complete.get(0) ?? 0) - 1);
        assert.deepEqual(incompleteRanges(ranges, complete), [ranges[0]]);
      }),
    );
  });
});
