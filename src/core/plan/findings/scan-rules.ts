import { count, percent, type Finding, type Rule } from './finding';
import { comparedColumns, createIndex, projected } from './suggest-index';
import { property } from '../model';

/** A table read whole with fewer rows than this is no fault: one read brings them all. */
export const SMALL_TABLE_ROWS = 1_000;
/** A scan that returns a smaller share of what it read has a selective filter. */
const SELECTIVE_SHARE = 0.1;
/** Shares of rows thrown away after they travelled. */
const FILTER_WASTE = { warning: 0.1, severe: 0.5 };
/** Point reads in the table for one statement. */
export const MANY_LOOKUPS = 10_000;
/** A projection this wide. */
const WIDE = { columns: 50, bytes: 5_000 };

/** Rows travel to the query processor and are thrown away there. */
export const queryProcessorFilter: Rule = ({ node, layers }): Finding | undefined => {
  if (!layers?.queryFilter) return undefined;
  const arrived = layers.lookedUp > 0 ? Math.min(layers.lookedUp, layers.sent) : layers.sent;
  const waste = arrived > 0 ? (arrived - layers.returned) / arrived : 0;
  if (waste <= FILTER_WASTE.warning || arrived < SMALL_TABLE_ROWS) return undefined;
  return {
    rule: 'query-processor-filter',
    title: 'Filter above storage',
    severity: waste > FILTER_WASTE.severe ? 'severe' : 'warning',
    node,
    observed: `${count(arrived)} rows left storage and ${percent(waste)} of them were removed by Filter: ${layers.queryFilter}.`,
    why: 'A Filter is evaluated by the query processor, after the rows have travelled; Filters and Index Cond are evaluated in storage.',
    recommendation:
      'Write the condition as a comparison of a column with a constant, or index the expression, so that storage can evaluate it.',
    gain: `Up to ${count(arrived - layers.returned)} rows fewer to transfer.`,
  };
};

/** A large table is read whole for few rows. */
export const selectiveFullScan: Rule = ({ node, layers }): Finding | undefined => {
  const whole =
    node.type === 'Full Scan' || (node.type === 'Index Only Scan' && property(node, 'Index Cond') === undefined);
  if (!whole || !layers || layers.read < SMALL_TABLE_ROWS || layers.returned > layers.read * SELECTIVE_SHARE)
    return undefined;
  const filter = layers.storageFilters ?? layers.queryFilter;
  if (filter === undefined) return undefined;
  const storage = node.children.find(c => c.type === 'Storage Scan');
  const sql = createIndex(node, comparedColumns(layers.storageFilters), projected(storage));
  return {
    rule: 'selective-full-scan',
    title: 'Full scan for few rows',
    severity: layers.returned * 100 < layers.read ? 'severe' : 'warning',
    node,
    observed: `All ${count(layers.read)} rows of ${node.relation ?? 'the table'} were read to return ${count(layers.returned)}: ${filter}.`,
    why: 'Every row read costs Read DPU, also when storage filters it out before it travels.',
    recommendation: 'Index the columns of the condition; INCLUDE the columns the query returns to save the look-ups.',
    gain: `About ${count(layers.returned)} rows read instead of ${count(layers.read)}.`,
    ...(sql === undefined ? {} : { sql }),
  };
};

/** An index that does not cover sends many point reads to the table. */
export const manyLookups: Rule = ({ node, layers }): Finding | undefined => {
  if (!layers || layers.lookedUp <= MANY_LOOKUPS) return undefined;
  const lookup = node.children.find(c => c.type === 'Storage Lookup');
  const key = comparedColumns(layers.indexCondition);
  const sql = createIndex(node, key, projected(lookup));
  return {
    rule: 'many-lookups',
    title: 'Many look-ups',
    severity: 'warning',
    node,
    observed: `${count(layers.lookedUp)} rows found through ${node.index ?? 'the index'} were looked up in the table one by one.`,
    why: 'Each look-up is a point read of its own, beside the entry read in the index.',
    recommendation:
      'Add the columns of the Storage Lookup to an index with INCLUDE, so that an Index Only Scan answers.',
    gain: `${count(layers.lookedUp)} point reads fewer.`,
    ...(sql === undefined ? {} : { sql }),
  };
};

/** More columns or bytes a row than a statement usually needs. */
export const wideProjection: Rule = ({ node }): Finding | undefined => {
  if (node.type !== 'Storage Scan' && node.type !== 'Storage Lookup') return undefined;
  const columns = projected(node).length;
  const bytes = node.estimate?.width ?? 0;
  if (columns < WIDE.columns && bytes <= WIDE.bytes) return undefined;
  return {
    rule: 'wide-projection',
    title: 'Wide projection',
    severity: 'notice',
    node,
    observed: `Storage returns ${columns} columns, about ${count(bytes)} bytes a row.`,
    why: 'Wide rows cost transfer, and memory in every sort and hash above.',
    recommendation: 'Name the columns the statement needs instead of SELECT *.',
    gain: 'Fewer bytes a row, in proportion to the columns left out.',
  };
};
