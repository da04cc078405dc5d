import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layoutPlan } from '../../../src/core/plan/layout';
import type { PlanNode } from '../../../src/core/plan/model';
import { parsePlan } from '../../../src/core/plan/parse';
import { printPlan } from '../../../src/core/plan/print';

const cost = fc.integer({ min: 0, max: 10_000_000 }).map(n => n / 100);
const estimate = fc
  .tuple(cost, cost, fc.nat(1e9), fc.nat(5000))
  .map(([startupCost, totalCost, rows, width]) => ({ startupCost, totalCost, rows, width }));
const milliseconds = fc.integer({ min: 0, max: 10_000_000 }).map(n => n / 1000);
const name = fc.constantFrom('accounts', 'transactions', '"Order"', 't_1');
const value = fc.constantFrom(
  '(id = 1)',
  "((a = 'x: (y)'::text) AND (b > 2))",
  "(n ~~ '->  %'::text)",
  'id, balance',
  'ok',
);

function storage(scan: string, looped: boolean): fc.Arbitrary<PlanNode> {
  return fc.tuple(estimate, fc.nat(1000), value).map(([e, rows, predicate]): PlanNode => {
    const parts = { estimate: looped ? { ...e, loops: 3 } : e, actual: { rows, loops: 2 }, layer: 'storage' as const };
    const tree = { ...parts, type: 'B-Tree Scan', title: `B-Tree Scan on ${scan}`, properties: [], children: [] };
    const properties = [{ name: 'Filters', value: predicate }];
    return { ...parts, type: 'Storage Scan', title: `Storage Scan on ${scan}`, properties, children: [tree] };
  });
}

const scanNode = fc.tuple(name, fc.boolean(), estimate, milliseconds, value).chain(([table, keyed, e, ms, predicate]) =>
  storage(keyed ? 't_pkey' : table, keyed).map((child): PlanNode => ({
    type: keyed ? 'Index Only Scan' : 'Full Scan',
    title: keyed ? `Index Only Scan Backward using t_pkey on public.${table} x` : `Full Scan (btree-table) on ${table}`,
    layer: 'query',
    estimate: e,
    actual: { startupMs: ms, totalMs: ms, rows: 5, loops: 2 },
    properties: [{ name: 'Filter', value: predicate }],
    children: [child],
  })),
);

const { node } = fc.letrec<{ node: PlanNode }>(tie => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scanNode,
    fc
      .tuple(
        fc.constantFrom('Limit', 'Sort', 'Nested Loop Left Join', 'Hash Join', 'Nested Loop (Batched Join)', 'Append'),
        estimate,
        fc.array(
          fc.tuple(
            tie('node'),
            fc.constantFrom(undefined, undefined, 'InitPlan 1 (returns $0)', 'CTE recent', 'SubPlan 2'),
          ),
          {
            minLength: 1,
            maxLength: 3,
          },
        ),
        fc.boolean(),
      )
      .map(([title, e, children, neverExecuted]): PlanNode => ({
        type: title,
        title,
        layer: 'query',
        estimate: e,
        ...(neverExecuted ? { neverExecuted } : {}),
        properties: [{ name: 'Sort Key', value: 'a DESC, b' }],
        children: children.map(([child, label]) => (label === undefined ? child : { ...child, label })),
      })),
  ),
}));

/** What both the built and the parsed tree say. */
function shape(n: PlanNode): unknown {
  return {
    title: n.title,
    layer: n.layer,
    label: n.label,
    estimate: n.estimate,
    actual: n.actual,
    neverExecuted: n.neverExecuted,
    properties: n.properties.map(p => [p.name, p.value]),
    children: n.children.map(shape),
  };
}

describe('a plan that is laid out', () => {
  it('is read back as the same tree, whatever the tree', () => {
    fc.assert(
      fc.property(node, root => {
        const footer = { settings: "work_mem = '128MB'", planningMs: 0.25, executionMs: 12.5, other: [] };
        const text = layoutPlan({ roots: [root], footer }).join('\n');
        const parsed = parsePlan(text);
        assert.deepEqual(parsed.unparsed, []);
        assert.equal(printPlan(parsed), text);
        assert.deepEqual(parsed.roots.map(shape), [shape(root)]);
        assert.deepEqual(parsed.footer, footer);
      }),
      { numRuns: 300 },
    );
  });

  it('stands as recorded plans stand: arrows at the property column, six for plans, four for storage', () => {
    const leaf = (type: string, layer: PlanNode['layer'], children: PlanNode[] = []): PlanNode => ({
      type,
      title: type,
      layer,
      properties: [{ name: 'P', value: '1' }],
      children,
    });
    const tree = leaf('Limit', 'query', [
      leaf('Index Scan', 'query', [
        leaf('Storage Scan', 'storage', [leaf('B-Tree Scan', 'storage')]),
        leaf('Storage Lookup', 'storage'),
      ]),
    ]);
    assert.deepEqual(layoutPlan({ roots: [tree], footer: { other: [] } }), [
      'Limit',
      '  P: 1',
      '  ->  Index Scan',
      '        P: 1',
      '        -> Storage Scan',
      '            P: 1',
      '            -> B-Tree Scan',
      '                P: 1',
      '        -> Storage Lookup',
      '            P: 1',
    ]);
  });

  it('keeps a SubPlan out of the storage nodes it is printed after', () => {
    const text = [
      'Full Scan (btree-table) on a',
      '  -> Storage Scan on a',
      '      -> B-Tree Scan on a',
      '  SubPlan 1',
      '    ->  Limit',
      '          ->  Result',
    ].join('\n');
    const [root] = parsePlan(text).roots;
    assert.deepEqual(
      root!.children.map(c => [c.type, c.label]),
      [
        ['Storage Scan', undefined],
        ['Limit', 'SubPlan 1'],
      ],
    );
  });
});
