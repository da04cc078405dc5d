import assert from 'node:assert/strict';
import { planDocument } from '../../../src/core/plan/document';
import type { CatalogFacts } from '../../../src/core/plan/findings/catalog-facts';
import { readPlans } from '../../../src/core/plan/read-plans';
import { recordedPlan, slowPlan } from '../../support/plans';

const read = (text: string, catalog?: CatalogFacts) =>
  planDocument(readPlans(text)[0]!, { ...(catalog && { catalog }) });
const transactions = (key: string, valid = true): CatalogFacts => ({
  tables: [{ name: 'transactions', indexes: [{ name: 'idx_transactions_payer', key: [key, 'created_at'], valid }] }],
});

describe('remarks on a plan', () => {
  it('say why a small table is read whole although there is an index', () => {
    const plan = read(recordedPlan('r14'), transactions('payer_id'));
    assert.deepEqual(plan.findings, []);
    const [remark, ...others] = plan.remarks;
    assert.deepEqual(others, []);
    assert.equal(plan.nodes[remark!.node]!.type, 'Full Scan');
    assert.match(remark!.text, /^The index idx_transactions_payer was not used, and that is right: all 6 rows/);
  });

  it('say of other small tables that their full scan is no fault', () => {
    for (const catalog of [undefined, transactions('payee_id'), transactions('payer_id', false)])
      assert.match(read(recordedPlan('r14'), catalog).remarks[0]!.text, /^All 6 rows of transactions .* no fault/);
  });

  it('are none on large tables, on scans without a condition, and where an index is used', () => {
    assert.deepEqual(read(slowPlan).remarks, []);
    for (const start of ['r01', 'r06', 'r15', 'd04']) assert.deepEqual(read(recordedPlan(start)).remarks, [], start);
  });
});
