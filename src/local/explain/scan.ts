import type { Actual, Estimate, NodeTitle, PlanNode, PlanProperty } from '../../core/plan/model';
import { coveredColumns, type IndexShape, type TableShape } from './catalog';
import { columnsRead, scanOutput } from './columns';
import { paidForInitPlan, postgresEstimate, scanCost, type StorageWork } from './costs';
import { unqualify } from './expression';
import { boundsOf, conjunctsOf, predicate, rowsAfterLayers, rowsBefore, type Conjunct } from './layers';
import { number, text, type PostgresNode } from './postgres-plan';
import { listProperty } from './properties';
import { sqlName } from '../../core/dialect/names';
import { schemaShown } from '../engine-schema';
import { onRelation } from './titles';

/** What a scan must know of its surroundings. */
export interface ScanContext {
  table: TableShape;
  parent?: PostgresNode;
  /** Expressions of all other nodes of the plan. */
  elsewhere: readonly string[];
  /** Its rows are written or locked above; PostgreSQL also asks for row addresses of tables that are only joined. */
  addressesRows: boolean;
  verbose: boolean;
  costs: boolean;
  /** How often the planner expects the scan to run (inner side of a nested loop). */
  expectedLoops: number;
  /** Rows a LIMIT directly above asks for. */
  limit?: number;
}

/** How DSQL reads the table. */
interface Access {
  type: 'Full Scan' | 'Index Only Scan' | 'Index Scan';
  index?: IndexShape;
  backward: boolean;
  indexCondition?: string;
  scanFilters: Conjunct[];
  lookupFilters: Conjunct[];
  queryFilters: Conjunct[];
  projections: string[];
  output: string[];
  /** PostgreSQL's removed rows were never read: the bounds of the primary key leave them out. */
  boundedByKey: boolean;
}

/** A scan as DSQL prints it, and what storage read for it. */
export interface BuiltScan {
  node: PlanNode;
  /** With costs, whether printed or not. */
  estimate: Estimate;
  /** A LIMIT above can be evaluated by storage. */
  takesLimit: boolean;
  /** Entries read in all loops, by the table or index they came from. Empty without ANALYZE. */
  reads: { index?: IndexShape; entries: number }[];
}

/** True for the PostgreSQL nodes that read a table's rows. */
export function readsTable(node: PostgresNode): boolean {
  return /^(?:Seq|Index|Index Only|Bitmap Heap|Tid|Tid Range|Sample) Scan$/.test(node['Node Type']);
}

/** The storage of a table with a primary key is that key's tree; the choice among secondary indexes is PostgreSQL's. */
function chooseAccess(scan: PostgresNode, context: ScanContext): Access {
  const { table } = context;
  const bitmap =
    scan.Plans?.length === 1 && scan.Plans[0]!['Node Type'] === 'Bitmap Index Scan' ? scan.Plans[0]! : undefined;
  const indexName = scan['Index Name'] ?? bitmap?.['Index Name'];
  let index = table.indexes.find(i => i.name === indexName);
  let indexCondition = text(scan, 'Index Cond') ?? (bitmap && text(bitmap, 'Index Cond'));
  const primary = table.indexes.find(i => i.primary);
  const unread = !index && scan.Plans?.length ? text(scan, 'Recheck Cond') : undefined;
  let filters = [...conjunctsOf(unread, scan.Alias, table), ...conjunctsOf(text(scan, 'Filter'), scan.Alias, table)];
  let boundedByKey = false;
  if (!index && primary && scan['Node Type'] === 'Seq Scan') {
    const bounds = boundsOf(filters, primary.key);
    const complete = primary.key.every(k =>
      bounds.some(b => b.comparison?.column === k && b.comparison.operator === '='),
    );
    if (filters.length === 0 || (bounds.length > 0 && (complete || bounds.length === filters.length))) {
      index = primary;
      indexCondition = predicate(bounds);
      filters = filters.filter(f => !bounds.includes(f));
      boundedByKey = bounds.length > 0;
    }
  }
  const output = scanOutput(scan, context.parent, table, context.elsewhere, context.addressesRows);
  const queryFilters = filters.filter(f => !f.pushable);
  const projections = columnsRead([...output, ...queryFilters.map(f => f.text)], scan.Alias, table);
  const needed = [...projections, ...filters.flatMap(f => f.columns)];
  const covered = index && coveredColumns(table, index);
  const lookup = covered !== undefined && !needed.every(c => covered.has(c));
  const pushed = filters.filter(f => f.pushable);
  const inScan = (f: Conjunct): boolean => !lookup || f.columns.every(c => covered.has(c));
  return {
    type: !index ? 'Full Scan' : lookup ? 'Index Scan' : 'Index Only Scan',
    index,
    backward: scan['Scan Direction'] === 'Backward',
    indexCondition,
    scanFilters: pushed.filter(inScan),
    lookupFilters: pushed.filter(f => !inScan(f)),
    queryFilters,
    projections,
    output,
    boundedByKey,
  };
}

/** Rows before storage's filters, after them, after the lookup's, and after the query processor's. */
type LayerRows = [read: number, scanned: number, lookedUp: number, returned: number];

/** The primary key has at most one row for the condition. */
function readsOne(scan: PostgresNode, { index, indexCondition }: Access, table: TableShape): boolean {
  if (!index?.primary) return false;
  const equal = conjunctsOf(indexCondition, scan.Alias, table).filter(c => c.comparison?.operator === '=');
  return index.key.every(column => equal.some(c => c.comparison!.column === column));
}

function expectedRows(scan: PostgresNode, access: Access, context: ScanContext): LayerRows {
  const layers = [access.scanFilters, access.lookupFilters, access.queryFilters];
  const returned = scan['Plan Rows'] ?? 0;
  const all = context.table.rowEstimate;
  const whole = access.indexCondition === undefined;
  const most = readsOne(scan, access, context.table) ? 1 : all;
  const read =
    layers.flat().length === 0 ? returned : whole && all >= returned ? all : rowsBefore(returned, layers, most);
  const rows: LayerRows = [read, ...(rowsAfterLayers(read, returned, layers) as [number, number, number])];
  return context.limit === undefined ? rows : (rows.map(r => Math.min(r, context.limit!)) as LayerRows);
}

function actualRows(scan: PostgresNode, access: Access): LayerRows | undefined {
  const returned = scan['Actual Rows'];
  if (returned === undefined) return undefined;
  const removed = (number(scan, 'Rows Removed by Filter') ?? 0) + (number(scan, 'Rows Removed by Index Recheck') ?? 0);
  const layers = [access.scanFilters, access.lookupFilters, access.queryFilters];
  const read = returned + (access.boundedByKey ? 0 : removed);
  return [read, ...(rowsAfterLayers(read, returned, layers) as [number, number, number])];
}

function storageWork(access: Access, [read, sent, lookedUp]: LayerRows, tableRows: number): StorageWork {
  const work: StorageWork = {
    tableRows,
    ofIndex: access.index !== undefined,
    read,
    comparisons: comparisonsOf(access.scanFilters),
    sent,
  };
  if (access.type === 'Index Scan')
    work.lookedUp = { comparisons: comparisonsOf(access.lookupFilters), sent: lookedUp };
  return work;
}

/** Null tests and boolean columns are no comparisons. */
const comparisonsOf = (filters: readonly Conjunct[]): number =>
  filters.filter(f => /^[<>=]/.test(f.comparison?.operator ?? '')).length;

/** PostgreSQL's estimate of a scan that runs subplans for its rows, without what it waits for before; undefined for other scans. */
function withSubplans(scan: PostgresNode): Estimate | undefined {
  const own = postgresEstimate(scan);
  const plansOf = (kind: string): PostgresNode[] =>
    (scan.Plans ?? []).filter(plan => plan['Parent Relationship'] === kind);
  if (plansOf('SubPlan').length === 0) return undefined;
  const before = plansOf('InitPlan').reduce((sum, plan) => sum + paidForInitPlan(own, postgresEstimate(plan)), 0);
  return { ...own, startupCost: own.startupCost - before, totalCost: own.totalCost - before };
}

/** Builds DSQL's form of a PostgreSQL scan. */
export function buildScan(scan: PostgresNode, context: ScanContext): BuiltScan {
  const access = chooseAccess(scan, context);
  const expected = expectedRows(scan, access, context);
  const actual = actualRows(scan, access);
  const lookup = access.type === 'Index Scan';
  const own = postgresEstimate(scan);
  const cost = scanCost(storageWork(access, expected, context.table.rowEstimate), withSubplans(scan));
  const estimate: Estimate = { ...cost, rows: expected[3], width: own.width };
  const loops = scan['Actual Loops'];
  const shared: NodeParts = { context, estimate, loops, inIndexScan: access.index !== undefined };
  const show = (expression: string | undefined): string | undefined =>
    expression === undefined || context.verbose ? expression : unqualify(expression, scan.Alias);

  const node = plainNode(titleOf(scan, access, context.verbose), 'query');
  if (context.costs) node.estimate = estimate;
  if (loops === 0) node.neverExecuted = true;
  else if (loops !== undefined) node.actual = queryActual(scan, loops);
  const add = (to: PlanNode, name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') to.properties.push({ name, value } satisfies PlanProperty);
  };
  const removed = (to: PlanNode, name: string, rows: number | undefined): void => {
    if (rows !== undefined && loops) add(to, name, String(rows));
  };
  const addList = (to: PlanNode, name: string, items: readonly string[]): void => {
    if (items.length > 0) to.properties.push(listProperty(name, items));
  };
  if (context.verbose) addList(node, 'Output', access.output);
  add(node, 'Index Cond', show(access.indexCondition));
  add(node, 'Filter', show(predicate(access.queryFilters)));
  if (actual && actual[2] > actual[3]) removed(node, 'Rows Removed by Filter', actual[2] - actual[3]);

  const table: StorageName = { text: tableName(scan, context.verbose), title: relationOf(scan, context.verbose) };
  const from: StorageName = access.index
    ? { text: sqlName(access.index.name), title: { index: access.index.name } }
    : table;
  const branch = storageNode('Storage Scan', from, expected[1], actual?.[1], shared);
  if (!lookup) addList(branch, 'Projections', access.projections.map(sqlName));
  add(branch, 'Filters', show(predicate(access.scanFilters)));
  if (context.limit !== undefined) add(branch, 'Limit', String(context.limit));
  if (access.scanFilters.length && actual) removed(branch, 'Rows Filtered', actual[0] - actual[1]);
  const tree = storageNode('B-Tree Scan', from, expected[0], actual?.[0], shared);
  add(tree, 'Index Cond', show(access.indexCondition));
  branch.children.push(tree);
  node.children.push(branch);
  if (lookup) {
    const second = storageNode('Storage Lookup', table, expected[2], actual?.[2], shared);
    addList(second, 'Projections', access.projections.map(sqlName));
    add(second, 'Filters', show(predicate(access.lookupFilters)));
    if (access.lookupFilters.length && actual) removed(second, 'Rows Filtered', actual[1] - actual[2]);
    second.children.push(storageNode('B-Tree Lookup', table, expected[1], actual?.[1], shared));
    node.children.push(second);
  }
  const reads: BuiltScan['reads'] = [];
  if (actual && loops) {
    reads.push({ index: access.index?.primary ? undefined : access.index, entries: actual[0] * loops });
    if (lookup) reads.push({ entries: actual[1] * loops });
  }
  const takesLimit = !lookup && access.queryFilters.length === 0;
  return { node, estimate: { ...estimate }, takesLimit, reads };
}

function titleOf(scan: PostgresNode, access: Access, verbose: boolean): NodeTitle & { title: string } {
  const on = onRelation(scan, verbose);
  const title: NodeTitle & { title: string } = { type: access.type, ...relationOf(scan, verbose), title: '' };
  if (!access.index) return { ...title, method: 'btree-table', title: `Full Scan (btree-table)${on}` };
  title.index = access.index.name;
  if (access.backward) title.direction = 'Backward';
  const direction = access.backward ? ' Backward' : '';
  return { ...title, title: `${access.type}${direction} using ${sqlName(access.index.name)}${on}` };
}

/** The table as titles name it. */
function relationOf(scan: PostgresNode, verbose: boolean): Pick<NodeTitle, 'relation' | 'schema' | 'alias'> {
  const names: Pick<NodeTitle, 'relation' | 'schema' | 'alias'> = {};
  if (scan['Relation Name'] !== undefined) names.relation = scan['Relation Name'];
  if (verbose && scan.Schema !== undefined) names.schema = schemaShown(scan.Schema);
  if (scan.Alias !== undefined && scan.Alias !== scan['Relation Name']) names.alias = scan.Alias;
  return names;
}

function tableName(scan: PostgresNode, verbose: boolean): string {
  return onRelation(scan, verbose).slice(' on '.length);
}

function queryActual(scan: PostgresNode, loops: number): Actual {
  const actual: Actual = { rows: scan['Actual Rows'] ?? 0, loops };
  if (scan['Actual Total Time'] !== undefined) {
    actual.startupMs = scan['Actual Startup Time'] ?? 0;
    actual.totalMs = scan['Actual Total Time'];
  }
  return actual;
}

interface NodeParts {
  context: ScanContext;
  estimate: Estimate;
  loops: number | undefined;
  inIndexScan: boolean;
}

function plainNode(title: NodeTitle & { title: string }, layer: PlanNode['layer']): PlanNode {
  return { ...title, layer, properties: [], children: [] };
}

/** What a storage node reads, as printed and as data. */
interface StorageName {
  text: string;
  title: Partial<NodeTitle>;
}

/** A storage node: the scan's own cost, its own rows, no time; the expected loops stand in the cost group under index scans. */
function storageNode(
  type: string,
  name: StorageName,
  expected: number,
  rows: number | undefined,
  parts: NodeParts,
): PlanNode {
  const node = plainNode({ type, ...name.title, title: `${type} on ${name.text}` }, 'storage');
  if (parts.context.costs) {
    node.estimate = { ...parts.estimate, rows: expected };
    if (parts.inIndexScan) node.estimate.loops = parts.context.expectedLoops;
  }
  if (parts.loops === 0) node.neverExecuted = true;
  else if (parts.loops !== undefined && rows !== undefined) node.actual = { rows, loops: parts.loops };
  return node;
}
