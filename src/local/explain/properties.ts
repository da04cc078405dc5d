import type { PlanProperty } from '../../core/plan/model';
import { unqualify } from './expression';
import { number, text, texts, type PostgresNode } from './postgres-plan';

/** How a node's lines are to be printed. */
export interface PropertyStyle {
  verbose: boolean;
  /** Set when the statement has one table only: PostgreSQL then prints its columns bare everywhere, unless VERBOSE. */
  onlyAlias?: string;
}

/**
 * The lines below a node that DSQL prints as PostgreSQL does, in the order of PostgreSQL 16's text format.
 * `output` replaces the node's own target list.
 */
export function propertiesOf(node: PostgresNode, style: PropertyStyle, output = node.Output ?? []): PlanProperty[] {
  const lines: PlanProperty[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') lines.push({ name, value });
  };
  const shown = (value: string | undefined): string | undefined =>
    value === undefined || style.verbose ? value : unqualify(value, scope(node, style));
  const addList = (name: string, items: readonly string[]): void => {
    if (items.length > 0) lines.push(listProperty(name, items));
  };
  const list = (name: string): string[] => texts(node, name).flatMap(item => shown(item) ?? []);
  const removed = (name: string): void => {
    const rows = number(node, name);
    if (rows) add(name, String(rows));
  };

  if (style.verbose) {
    addList('Output', output);
    if (node['Inner Unique'] === true) add('Inner Unique', 'true');
    add('Function Call', text(node, 'Function Call'));
  }
  for (const name of ['Index Cond', 'Hash Cond', 'Merge Cond', 'Join Filter'] as const) {
    add(name, shown(text(node, name)));
    if (name === 'Join Filter') removed('Rows Removed by Join Filter');
  }
  for (const name of ['Sort Key', 'Presorted Key', 'Group Key']) addList(name, list(name));
  for (const { name, value } of groupingSets(node)) add(name, shown(value));
  add('One-Time Filter', shown(text(node, 'One-Time Filter')));
  add('Filter', shown(text(node, 'Filter')));
  add('Run Condition', shown(text(node, 'Run Condition')));
  add('Cache Key', shown(text(node, 'Cache Key')));
  add('Cache Mode', text(node, 'Cache Mode'));
  lines.push(...statistics(node));
  removed('Rows Removed by Filter');
  lines.push(...conflictLines(node, shown));
  return lines;
}

/** A line that lists what the structured formats keep apart. */
export const listProperty = (name: string, items: readonly string[]): PlanProperty => ({
  name,
  value: items.join(', '),
  items,
});

/** `Hash Key: a`, `Group Key: ()`: one line for each of GROUPING SETS, ROLLUP and CUBE. */
function groupingSets(node: PostgresNode): PlanProperty[] {
  const sets = node['Grouping Sets'];
  if (!Array.isArray(sets)) return [];
  return (sets as Record<string, string[] | string[][]>[]).flatMap(set => {
    const lines: PlanProperty[] = [];
    if (set['Sort Key']) lines.push(listProperty('Sort Key', set['Sort Key'] as string[]));
    for (const kind of ['Hash', 'Group']) {
      for (const keys of set[`${kind} Keys`] ?? [])
        lines.push({ name: `${kind} Key`, value: (keys as string[]).join(', ') || '()' });
    }
    return lines;
  });
}

/** Whose columns are printed bare: a scan's own, or the only table's. PostgreSQL never prints those of a subquery so. */
function scope(node: PostgresNode, style: PropertyStyle): string | undefined {
  if (node['Node Type'] === 'Subquery Scan') return undefined;
  return / Scan$/.test(node['Node Type']) && node.Alias !== undefined ? node.Alias : style.onlyAlias;
}

function statistics(node: PostgresNode): PlanProperty[] {
  const lines: PlanProperty[] = [];
  const method = text(node, 'Sort Method');
  if (method) {
    const space = `${text(node, 'Sort Space Type') ?? 'Memory'}: ${number(node, 'Sort Space Used') ?? 0}kB`;
    lines.push({ name: 'Sort Method', value: `${method}  ${space}` });
  }
  for (const name of ['Full-sort Groups', 'Pre-sorted Groups']) {
    const groups = node[name];
    if (groups && typeof groups === 'object' && !Array.isArray(groups)) lines.push({ name, value: sortGroups(groups) });
  }
  const buckets = number(node, 'Hash Buckets');
  if (buckets !== undefined) {
    const batches = number(node, 'Hash Batches') ?? 1;
    const [hadBuckets, hadBatches] = [number(node, 'Original Hash Buckets'), number(node, 'Original Hash Batches')];
    const grew = hadBuckets !== buckets || hadBatches !== batches;
    const was = (n: number | undefined): string => (grew && n !== undefined ? ` (originally ${n})` : '');
    const memory = `Memory Usage: ${number(node, 'Peak Memory Usage') ?? 0}kB`;
    lines.push({
      name: 'Buckets',
      value: `${buckets}${was(hadBuckets)}  Batches: ${batches}${was(hadBatches)}  ${memory}`,
    });
  }
  const aggregateBatches = number(node, 'HashAgg Batches');
  if (aggregateBatches) {
    const disk = aggregateBatches > 1 ? `  Disk Usage: ${number(node, 'Disk Usage') ?? 0}kB` : '';
    const value = `${aggregateBatches}  Memory Usage: ${number(node, 'Peak Memory Usage') ?? 0}kB${disk}`;
    lines.push({ name: 'Batches', value });
  }
  const hits = number(node, 'Cache Hits');
  if (hits !== undefined) {
    const rest = (['Misses', 'Evictions', 'Overflows'] as const).map(n => `${n}: ${number(node, `Cache ${n}`) ?? 0}`);
    const memory = `Memory Usage: ${number(node, 'Peak Memory Usage') ?? 0}kB`;
    lines.push({ name: 'Hits', value: [hits, ...rest, memory].join('  ') });
  }
  return lines;
}

function sortGroups(groups: Record<string, unknown>): string {
  const methods = Array.isArray(groups['Sort Methods Used']) ? (groups['Sort Methods Used'] as string[]) : [];
  const parts = [String(groups['Group Count']), `Sort Method${methods.length > 1 ? 's' : ''}: ${methods.join(', ')}`];
  for (const kind of ['Memory', 'Disk']) {
    const space = groups[`Sort Space ${kind}`] as Record<string, number> | undefined;
    if (!space) continue;
    parts.push(
      `Average ${kind}: ${space['Average Sort Space Used']}kB`,
      `Peak ${kind}: ${space['Peak Sort Space Used']}kB`,
    );
  }
  return parts.join('  ');
}

function conflictLines(node: PostgresNode, shown: (v: string | undefined) => string | undefined): PlanProperty[] {
  const resolution = text(node, 'Conflict Resolution');
  if (!resolution) return [];
  const lines: PlanProperty[] = [{ name: 'Conflict Resolution', value: resolution }];
  const arbiters = texts(node, 'Conflict Arbiter Indexes');
  if (arbiters.length) lines.push(listProperty('Conflict Arbiter Indexes', arbiters));
  const filter = shown(text(node, 'Conflict Filter'));
  if (filter) lines.push({ name: 'Conflict Filter', value: filter });
  const inserted = number(node, 'Tuples Inserted');
  if (inserted !== undefined) {
    lines.push({ name: 'Tuples Inserted', value: String(inserted) });
    lines.push({ name: 'Conflicting Tuples', value: String(number(node, 'Conflicting Tuples') ?? 0) });
  }
  return lines;
}
