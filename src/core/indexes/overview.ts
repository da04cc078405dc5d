import type { IndexTableView, IndexView } from '../../protocol/indexes-view';
import { indexState } from '../catalog/jobs';
import type { IndexInfo, JobInfo, RelationInfo } from '../catalog/model';
import { createIndex } from '../catalog/script/table';
import { roundedCount, sizeClass } from '../catalog/size-class';
import { MAX_INDEXES } from './draft-problems';

/**
 * A table with its indexes, as the view shows it.
 * @param indexes the table's own
 */
export function indexTableView(
  { schema, name, estimatedRows: rows }: Pick<RelationInfo, 'schema' | 'name' | 'estimatedRows'>,
  indexes: readonly IndexInfo[],
  jobs: readonly JobInfo[],
): IndexTableView {
  return {
    schema,
    table: name,
    size: sizeText(rows),
    sizeClass: sizeClass(rows),
    indexes: indexes.map(index => indexView(index, indexes, jobs)),
    used: `${indexes.length} of ${MAX_INDEXES}`,
  };
}

function indexView(index: IndexInfo, all: readonly IndexInfo[], jobs: readonly JobInfo[]): IndexView {
  const redundantWith = all.find(other => other.valid && coveredBy(index, other))?.name;
  return {
    name: index.name,
    state: indexState(index, jobs),
    unique: index.unique,
    primary: index.primary,
    keys: index.keys,
    includes: index.includes,
    nullsNotDistinct: index.nullsNotDistinct,
    sql: createIndex(index),
    ...(index.predicate !== undefined && { predicate: index.predicate }),
    ...(index.constraint !== undefined && { constraint: index.constraint }),
    ...(redundantWith !== undefined && { redundantWith }),
  };
}

/** Whether `other` serves every query that `index` does. Indexes that keep rows unique do more than that. */
function coveredBy(index: IndexInfo, other: IndexInfo): boolean {
  if (other === index || index.unique || index.primary || index.constraint !== undefined || !index.valid) return false;
  if ((index.predicate ?? '') !== (other.predicate ?? '')) return false;
  if (!index.keys.every((key, at) => other.keys[at] === key)) return false;
  const same = index.keys.length === other.keys.length;
  const held = new Set([...other.keys, ...other.includes]);
  if (!other.primary && !index.includes.every(name => held.has(name))) return false;
  // of two that are alike the later one is called redundant
  const alike = same && !other.unique && index.includes.length === other.includes.length;
  return !alike || Number(other.oid) < Number(index.oid);
}

function sizeText(rows: number | undefined): string {
  if (rows === undefined) return 'never analysed';
  if (rows === 0) return 'empty';
  return `about ${roundedCount(rows)} ${rows === 1 ? 'row' : 'rows'}`;
}
