/** How many rows an INSERT writes, where its text proves it. */
import type { InsertStmt, Node, SelectStmt } from 'libpg-query';
import { all, as, namesOf, numberOf } from '../dialect/tree';

/** The exact number of rows, or undefined: ON CONFLICT may leave rows out, and most SELECTs depend on data. */
export function provenRows(insert: InsertStmt): number | undefined {
  if (insert.onConflictClause !== undefined) return undefined;
  const select = as(insert.selectStmt, 'SelectStmt');
  if (!select) return 1;
  const values = select.valuesLists?.length ?? 0;
  return values > 0 ? values : generated(select);
}

/** `SELECT … FROM generate_series(1, 5000)` without anything that takes rows away. */
function generated(select: SelectStmt): number | undefined {
  const [item, ...others] = select.fromClause ?? [];
  const reduced =
    select.whereClause ??
    select.limitCount ??
    select.limitOffset ??
    select.distinctClause ??
    select.groupClause ??
    select.havingClause;
  const combined = select.op !== undefined && select.op !== 'SETOP_NONE';
  if (others.length > 0 || reduced !== undefined || combined) return undefined;
  const [list] = as(item, 'RangeFunction')?.functions ?? [];
  const targets = all(select.targetList, 'ResTarget').flatMap(({ val }) => as(val, 'FuncCall') ?? []);
  const call = item ? as(as(list, 'List')?.items?.[0], 'FuncCall') : targets.length === 1 ? targets[0] : undefined;
  if (!call || namesOf(call.funcname).at(-1) !== 'generate_series') return undefined;
  const [from, to, step = 1] = (call.args ?? []).map(integerOf);
  if (from === undefined || to === undefined || !step) return undefined;
  return Math.max(0, Math.floor((to - from) / step) + 1);
}

/** A constant, or minus a constant. */
function integerOf(node: Node): number | undefined {
  const plain = numberOf(node);
  if (plain !== undefined) return plain;
  const minus = as(node, 'A_Expr');
  const value =
    minus && namesOf(minus.name)[0] === '-' && !minus.lexpr && minus.rexpr ? numberOf(minus.rexpr) : undefined;
  return value === undefined ? undefined : -value;
}
