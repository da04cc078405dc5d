import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { walk } from '../../../src/core/plan/model';
import { parsePlan } from '../../../src/core/plan/parse';
import { printPlan } from '../../../src/core/plan/print';

const folder = path.join(__dirname, '../../fixtures/plans');
const read = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');
const files = fs.readdirSync(folder).filter(f => f.endsWith('.txt'));

/** Nodes of each file: type, and the index or relation it reads. */
const SHAPES: Record<string, string[]> = {
  'd01_docs_fullscan_explain.txt': ['Full Scan transaction', 'Storage Scan transaction', 'B-Tree Scan transaction'],
  'd02_docs_index_only_explain.txt': ['Index Only Scan idx1', 'Storage Scan idx1', 'B-Tree Scan idx1'],
  'd04_docs_dpu_select_verbose.txt': [
    'Index Only Scan test_table_pkey',
    'Storage Scan test_table_pkey',
    'B-Tree Scan test_table_pkey',
  ],
  'd05_docs_dpu_insert_verbose.txt': ['Insert test_table', 'Values Scan *VALUES*'],
  'd06_docs_batched_join_costs_off.txt': [
    'Sort ',
    'Nested Loop ',
    'Full Scan transaction',
    'Storage Scan transaction',
    'B-Tree Scan transaction',
    'Index Only Scan idx1',
  ],
  'r14_dat401_fullscan_sort_limit_analyze_2025-11.txt': [
    'Limit ',
    'Sort ',
    'Full Scan transactions',
    'Storage Scan transactions',
    'B-Tree Scan transactions',
  ],
  'r15_dat401_index_scan_backward_lookup_analyze_2025-11.txt': [
    'Limit ',
    'Index Scan idx_transactions_payer',
    'Storage Scan idx_transactions_payer',
    'B-Tree Scan idx_transactions_payer',
    'Storage Lookup transactions',
    'B-Tree Lookup transactions',
  ],
  'r20_result_constant_explain_2026-09.txt': ['Result '],
};

describe('recorded plans', () => {
  it('are there', () => assert.ok(files.length >= 18, `${files.length} files`));

  for (const name of files) {
    it(`${name} prints back equal from the model`, () => {
      const text = read(name);
      const plan = parsePlan(text);
      assert.equal(printPlan(plan), text);
      assert.equal(plan.roots.length, 1);
      if (name.includes('EXCERPT')) return;
      assert.deepEqual(plan.unparsed, []);
      // nothing is printed from a kept spelling: every line comes from the model
      assert.deepEqual(
        plan.lines.filter(l => l.literal !== undefined),
        [],
      );
    });
  }

  for (const [name, shape] of Object.entries(SHAPES)) {
    it(`${name} has its nodes`, () => {
      const nodes = [...walk(parsePlan(read(name)).roots)];
      assert.deepEqual(
        nodes.map(n => `${n.type} ${n.index ?? n.relation ?? ''}`),
        shape,
      );
    });
  }

  it('names the lines of an abbreviated plan that cannot be understood, and keeps their nodes', () => {
    const plan = parsePlan(read('r21_EXCERPT_unique_sort_fullscan_explain_verbose_2026-08.txt'));
    assert.deepEqual(
      plan.unparsed.map(u => u.line),
      [4, 9],
    );
    assert.deepEqual(
      [...walk(plan.roots)].map(n => n.type),
      ['Unique', 'Sort', 'Full Scan', 'Storage Scan', 'B-Tree Scan'],
    );
    const storage = [...walk(plan.roots)].find(n => n.type === 'Storage Scan')!;
    assert.match(storage.properties[1]!.value, /as_of <= '2026-08-26' AND source = 'nbu_fv'\)$/);
  });

  it('gives the footer of a plan with DPUs', () => {
    const { footer } = parsePlan(read('r09_insert_result_verbose_dpu_2026-04.txt'));
    assert.deepEqual(footer, {
      settings: "work_mem = '128MB'",
      queryIdentifier: 'gnseod6yw9ewy',
      planningMs: 0.044,
      executionMs: 0.575,
      dpu: [
        { name: 'Compute', dpu: 0.00742 },
        { name: 'Read', dpu: 0.00236, transactionMinimum: 0.00375 },
        { name: 'Write', dpu: 0.00625, transactionMinimum: 0.05 },
        { name: 'Total', dpu: 0.01603 },
      ],
      other: [],
    });
  });

  it('reads estimates, actuals, loops and properties', () => {
    const [root] = parsePlan(read('r02_index_only_pk_point_verbose_dpu_2026-04.txt')).roots;
    assert.deepEqual(root!.estimate, { startupCost: 100.12, totalCost: 104.13, rows: 1, width: 9 });
    assert.deepEqual(root!.actual, { startupMs: 0.526, totalMs: 0.544, rows: 1, loops: 1 });
    assert.deepEqual([root!.schema, root!.relation, root!.alias], ['dpu_test', 'write_serial_pk_test', undefined]);
    const storage = root!.children[0]!;
    assert.deepEqual(storage.estimate, { startupCost: 100.12, totalCost: 104.13, rows: 1, width: 9, loops: 1 });
    assert.deepEqual(storage.actual, { rows: 1, loops: 1 });
    assert.equal(storage.layer, 'storage');
    assert.equal(storage.children[0]!.properties[0]!.value, '(write_serial_pk_test.id = 1)');
  });
});
