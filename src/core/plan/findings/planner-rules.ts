import { property } from '../model';
import { count, type Finding, type Rule } from './finding';

/** How far off an estimate may be. */
const ESTIMATE_ERROR = { warning: 5, severe: 50 };
/** Fewer rows than this are not worth a word, whatever was expected. */
const FEW_ROWS = 100;
/** What DSQL assumes of a table that was never analysed. */
const NEVER_ANALYSED_ROWS = 1_000_000;

/** The table has no statistics: the planner took a million rows. */
export const neverAnalysed: Rule = ({ node, rows, estimateErrorFactor }): Finding | undefined => {
  const scan = node.type === 'Full Scan' || node.type === 'Index Only Scan' || node.type === 'Index Scan';
  if (!scan || node.estimate?.rows !== NEVER_ANALYSED_ROWS || (estimateErrorFactor ?? 1) < ESTIMATE_ERROR.warning)
    return undefined;
  const table = [node.schema, node.relation].filter(n => n !== undefined).join('.');
  return {
    rule: 'never-analysed',
    title: 'Never analysed',
    severity: 'warning',
    node,
    observed: `The planner expected exactly 1,000,000 rows of ${table}, and ${count(rows ?? 0)} came.`,
    why: 'That is what DSQL assumes of a table it has no statistics of; joins and scans are then chosen for a size the table has not.',
    recommendation: 'Run ANALYZE, or wait for the automatic ANALYZE job.',
    gain: 'Plans that fit the table.',
    sql: `ANALYZE ${table}`,
  };
};

/** The planner was far off. */
export const estimateError: Rule = (measures, context): Finding | undefined => {
  const { node, rows, expectedRows, estimateErrorFactor: factor, underestimated } = measures;
  if (factor === undefined || rows === undefined || node.layer === 'storage' || factor < ESTIMATE_ERROR.warning)
    return undefined;
  if (Math.max(rows, underestimated ? 0 : (expectedRows ?? 0)) < FEW_ROWS || neverAnalysed(measures, context))
    return undefined;
  // a LIMIT stops its input early: fewer rows than expected are no error there, nor at nodes that only pass rows on
  const below = node.children.some(
    c => (context.model.byNode.get(c)?.estimateErrorFactor ?? 1) >= ESTIMATE_ERROR.warning,
  );
  if (below && node.children.some(c => c.layer === 'query')) return undefined;
  if (!underestimated && stopsEarly(measures, context)) return undefined;
  return {
    rule: 'estimate-error',
    title: 'Estimate far off',
    severity: factor >= ESTIMATE_ERROR.severe ? 'severe' : 'warning',
    node,
    observed: `${count(expectedRows ?? 0)} rows were expected, ${count(rows)} came (${count(factor)} times ${underestimated ? 'more' : 'fewer'}).`,
    why: 'Join order and methods follow the estimate; far off, they are chosen for other data.',
    recommendation:
      'Refresh the statistics with ANALYZE; for columns that depend on each other, create extended statistics.',
    gain: 'A plan chosen for the rows there are.',
    ...(node.relation === undefined
      ? {}
      : { sql: `ANALYZE ${[node.schema, node.relation].filter(Boolean).join('.')}` }),
  };
};

function stopsEarly(measures: Parameters<Rule>[0], context: Parameters<Rule>[1]): boolean {
  for (let m = measures.parent && context.model.byNode.get(measures.parent); m;) {
    if (
      m.node.type === 'Limit' ||
      m.node.joinType === 'Semi' ||
      m.node.joinType === 'Anti' ||
      m.node.type === 'Merge Join'
    )
      return true;
    m = m.parent && context.model.byNode.get(m.parent);
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

/** A hash table grew while it was filled. */
export const hashResize: Rule = ({ node }): Finding | undefined => {
  const buckets = property(node, 'Buckets');
  const grown = buckets && /^(?:originally (\d+), now (\d+)|(\d+) \(originally (\d+)\))/.exec(buckets);
  if (!grown) return undefined;
  const [from, to] = [Number(grown[1] ?? grown[4]), Number(grown[2] ?? grown[3])];
  if (to <= from) return undefined;
  return {
    rule: 'hash-resize',
    title: 'Hash table grew',
    severity: 'notice',
    node,
    observed: `The hash table was planned with ${count(from)} buckets and grew to ${count(to)}.`,
    why: 'The rows of the build side were underestimated; growing costs time and memory.',
    recommendation: 'Refresh the statistics of the tables below the Hash node.',
    gain: 'Less work while the table is built.',
  };
};
