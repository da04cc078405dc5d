import type { LockingClause, Node, SelectStmt } from 'libpg-query';
import { all, as } from '../tree';
import { ruleMaker } from '../rule';

const rule = ruleMaker({
  area: 'locking',
  since: '2026-09-15',
  grade: 'R',
  source: 'dsql-emulator recordings; ministack',
});

/** Whether a FROM item holds a table (not a common table expression): what a locking clause can reach. */
function reachesTable(item: Node, common: ReadonlySet<string>, only: ReadonlySet<string> | undefined): boolean {
  const table = as(item, 'RangeVar');
  if (table) {
    const isCommon = table.schemaname === undefined && common.has(table.relname ?? '');
    return !isCommon && (!only || only.has(table.alias?.aliasname ?? table.relname ?? ''));
  }
  const join = as(item, 'JoinExpr');
  if (join) return [join.larg, join.rarg].some(side => side !== undefined && reachesTable(side, common, only));
  const subselect = as(item, 'RangeSubselect');
  if (subselect) {
    if (only && !only.has(subselect.alias?.aliasname ?? '')) return false;
    const inner = as(subselect.subquery, 'SelectStmt');
    return inner !== undefined && selectReaches(inner, common);
  }
  const sample = as(item, 'RangeTableSample');
  return sample?.relation !== undefined && reachesTable(sample.relation, common, only);
}

const selectReaches = (select: SelectStmt, common: ReadonlySet<string>): boolean =>
  (select.fromClause ?? []).some(item => reachesTable(item, common, undefined));

const isShare = ({ strength }: LockingClause): boolean =>
  strength === 'LCS_FORSHARE' || strength === 'LCS_FORNOKEYUPDATE';

/** What PostgreSQL finds first beside a locking clause, before it looks for the relations that the clause reaches. */
function clauseBeside({ distinctClause = [], groupClause = [], havingClause }: SelectStmt): string | undefined {
  if (distinctClause.length > 0) return 'DISTINCT';
  if (groupClause.length > 0) return 'GROUP BY';
  return havingClause && 'HAVING';
}

/** Row locks. */
export const lockingRules = [
  rule(
    'SelectStmt',
    {
      id: 'share_beside_clause',
      message: '{strength} is not allowed with {clause} clause',
      grade: 'G',
      source:
        'PostgreSQL’s own text, and its order: ministack (2026-08) has the service accept a clause that reaches no relation, so that it looks at those',
      remedy: 'Lock the rows in a subquery or a statement of its own, with FOR UPDATE or FOR KEY SHARE.',
    },
    select => {
      const [first] = all(select.lockingClause, 'LockingClause');
      const clause = clauseBeside(select);
      if (!first || !isShare(first) || clause === undefined) return false;
      return { values: { strength: first.strength === 'LCS_FORSHARE' ? 'FOR SHARE' : 'FOR NO KEY UPDATE', clause } };
    },
  ),
  rule(
    'SelectStmt',
    {
      id: 'for_share',
      message: 'locking clauses other than FOR UPDATE/FOR KEY SHARE are not supported',
      afterNames: true, // a clause that reaches no relation is accepted, so that the relations are known by then
      remedy: 'Write FOR UPDATE to guard the rows read against write skew, or FOR KEY SHARE to guard only their keys.',
    },
    (select, { commonTables }) =>
      all(select.lockingClause, 'LockingClause').some(clause => {
        if (!isShare(clause)) return false;
        const named = all(clause.lockedRels, 'RangeVar').map(table => table.relname ?? '');
        const only = named.length > 0 ? new Set(named) : undefined;
        return (select.fromClause ?? []).some(item => reachesTable(item, commonTables, only));
      }),
  ),
];
