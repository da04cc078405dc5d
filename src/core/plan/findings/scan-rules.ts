import { count, percent, type Finding, type Rule } from './finding';
import { knownLayers } from './expected-layers';
import { createIndex, indexKeptOut, keyFor, keyOf, mentioned, projected, tableFacts } from './suggest-index';
import type { NodeMeasures } from '../measures';
import { property, type PlanNode } from '../model';
import { filterAdvice } from './filter-advice';

/** A table read whole with fewer rows than this is no fault: one read brings them all. */
export const SMALL_TABLE_ROWS = 1_000;
/** A scan that returns a smaller share of what it read has a selective filter. */
const SELECTIVE_SHARE = 0.1;
/** Shares of rows thrown away after they travelled. */
const FILTER_WASTE = { warning: 0.1, severe: 0.5 };
/** Point reads in the table for one statement. */
const MANY_LOOKUPS = 10_000;
/** A projection this wide. */
const WIDE = { columns: 50, bytes: 5_000 };

/** Rows travel to the query processor and are thrown away there. */
export const queryProcessorFilter: Rule = (measures, { model, catalog }): Finding | undefined => {
  const layers = knownLayers(measures, model);
  const filter = layers?.queryFilter;
  if (!filter) return unmeasuredFilter(measures);
  const { node } = measures;
  const arrived = layers.lookedUp > 0 ? Math.min(layers.lookedUp, layers.sent) : layers.sent;
  const waste = arrived > 0 ? (arrived - layers.returned) / arrived : 0;
  if (arrived < SMALL_TABLE_ROWS) return unmeasuredFilter(measures, arrived);
  if (waste <= FILTER_WASTE.warning) return undefined;
  const severe = waste > FILTER_WASTE.severe;
  const key = keyFor(node, layers.indexCondition, filter);
  const better = key.length > keyFor(node, layers.indexCondition).length;
  const include = [...outputs(node), ...mentioned(node, filter, layers.storageFilters)];
  const sql = better ? createIndex(node, { key, include }, catalog) : undefined;
  return {
    rule: 'query-processor-filter',
    title: 'Filter above storage',
    severity: layers.expected ? 'notice' : severe ? 'severe' : 'warning',
    node,
    observed: layers.expected
      ? `${count(arrived)} rows are expected to leave storage and ${percent(waste)} of them to be removed by Filter: ${filter}.`
      : `${count(arrived)} rows left storage and ${percent(waste)} of them were removed by Filter: ${filter}.`,
    why: 'A Filter is evaluated by the query processor, after the rows have travelled; Filters and Index Cond are evaluated in storage.',
    recommendation: filterAdvice(filter, better),
    gain: `Up to ${count(arrived - layers.returned)} rows fewer to transfer.`,
    ...(sql === undefined ? {} : { sql }),
  };
};

/** A Filter above storage that cost little or nothing here, or whose cost the plan does not say: it will cost more when there are more rows. */
function unmeasuredFilter({ node }: NodeMeasures, arrived?: number): Finding | undefined {
  const filter = property(node, 'Filter');
  if (filter === undefined || node.neverExecuted || !node.children.some(c => c.type === 'Storage Scan'))
    return undefined;
  const key = keyFor(node, property(node, 'Index Cond'), filter);
  const better = key.length > keyFor(node, property(node, 'Index Cond')).length;
  const few = node.actual !== undefined && arrived !== undefined;
  const rows = arrived === undefined ? '' : `, on ${count(arrived)} rows that ${few ? '' : 'are expected to '}`;
  return {
    rule: 'query-processor-filter',
    title: 'Filter above storage',
    severity: 'notice',
    node,
    observed: `The query processor evaluates Filter: ${filter}${rows && `${rows}${few ? 'left' : 'leave'} storage`}.`,
    why: 'A Filter is evaluated after the rows have travelled; Filters and Index Cond are evaluated in storage.',
    recommendation: few
      ? `Nothing to do for so few rows. When the table grows: ${filterAdvice(filter, better)}`
      : filterAdvice(filter, better),
    gain: few ? 'None worth having with so few rows.' : 'Rows that do not match stay in storage.',
  };
}

/** A large table is read whole for few rows. */
export const selectiveFullScan: Rule = (measures, { model, catalog }): Finding | undefined => {
  const { node } = measures;
  const whole =
    /^(?:Full|Seq|Parallel Seq) Scan$/.test(node.type) ||
    (node.type === 'Index Only Scan' && property(node, 'Index Cond') === undefined);
  const layers = whole ? knownLayers(measures, model) : undefined;
  if (!layers || layers.read < SMALL_TABLE_ROWS || layers.returned > layers.read * SELECTIVE_SHARE) return undefined;
  const filter = layers.storageFilters ?? layers.queryFilter;
  if (filter === undefined) return undefined;
  const filters = [layers.storageFilters, layers.queryFilter];
  const wanted = { key: keyFor(node, ...filters), include: [...outputs(node), ...mentioned(node, ...filters)] };
  const sql = createIndex(node, wanted, catalog);
  const out = wanted.key.length > 0 ? undefined : indexKeptOut(node, catalog, ...filters);
  const loops = layers.expected ? 1 : (node.actual?.loops ?? 1);
  const severe = layers.returned * 100 < layers.read;
  const verbs = layers.expected ? ['are expected to be read', 'a guess until it is analysed'] : ['were read', ''];
  return {
    rule: 'selective-full-scan',
    title: 'Full scan for few rows',
    severity: layers.expected ? 'notice' : severe ? 'severe' : 'warning',
    node,
    observed:
      loops > 1 && !/^Parallel/.test(node.type)
        ? `All ${count(layers.read / loops)} rows of ${node.relation ?? 'the table'} were read ${count(loops)} times to return ${count(layers.returned)}: ${filter}.`
        : `All ${count(layers.read)} rows of ${node.relation ?? 'the table'} ${verbs[0]} to return ${count(layers.returned)}: ${filter}.`,
    why: 'Every row read costs Read DPU, also when storage filters it out before it travels.',
    recommendation:
      wanted.key.length > 0
        ? 'Index the columns of the condition; INCLUDE the columns the query returns to save the look-ups.'
        : out
          ? `The index ${out.index} starts with ${out.column}, and the condition keeps it out by what stands around that column: compare ${out.column} itself with a value of its own type, without a function, arithmetic, a cast or OR.`
          : 'No index can look this condition up as it is written: compare a column, or an indexed expression, with a value; write OR as a UNION of two queries.',
    gain: `About ${count(layers.returned)} rows read instead of ${count(layers.read)}${wanted.key.length > 0 ? '' : ', once an index serves the condition'}${verbs[1] && `, ${verbs[1]}`}.`,
    ...(sql === undefined ? {} : { sql }),
  };
};

/** An index condition lets many more rows through than the filter behind it leaves. */
export const filterBehindIndex: Rule = (measures, { model, catalog }): Finding | undefined => {
  const { node } = measures;
  const layers = /^Index(?: Only)? Scan$/.test(node.type) ? knownLayers(measures, model) : undefined;
  const filter = layers?.storageFilters ?? layers?.queryFilter;
  if (!layers || layers.indexCondition === undefined || filter === undefined) return undefined;
  const waste = layers.read > 0 ? (layers.read - layers.sent) / layers.read : 0;
  if (layers.read < SMALL_TABLE_ROWS || waste <= FILTER_WASTE.warning) return undefined;
  const predicates = [layers.indexCondition, filter];
  const key = keyFor(node, ...predicates);
  const better = key.length > keyFor(node, layers.indexCondition).length;
  const include = [...outputs(node), ...mentioned(node, ...predicates)];
  const sql = better ? createIndex(node, { key, include }, catalog) : undefined;
  return {
    rule: 'filter-behind-index',
    title: 'Filter behind the index condition',
    severity: layers.expected || waste <= FILTER_WASTE.severe ? 'notice' : waste < 0.99 ? 'warning' : 'severe',
    node,
    observed: layers.expected
      ? `${count(layers.read)} entries of ${node.index ?? 'the index'} are expected to be read and ${percent(waste)} of them to be removed by ${filter}.`
      : `${count(layers.read)} entries of ${node.index ?? 'the index'} were read and ${percent(waste)} of them removed by ${filter}.`,
    why: 'An index condition decides what is read; a filter only decides what goes on, and every entry read costs Read DPU.',
    recommendation: better
      ? 'Index the columns of both conditions together: those compared by = first, then the range.'
      : 'An index cannot look this filter up: compare more columns of the index, or store what the filter computes in a column.',
    gain: `About ${count(layers.sent)} entries read instead of ${count(layers.read)}${better ? '' : ', where that can be done'}.`,
    ...(sql === undefined ? {} : { sql }),
  };
};

/** What a scan's storage nodes return. */
function outputs(scan: PlanNode): string[] {
  return scan.children.filter(c => c.layer === 'storage').flatMap(projected);
}

/** An index that does not cover sends many point reads to the table. */
export const manyLookups: Rule = ({ node, layers }, { catalog }): Finding | undefined => {
  // an entry is looked up once: a higher figure is one of EXPLAIN's own making
  const lookups = layers ? Math.min(layers.lookedUp, layers.sent) : 0;
  if (!layers || lookups <= MANY_LOOKUPS) return undefined;
  const include = [...outputs(node), ...mentioned(node, layers.lookupFilters, layers.queryFilter)];
  const known = tableFacts(node, catalog)?.indexes.find(i => i.name === node.index);
  // what the index is read by may be more than what is compared: its order, too
  const key = known ? keyOf(known) : keyFor(node, layers.indexCondition);
  const sql = createIndex(node, { key, include }, catalog);
  return {
    rule: 'many-lookups',
    title: 'Many look-ups',
    severity: 'warning',
    node,
    observed: `${count(lookups)} rows found through ${node.index ?? 'the index'} were looked up in the table one by one.`,
    why: 'Each look-up is a point read of its own, beside the entry read in the index.',
    recommendation: `Add the columns of the Storage Lookup to an index with INCLUDE, so that an Index Only Scan answers.${known ? '' : ` Keep the key of ${node.index ?? 'the index'}: a plan names only the columns it compares.`}`,
    gain: `${count(lookups)} point reads fewer.`,
    ...(sql === undefined ? {} : { sql }),
  };
};

/** More columns or bytes a row than a statement usually needs. */
export const wideProjection: Rule = ({ node, parent }, context): Finding | undefined => {
  if (node.type !== 'Storage Scan' && node.type !== 'Storage Lookup') return undefined;
  const columns = projected(node).length;
  // an abbreviated plan has the width further up
  const above = parent && context.model.byNode.get(parent);
  const bytes = (node.estimate ?? parent?.estimate ?? above?.parent?.estimate)?.width ?? 0;
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
