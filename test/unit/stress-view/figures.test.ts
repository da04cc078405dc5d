import assert from 'node:assert/strict';
import { finishedFigures, liveFigures } from '../../../src/core/stress-view/figures';
import { runVerdict } from '../../../src/core/stress-view/run-record';
import { recordOf, snapshotAt } from '../../support/stress-runs';

describe('the figures of a run', () => {
  it('name failed calls, with what the first of each class was told', () => {
    const { errors } = liveFigures(snapshotAt(3_000));
    assert.deepEqual(
      errors.map(({ label, detail }) => [label, detail]),
      [['Conflict on data (40001 OC000)', 'change conflicts with another transaction, please retry: (OC000)']],
    );
  });

  it('count retries exactly up to the bound of what is kept', () => {
    const labels = (retryCounts: number[]): string[] =>
      liveFigures({ ...snapshotAt(3_000), retryCounts }).retryCounts.map(({ label }) => label);
    assert.deepEqual(labels([90, 8, 2]), ['0', '1', '2']);
    assert.equal(labels(Array.from({ length: 17 }, () => 1)).at(-1), '16 or more');
  });

  it('say when the ledger cannot see, and do not call a threshold met that was never measured', () => {
    const { result } = recordOf('20261120T091200-aaaa', {
      ledger: undefined,
      ledgerUnseen: 'The ledger cannot see this run: …',
      failed: 0,
      thresholds: [{ threshold: 'ledger=exact', actual: 'not counted' }],
    });
    assert.deepEqual(finishedFigures(result).ledger, { tone: 'warn', text: 'The ledger cannot see this run: …' });
    assert.deepEqual(runVerdict(result), { tone: 'bad', text: 'missed ledger=exact' });
  });
});
