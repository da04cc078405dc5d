import { property, walk, type PlanNode } from '../model';
import type { NodeMeasures } from '../measures';
import { NEVER_ANALYSED_ROWS, stoppedEarly } from './expected-layers';
import { tableFacts, tableName } from './suggest-index';
import { count, type Finding, type Rule, type RuleContext } from './finding';

/** How far off an estimate may be. */
const ESTIMATE_ERROR = { notice: 2, warning: 5, severe: 50 };
/** A small error matters on tables only, and not on few rows. */
const MINOR_ERROR_ROWS = 1_000;
const TABLE_SCAN = /^(?:Full|Seq|Index|Index Only) Scan$/;
/** Pairs that a join may try in vain, or make without a condition. */
const JOIN_PAIRS = 10_000;
/** Joins that return a pair for each match. */
const MULTIPLYING_JOINS: readonly (string | undefined)[] = [undefined, 'Left', 'Right', 'Full'];
/** Fewer rows than this are not worth a word, whatever was expected. */
const FEW_ROWS = 100;

/** The table has no statistics: the planner took a million rows. */
export const neverAnalysed: Rule = (measures, context): Finding | undefined => {
  const { node, rows, layers, estimateErrorFactor } = measures;
  const scan = node.type === 'Full Scan' || node.type === 'Index Only Scan' || node.type === 'Index Scan';
  // a Filter above storage takes its share off the scan's own figure
  const assumed = [...walk([node])].some(
    n => (n === node || n.type === 'B-Tree Scan') && n.estimate?.rows === NEVER_ANALYSED_ROWS,
  );
  if (!scan || !assumed || (estimateErrorFactor ?? 1) < ESTIMATE_ERROR.warning) return undefined;
  // a table may have a million rows, of which a LIMIT takes a few
  if (stopsEarly(measures, context) || (tableFacts(node, context.catalog)?.reltuples ?? -1) > 0) return undefined;
  const table = tableName(node) ?? 'the table';
  return {
    rule: 'never-analysed',
    title: 'Never analysed',
    severity: 'warning',
    node,
    observed: `The planner expected exactly 1,000,000 rows of ${table}, and ${count(layers?.read ?? rows ?? 0)} came.`,
    why: 'That is what DSQL assumes of a table it has no statistics of; joins and scans are then chosen for a size the table has not.',
    recommendation: 'Run ANALYZE, or wait for the automatic ANALYZE job.',
    gain: 'Plans that fit the table.',
    sql: `ANALYZE ${table}`,
  };
};

/** The planner was far off. */
export const estimateError: Rule = (measures, context): Finding | undefined => {
  const { node, rows, expectedRows, estimateErrorFactor: factor, underestimated } = measures;
  if (factor === undefined || rows === undefined || node.layer === 'storage' || factor < ESTIMATE_ERROR.notice)
    return undefined;
  if (factor < ESTIMATE_ERROR.warning && (!TABLE_SCAN.test(node.type) || rows < MINOR_ERROR_ROWS)) return undefined;
  if (Math.max(rows, underestimated ? 0 : (expectedRows ?? 0)) < FEW_ROWS || neverAnalysed(measures, context))
    return undefined;
  // a LIMIT stops its input early: fewer rows than expected are no error there, nor at nodes that only pass rows on
  const below = node.children.some(
    c => (context.model.byNode.get(c)?.estimateErrorFactor ?? 1) >= ESTIMATE_ERROR.warning,
  );
  if (below && node.children.some(c => c.layer === 'query')) return undefined;
  if (!underestimated && stopsEarly(measures, context)) return undefined;
  const table = TABLE_SCAN.test(node.type) ? tableName(node) : undefined;
  return {
    rule: 'estimate-error',
    title: 'Estimate far off',
    severity: factor >= ESTIMATE_ERROR.severe ? 'severe' : factor >= ESTIMATE_ERROR.warning ? 'warning' : 'notice',
    node,
    observed: `${count(expectedRows ?? 0)} rows were expected, ${count(rows)} came (${count(factor)} times ${underestimated ? 'more' : 'fewer'}).`,
    why: 'Join order and methods follow the estimate; far off, they are chosen for other data.',
    recommendation:
      'Refresh the statistics with ANALYZE; for columns that depend on each other, create extended statistics.',
    gain: 'A plan chosen for the rows there are.',
    ...(table === undefined ? {} : { sql: `ANALYZE ${table}` }),
  };
};

/** Joins that need not read their input to the end. */
function stopsEarly(measures: NodeMeasures, { model }: RuleContext): boolean {
  if (stoppedEarly(measures, model)) return true;
  for (let above = measures.parent; above; above = model.byNode.get(above)?.parent) {
    if (above.joinType === 'Semi' || above.joinType === 'Anti' || above.type === 'Merge Join') return true;
  }
  return false;
}

/** A nested loop ran its inner side far more often than expected. */
export const nestedLoopAmplification: Rule = ({ node }, { model }): Finding | undefined => {
  if (node.type !== 'Nested Loop') return undefined;
  const [outer, inner] = node.children.filter(c => c.layer === 'query' && c.label === undefined);
  const outerMeasures = outer && model.byNode.get(outer);
  const innerMeasures = inner && model.byNode.get(inner);
  const factor = outerMeasures?.estimateErrorFactor ?? 1;
  if (!outerMeasures?.underestimated || factor < ESTIMATE_ERROR.warning || (outerMeasures.rows ?? 0) < FEW_ROWS)
    return undefined;
  return {
    rule: 'nested-loop-amplification',
    title: 'Nested loop ran often',
    severity: factor >= ESTIMATE_ERROR.severe ? 'severe' : 'warning',
    node,
    observed: `The inner side ran ${count(inner?.actual?.loops ?? 0)} times where ${count(outer?.estimate?.rows ?? 0)} were expected, for ${count(innerMeasures?.inclusiveMs ?? 0)} ms.`,
    why: 'A nested loop repeats its inner side for every outer row; it was chosen for few of them.',
    recommendation:
      'Refresh the statistics of the outer side; try SET LOCAL enable_nestloop = off to see the hash join it was preferred to.',
    gain: `Up to ${count(innerMeasures?.inclusiveMs ?? 0)} ms.`,
  };
};

/** A hash table grew while it was filled, or did not fit into memory. */
export const hashResize: Rule = ({ node }): Finding | undefined => {
  const line = property(node, 'Buckets') ?? '';
  const buckets = grown(line);
  const batches = grown(/Batches: (.*)$/.exec(line)?.[1] ?? '');
  if (!buckets && !batches) return undefined;
  const told = [
    buckets && `was planned with ${count(buckets.from)} buckets and grew to ${count(buckets.to)}`,
    batches && `was cut from ${count(batches.from)} into ${count(batches.to)} batches on disk`,
  ];
  return {
    rule: 'hash-resize',
    title: 'Hash table grew',
    severity: batches ? 'warning' : 'notice',
    node,
    observed: `The hash table ${told.filter(Boolean).join(' and ')}.`,
    why: 'The rows of the build side were underestimated; growing costs time and memory.',
    recommendation: 'Refresh the statistics of the tables below the Hash node.',
    gain: 'Less work while the table is built.',
  };
};

/** `originally 1024, now 4096` and `4096 (originally 1024)`. */
function grown(text: string): { from: number; to: number } | undefined {
  const m = /^(?:originally (\d+), now (\d+)|(\d+) \(originally (\d+)\))/.exec(text);
  if (!m) return undefined;
  const [from, to] = [Number(m[1] ?? m[4]), Number(m[2] ?? m[3])];
  return to > from ? { from, to } : undefined;
}

/** Pairs of rows are made and thrown away. */
export const joinFilterWaste: Rule = ({ node, rows, rowsRemoved }): Finding | undefined => {
  const filter = property(node, 'Join Filter');
  if (filter === undefined || rows === undefined || rowsRemoved === undefined) return undefined;
  if (rowsRemoved < JOIN_PAIRS || rowsRemoved < rows) return undefined;
  return {
    rule: 'join-filter',
    title: 'Join throws pairs away',
    severity: 'warning',
    node,
    observed: `${count(rowsRemoved)} pairs were made and removed by Join Filter: ${filter}; ${count(rows)} stayed.`,
    why: 'A Join Filter is tried on every pair; a condition on the join key lets an index or a hash table find the partners.',
    recommendation: 'Join by equality, and index the inner table by the compared column.',
    gain: `Up to ${count(rowsRemoved)} pairs fewer.`,
  };
};

/** Each row of one side meets each of the other. Told once, at the topmost of joins that stand above each other. */
export const crossJoin: Rule = (measures, { model }): Finding | undefined => {
  const sides = unconditional(measures.node);
  if (!sides || (measures.parent && unconditional(measures.parent))) return undefined;
  const [outer, inner] = sides;
  const left = model.byNode.get(outer)?.rows ?? outer.estimate?.rows ?? 0;
  const right = inner.actual?.rows ?? inner.estimate?.rows ?? 0;
  if (Math.min(left, right) <= 1 || left * right < JOIN_PAIRS) return undefined;
  return {
    rule: 'cross-join',
    title: 'Join without a condition',
    severity: model.analysed ? 'warning' : 'notice',
    node: measures.node,
    observed: `Each of ${count(left)} rows ${model.analysed ? 'met' : 'will meet'} each of ${count(right)}: ${count(left * right)} pairs.`,
    why: 'Nothing in the statement ties the two sides together, so that every pair is made.',
    recommendation:
      'Look for a join condition that is missing in ON or WHERE; where all pairs are wanted, aggregate each side before they are joined.',
    gain: `Up to ${count(left * right)} pairs fewer.`,
  };
};

/** Both sides of a nested loop over a table in which nothing refers from one to the other; undefined for other nodes. */
function unconditional(node: PlanNode): [outer: PlanNode, inner: PlanNode] | undefined {
  if (node.type !== 'Nested Loop' || !MULTIPLYING_JOINS.includes(node.joinType)) return undefined;
  const [outer, inner] = node.children.filter(c => c.layer === 'query' && c.label === undefined);
  const table = inner?.type === 'Materialize' ? inner.children[0] : inner;
  if (!outer || !inner || !table || !TABLE_SCAN.test(table.type)) return undefined;
  const names = [...walk([outer])].flatMap(n => n.alias ?? n.relation ?? []);
  // a parameter ($0) may come from the other side, too
  const refers = (text: string): boolean => /\$\d/.test(text) || names.some(name => text.includes(`${name}.`));
  const conditions = [...walk([inner])].flatMap(n => n.properties).filter(({ name }) => name !== 'Output');
  const joins = JOIN_CONDITIONS.some(name => property(node, name) !== undefined);
  return joins || conditions.some(({ value }) => refers(value)) ? undefined : [outer, inner];
}

const JOIN_CONDITIONS = ['Join Filter', 'Recheck Cond', 'Filter'];
