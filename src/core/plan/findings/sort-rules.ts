import { sqlName } from '../../dialect/names';
import { property, type PlanNode } from '../model';
import { count, percent, type Finding, type Rule } from './finding';
import { bareName, conditions } from './predicate';
import { SMALL_TABLE_ROWS } from './scan-rules';
import { createIndex, keyFor, mentioned, projected } from './suggest-index';

/** A sort that takes less of the statement than this is not worth an index, unless a LIMIT throws most of it away. */
const SORT_SHARE = 0.2;
const KEY = /^(?:(?:"(?:[^"]|"")+"|\w+)\.)?("(?:[^"]|"")+"|[a-z_][\w$]*)( DESC)?$/;

/** The columns of a sort key, when an index read forwards or backwards has that order: all ascending or all descending. */
function sortColumns(sort: PlanNode): string[] | undefined {
  const parts = property(sort, 'Sort Key')
    ?.split(', ')
    .map(part => KEY.exec(part));
  if (!parts?.length || parts.some(p => !p)) return undefined;
  const descending = parts.filter(p => p![2] !== undefined).length;
  return descending === 0 || descending === parts.length ? parts.map(p => bareName(p![1]!)) : undefined;
}

/** Rows are sorted that an index holds in order. */
export const indexableSort: Rule = ({ node, parent, exclusiveMs }, { model, plan, catalog }): Finding | undefined => {
  const scan = node.type === 'Sort' && node.children.length === 1 ? node.children[0]! : undefined;
  const columns = scan?.relation === undefined ? undefined : sortColumns(node);
  if (!scan || !columns || !/^(?:Full|Seq|Index|Index Only) Scan$/.test(scan.type)) return undefined;
  const rows = model.byNode.get(scan)?.rows;
  if (rows === undefined || rows < SMALL_TABLE_ROWS) return undefined;
  const limited = parent?.type === 'Limit';
  const whole = plan.footer.executionMs ?? 0;
  const share = whole > 0 ? (exclusiveMs ?? 0) / whole : 0;
  if (!limited && share < SORT_SHARE) return undefined;
  const kept = model.byNode.get(node)?.rows ?? rows;
  const storage = scan.children.find(c => c.type === 'Storage Scan');
  const lookup = scan.children.find(c => c.type === 'Storage Lookup');
  const layers = model.byNode.get(scan)?.layers;
  const filters = [layers?.indexCondition, layers?.storageFilters, layers?.lookupFilters];
  const equal = keyFor(scan, ...filters.map(f => (f === undefined ? undefined : equalitiesOf(f))));
  const key = [...new Set([...equal, ...columns.map(sqlName)])];
  const sql = createIndex(
    scan,
    { key, include: [...projected(storage), ...projected(lookup), ...mentioned(scan, ...filters)] },
    catalog,
  );
  return {
    rule: 'indexable-sort',
    title: 'Sort that an index would save',
    severity: limited && kept * 10 <= rows ? 'warning' : 'notice',
    node,
    nodes: [scan],
    observed: limited
      ? `${count(rows)} rows were read and sorted by ${columns.join(', ')} to keep ${count(kept)}.`
      : `${count(rows)} rows were sorted by ${columns.join(', ')}, ${percent(share)} of the time.`,
    why: 'An index holds its rows in order and is read in either direction; with a LIMIT the scan then stops after the rows it keeps.',
    recommendation: 'Index the compared columns first, then those of the sort; INCLUDE what the query returns.',
    gain: limited ? `About ${count(kept)} rows read instead of ${count(rows)}, and no sort.` : 'No sort.',
    ...(sql === undefined ? {} : { sql }),
  };
};

/** Only equalities may stand before the sort columns of a key. */
function equalitiesOf(predicate: string): string {
  return conditions(predicate)
    .filter(c => c.kind === 'equal')
    .map(c => `(${c.text})`)
    .join(' AND ');
}

/** A sort did not fit into memory. */
export const sortSpill: Rule = ({ node }): Finding | undefined => {
  const spilled = /(external \w+)\s+Disk: (\d+)kB/.exec(property(node, 'Sort Method') ?? '');
  if (!spilled) return undefined;
  return {
    rule: 'sort-spill',
    title: 'Sort on disk',
    severity: 'warning',
    node,
    observed: `The sort did not fit into memory: ${spilled[1]}, ${count(Number(spilled[2]))} kB.`,
    why: 'What does not fit is written out and read back, several times for large sorts.',
    recommendation:
      'Sort fewer or narrower rows: filter before, project less, or read an index in the order asked for.',
    gain: 'The sort in memory, or none.',
  };
};
