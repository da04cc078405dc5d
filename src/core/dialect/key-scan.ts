/**
 * Reads that DSQL answers in the order of a table's primary key without being asked to. "Aurora DSQL stores table data in primary key order",
 * and keeps it so (User Guide, "Primary keys", September 2026); a plain read of a table is a scan of the key's B-tree (recorded plans, 2025-10
 * to 2026-08). No recorded answer has several rows of a table that are not sorted by the statement itself.
 */
import type { Node } from 'libpg-query';
import { foldCase, tokenize } from './lexer';
import type { Replacement } from './replacements';
import { as, namesOf, visit, type NodeOf } from './tree';

/** A read of one table that leaves the order of its rows open. */
export interface KeyScan {
  /** By what the statement's expressions name the table. */
  alias: string;
  /** Columns that the statement names; absent where it reads whole rows. */
  columns?: readonly string[];
  /** Those of them that WHERE names. */
  conditions: readonly string[];
  /** Those to which WHERE leaves one value. */
  equal: readonly string[];
  /** Functions that would make one row of all if they are aggregates, unqualified. */
  functions: readonly string[];
}

/** What makes other rows of those that were scanned, or brings others in. */
const OTHER_CLAUSES = [
  'distinctClause',
  'groupClause',
  'havingClause',
  'windowClause',
  'valuesLists',
  'sortClause',
  'withClause',
  'intoClause',
] as const;
const OTHER_NODES = new Set(['SubLink', 'JsonArrayAgg', 'JsonObjectAgg', 'GroupingFunc']);

/** The scan that a statement is; undefined where it is anything more. */
export function keyScanOf(node: Node): KeyScan | undefined {
  const select = as(node, 'SelectStmt');
  if (!select || select.larg || OTHER_CLAUSES.some(clause => select[clause] !== undefined)) return undefined;
  const [from, ...others] = select.fromClause ?? [];
  const table = as(from, 'RangeVar');
  if (!table || others.length > 0 || table.alias?.colnames) return undefined;
  const conditions = columnsIn(select.whereClause);
  const scan = { alias: table.alias?.aliasname ?? table.relname ?? '', conditions, equal: equalIn(select.whereClause) };
  const columns = new Set(conditions);
  const functions = new Set<string>();
  let [isPlain, isWhole] = [true, false];
  visit(select.targetList, (tag, found) => {
    if (tag === 'ColumnRef') columns.add(columnOf(found));
    if (tag === 'A_Star') isWhole = true;
    if (tag === 'FuncCall') functions.add(namesOf((found as NodeOf<'FuncCall'>).funcname).at(-1) ?? '');
    if (tag === 'FuncCall' && (found as NodeOf<'FuncCall'>).over) isPlain = false;
  });
  visit([select.targetList, select.whereClause], tag => (isPlain &&= !OTHER_NODES.has(tag)));
  if (!isPlain || (!isWhole && columns.size === 0)) return undefined;
  return { ...scan, functions: [...functions], ...(!isWhole && { columns: [...columns] }) };
}

/** Words behind the place of ORDER BY; nothing but a column after a dot, or a label, is called so outside parentheses. */
const AFTER_ORDER = new Set(['limit', 'offset', 'fetch', 'for']);

/** Puts the order into the text of a scan. @param columns as SQL writes them */
export function orderedBy(text: string, columns: string): Replacement {
  const tokens = tokenize(text);
  let depth = 0;
  let end = 0;
  for (const [at, token] of tokens.entries()) {
    const written = text.slice(token.start, token.end);
    if (written === ';') break;
    if (written === '(') depth++;
    if (written === ')') depth--;
    if (depth === 0 && token.type === 'word' && AFTER_ORDER.has(foldCase(written)) && !isName(text, tokens[at - 1])) {
      return { start: token.start, end: token.start, text: `ORDER BY ${columns} ` };
    }
    ({ end } = token);
  }
  return { start: end, end, text: ` ORDER BY ${columns}` };
}

const isName = (text: string, before: { start: number; end: number } | undefined): boolean =>
  before !== undefined && /^(?:\.|as)$/i.test(text.slice(before.start, before.end));

const columnOf = (node: object): string => namesOf((node as NodeOf<'ColumnRef'>).fields).at(-1) ?? '';

function columnsIn(node: Node | undefined): string[] {
  const columns = new Set<string>();
  visit(node, (tag, found) => tag === 'ColumnRef' && columns.add(columnOf(found)));
  return [...columns];
}

function equalIn(condition: Node | undefined): string[] {
  const both = as(condition, 'BoolExpr');
  if (both?.boolop === 'AND_EXPR') return (both.args ?? []).flatMap(equalIn);
  const comparison = as(condition, 'A_Expr');
  if (comparison?.kind !== 'AEXPR_OP' || namesOf(comparison.name).join() !== '=') return [];
  const { lexpr, rexpr } = comparison;
  return [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ].flatMap(([column, value]) => (as(column, 'ColumnRef') && columnsIn(value).length === 0 ? columnsIn(column) : []));
}
