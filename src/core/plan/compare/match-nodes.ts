import type { ComparedNode, PlanDocument, PlanNodeView } from '../../../protocol/plan-document';

const SCAN = / Scan$/;

/** What a scan reads, whichever way: table and alias. */
function source(node: PlanNodeView): string | undefined {
  return node.layer === 'query' && SCAN.test(node.type) && node.relation !== undefined
    ? `${node.alias ?? node.relation} of ${node.relation}`
    : undefined;
}

/** Everything a node is told by but its figures. */
function identity(node: PlanNodeView): string {
  return [node.type, node.direction, node.joinType, node.relation, node.alias, node.index, node.label].join('|');
}

/**
 * Matches the nodes of two plans: scans of one table first, in order; then what is alike between matched neighbours, from the top down;
 * storage nodes with the scan above them.
 */
export function matchNodes(before: PlanDocument, after: PlanDocument): ComparedNode[] {
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  const match = (a: PlanNodeView, b: PlanNodeView): void => {
    partner.set(a.id, b.id);
    taken.add(b.id);
  };
  const pass = (alike: (node: PlanNodeView) => string | undefined): void => {
    const waiting = new Map<string, PlanNodeView[]>();
    for (const b of before.nodes) {
      const key = taken.has(b.id) ? undefined : alike(b);
      if (key !== undefined) waiting.set(key, [...(waiting.get(key) ?? []), b]);
    }
    for (const a of after.nodes) {
      const key = partner.has(a.id) ? undefined : alike(a);
      const b = key === undefined ? undefined : waiting.get(key)?.shift();
      if (b) match(a, b);
    }
  };
  const path = (of: PlanDocument) => (node: PlanNodeView) => {
    const above = node.parent === undefined ? '' : identity(of.nodes[node.parent]!);
    return `${above}>${identity(node)}`;
  };
  // exact scans before scans that changed, so that two uses of one table are not exchanged
  pass(n => (source(n) === undefined ? undefined : identity(n)));
  pass(source);
  const owner = (of: PlanDocument, b: boolean) => (node: PlanNodeView) => {
    if (node.layer !== 'storage') return undefined;
    let scan: PlanNodeView | undefined = node;
    while (scan && scan.layer === 'storage') scan = scan.parent === undefined ? undefined : of.nodes[scan.parent];
    const key = scan && (b ? scan.id : partner.get(scan.id));
    return key === undefined ? undefined : `${key}>${node.type}`;
  };
  passWith(owner(before, true), owner(after, false));
  passWith(notStorage(path(before)), notStorage(path(after)));
  pass(n => (n.layer === 'query' && source(n) === undefined ? identity(n) : undefined));

  function passWith(
    ofBefore: (n: PlanNodeView) => string | undefined,
    ofAfter: (n: PlanNodeView) => string | undefined,
  ): void {
    const members = new Set(before.nodes);
    pass(n => (members.has(n) ? ofBefore(n) : ofAfter(n)));
  }
  return rows(before, after, partner, taken);
}

function notStorage(key: (n: PlanNodeView) => string): (n: PlanNodeView) => string | undefined {
  return n => (n.layer === 'storage' || source(n) !== undefined ? undefined : key(n));
}

/** All nodes in the order of the plan after; what is gone stands behind the last node that stood before it. */
function rows(
  before: PlanDocument,
  after: PlanDocument,
  partner: ReadonlyMap<number, number>,
  taken: ReadonlySet<number>,
): ComparedNode[] {
  const goneAfter = new Map<number, ComparedNode[]>();
  let last = -1;
  for (const b of before.nodes) {
    if (taken.has(b.id)) last = b.id;
    else goneAfter.set(last, [...(goneAfter.get(last) ?? []), { before: b.id, change: 'removed' }]);
  }
  const result = [...(goneAfter.get(-1) ?? [])];
  for (const a of after.nodes) {
    const b = partner.get(a.id);
    result.push(b === undefined ? { after: a.id, change: 'added' } : difference(before, after, before.nodes[b]!, a));
    if (b !== undefined) result.push(...(goneAfter.get(b) ?? []));
  }
  return result;
}

function difference(before: PlanDocument, after: PlanDocument, b: PlanNodeView, a: PlanNodeView): ComparedNode {
  const row: ComparedNode = { before: b.id, after: a.id, change: 'same' };
  const set = (
    name: 'exclusiveMs' | 'rows' | 'rowsRead' | 'lookups' | 'cost' | 'dpu',
    was: number | undefined,
    is: number | undefined,
  ): void => {
    if (was !== undefined && is !== undefined) row[name] = is - was;
  };
  set('exclusiveMs', b.exclusiveMs, a.exclusiveMs);
  set('rows', b.rows, a.rows);
  set('rowsRead', readOf(before, b), readOf(after, a));
  set('lookups', b.layers?.lookedUp, a.layers?.lookedUp);
  set('cost', b.estimate?.totalCost, a.estimate?.totalCost);
  set('dpu', b.dpu, a.dpu);
  if (identity(a) !== identity(b)) row.change = 'replaced';
  else if (row.rows || row.rowsRead || row.lookups || row.cost) row.change = 'figures';
  return row;
}

/** Rows a scan read with its storage nodes. */
export function readOf(of: PlanDocument, node: PlanNodeView): number | undefined {
  const below = node.children.map(c => of.nodes[c]!).filter(c => c.layer === 'storage');
  const figures = [node.rowsRead, ...below.map(c => readOf(of, c))].filter(f => f !== undefined);
  return figures.length ? figures.reduce((x, y) => x + y, 0) : undefined;
}
