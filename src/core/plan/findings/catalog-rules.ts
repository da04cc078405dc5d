import { sqlName } from '../../dialect/names';
import type { PlanModel } from '../measures';
import type { IndexFacts, TableFacts } from './catalog-facts';
import { knownLayers } from './expected-layers';
import { count, percent, type Finding, type Rule } from './finding';
import { SMALL_TABLE_ROWS } from './scan-rules';
import { keyFor, keyOf, tableFacts, tableName } from './suggest-index';

/** Statistics this far from the count are stale. */
const STALE_SHARE = 0.2;
/** Row figures this far beyond the table are a fault of EXPLAIN's reporting; results are right. */
const IMPLAUSIBLE_FACTOR = 10;
const SCAN = /^(?:Full|Seq|Index|Index Only) Scan$/;

function indexName(table: TableFacts, index: IndexFacts): string {
  return `${table.schema === undefined ? '' : `${sqlName(table.schema)}.`}${sqlName(index.name)}`;
}

/** An index whose leading key the scan's conditions compare, beside the one it reads. */
export function fittingIndex(
  measures: Parameters<Rule>[0],
  model: PlanModel,
  table: TableFacts,
  valid: boolean,
): IndexFacts | undefined {
  const layers = knownLayers(measures, model);
  const key = keyFor(measures.node, layers?.storageFilters, layers?.queryFilter);
  return table.indexes.find(
    i => i.valid === valid && i.name !== measures.node.index && i.key.length > 0 && key.includes(keyOf(i)[0]!),
  );
}

/** The scan would use an index that is not valid: still being built, or its build failed. */
export const invalidIndex: Rule = (measures, { catalog, model }): Finding | undefined => {
  const table = SCAN.test(measures.node.type) ? tableFacts(measures.node, catalog) : undefined;
  const index = table && fittingIndex(measures, model, table, false);
  if (!table || !index) return undefined;
  return {
    rule: 'invalid-index',
    title: 'Index is not valid',
    severity: 'warning',
    node: measures.node,
    observed: `The index ${index.name} on ${index.key.join(', ')} would serve this scan, but it is not valid.`,
    why: 'An index that is being built, or whose build failed, is maintained by every write and used by no query.',
    recommendation: 'Look at sys.jobs: wait while the build runs; when it failed, drop the index and create it again.',
    gain: 'The index is used, or its writes are saved.',
    sql: `SELECT job_id, status, details FROM sys.jobs WHERE object_name = '${`${table.schema ?? 'public'}.${index.name}`.replaceAll("'", "''")}'; -- when failed: DROP INDEX ${indexName(table, index)}`,
  };
};

/** There is a valid index for the condition of a full scan over a large table, and it was not used. */
export const unusedIndex: Rule = (measures, { catalog, model }): Finding | undefined => {
  const table = /^(?:Full|Seq) Scan$/.test(measures.node.type) ? tableFacts(measures.node, catalog) : undefined;
  const layers = knownLayers(measures, model);
  const index =
    table && layers && layers.read >= SMALL_TABLE_ROWS ? fittingIndex(measures, model, table, true) : undefined;
  if (!table || !layers || !index || layers.returned * 10 > layers.read) return undefined;
  return {
    rule: 'unused-index',
    title: 'Index not used',
    severity: 'warning',
    node: measures.node,
    observed: `The index ${index.name} starts with ${index.key[0]}, which the filter compares, and the table was read whole.`,
    why: 'The planner took the scan for cheaper: statistics that are out of date, a comparison with another type, or many look-ups for an index that does not cover.',
    recommendation:
      'Refresh the statistics; compare with the column’s own type; add what the query returns to the index with INCLUDE.',
    gain: `About ${count(layers.returned)} rows read instead of ${count(layers.read)}.`,
    sql: `ANALYZE ${tableName(measures.node) ?? sqlName(table.name)}`,
  };
};

/** The planner's row count of a table is far from the real one. */
export const staleStatistics: Rule = ({ node }, { catalog }): Finding | undefined => {
  const table = SCAN.test(node.type) ? tableFacts(node, catalog) : undefined;
  if (table?.reltuples === undefined || table.rowCount === undefined || table.reltuples < 0) return undefined;
  const off = Math.abs(table.reltuples - table.rowCount) / Math.max(1, table.rowCount);
  if (off <= STALE_SHARE || Math.max(table.reltuples, table.rowCount) < SMALL_TABLE_ROWS) return undefined;
  return {
    rule: 'stale-statistics',
    title: 'Statistics out of date',
    severity: 'warning',
    node,
    observed: `The statistics of ${table.name} say ${count(table.reltuples)} rows; it has ${count(table.rowCount)} (${percent(off)} off).`,
    why: 'The planner chooses scans and joins by these figures.',
    recommendation: 'Run ANALYZE, or wait for the automatic ANALYZE job.',
    gain: 'Plans that fit the table.',
    sql: `ANALYZE ${tableName(node) ?? sqlName(table.name)}`,
  };
};

/** More rows than a node can have seen: EXPLAIN's reporting is at fault, not the query. */
export const implausibleRows: Rule = ({ node, rows, parent }, { model, catalog }): Finding | undefined => {
  if (rows === undefined || node.layer !== 'storage' || !parent || rows < SMALL_TABLE_ROWS) return undefined;
  const loops = node.actual?.loops ?? 1;
  const found = node.type === 'Storage Lookup' ? model.byNode.get(parent)?.layers?.sent : undefined;
  const stored = parent.layer === 'query' ? tableFacts(parent, catalog)?.rowCount : undefined;
  const most = found ?? (stored === undefined ? undefined : stored * loops);
  if (most === undefined || rows < Math.max(1, most) * IMPLAUSIBLE_FACTOR) return undefined;
  return {
    rule: 'implausible-rows',
    title: 'Row figure cannot be right',
    severity: 'notice',
    node,
    observed: `${node.type} reports ${count(rows)} rows where at most ${count(most)} can have passed.`,
    why: 'EXPLAIN is known to report such figures for storage nodes; the results of the query are right.',
    recommendation: 'Leave this figure out of account; count the rows of the table to be sure.',
    gain: 'None: nothing is wrong with the plan.',
  };
};
