/** Operators that match patterns: LIKE, ILIKE, SIMILAR TO and regular expressions. */
const PATTERN = / !?~~?\*? /;
/** `ROW(a, b) > ROW(1, 2)`: the comparison by which pages are read on. */
const ROW_COMPARISON = /\) (?:<|>|<=|>=) ROW\(/;

/** What brings a condition of the query processor into storage; `indexable` when it compares a column that an index key could hold. */
export function filterAdvice(filter: string, indexable: boolean): string {
  if (ROW_COMPARISON.test(filter))
    return 'Write the row comparison as conditions on single columns, which an Index Cond takes: one branch each for a = 1 AND b > 2 and for a > 1, joined by UNION ALL, each with its own ORDER BY and LIMIT.';
  if (/\bSubPlan \d/.test(filter))
    return 'The subquery is evaluated by the query processor, for the rows that have travelled: write it as a join, or as EXISTS, which the planner can turn into one.';
  if (PATTERN.test(filter))
    return 'Patterns are matched by the query processor: narrow the rows before by a condition that an index serves; write a fixed beginning as a range (>= and <).';
  if (indexable)
    return 'Add what it compares to the key of the index, behind the columns compared by =, so that it becomes part of the Index Cond.';
  return 'Write the condition as a comparison of a column with a constant, or index the expression, so that storage can evaluate it.';
}
