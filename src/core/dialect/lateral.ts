/**
 * A defect of the service, kept because programs meet it: LEFT JOIN LATERAL whose target list refers to the outer relation answers
 * 42804 `attribute n of type <inner table> has wrong type` (recorded 2026-09 by dsql-emulator). The outer column is read from the inner
 * table's row: it is noticed where the inner table's column of the same number has another type.
 */
import type { Node, RangeVar } from 'libpg-query';
import type { Precondition } from './contract';
import { literal, regclass } from './sql-text';
import { all, as, namesOf, visit, type NodeOf } from './tree';

/** The questions of the LEFT JOIN LATERALs in a statement. */
export function lateralPreconditions(root: Node): Precondition[] {
  const found: Precondition[] = [];
  visit(root, (tag, node) => {
    if (tag === 'JoinExpr') found.push(...ofJoin(node));
  });
  return found;
}

function ofJoin(join: NodeOf<'JoinExpr'>): Precondition[] {
  const lateral = as(join.rarg, 'RangeSubselect');
  const select = as(lateral?.subquery, 'SelectStmt');
  if (join.jointype !== 'JOIN_LEFT' || !lateral?.lateral || !select || !join.larg) return [];
  const inner = tables(select.fromClause ?? []);
  const outer = tables([join.larg]);
  const [innerTable] = inner.values();
  if (!innerTable) return [];
  return all(select.targetList, 'ResTarget').flatMap(target => {
    const names = namesOf(as(target.val, 'ColumnRef')?.fields);
    const [alias, column] = names;
    const outerTable = names.length === 2 && alias !== undefined && !inner.has(alias) ? outer.get(alias) : undefined;
    return outerTable && column !== undefined ? [question(outerTable, column, innerTable)] : [];
  });
}

/** Tables of FROM items by the name they go by. */
function tables(items: readonly Node[]): Map<string, RangeVar> {
  const found = new Map<string, RangeVar>();
  for (const item of items) {
    const table = as(item, 'RangeVar');
    if (table) found.set(table.alias?.aliasname ?? table.relname ?? '', table);
    const join = as(item, 'JoinExpr');
    if (join)
      for (const [name, side] of tables([join.larg, join.rarg].flatMap(side => side ?? []))) found.set(name, side);
  }
  return found;
}

const question = (outer: RangeVar, column: string, inner: RangeVar): Precondition => ({
  sql: `SELECT o.attnum, i.attrelid::regclass::text, format_type(i.atttypid, i.atttypmod), format_type(o.atttypid, o.atttypmod) FROM pg_attribute o JOIN pg_attribute i ON i.attnum = o.attnum WHERE o.attrelid = ${regclass(outer)} AND o.attname = ${literal(column)} AND i.attrelid = ${regclass(inner)} AND i.atttypid <> o.atttypid`,
  refusal: {
    ruleId: 'left_join_lateral',
    sqlstate: '42804',
    message: 'attribute {1} of type {2} has wrong type',
    detail: 'Table has type {3}, but query expects {4}.',
  },
});
