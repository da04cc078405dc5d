/**
 * Statements whose numbers may be parameters. Texts that a client makes of its values differ in these alone: bound to one statement,
 * PostgreSQL parses and plans that once. Only whole numbers that PostgreSQL takes for `integer`, where their type alone decides what they mean:
 * a parameter of that type is the same to it. What it works out while it plans, it works out of columns here, never of constants alone.
 */
import type { Node } from 'libpg-query';
import type { Classified } from './contract';
import { tokenize } from './lexer';
import { replaced, type Replacement } from './replacements';
import { as, namesOf, visit } from './tree';

/** More are a bulk load, whose text comes once. */
const MOST = 32;
/** Digits that are an `integer` whatever they are. */
const WHOLE = /^[0-9]{1,9}$/;
const COMPARES = new Set(['=', '<>', '<', '>', '<=', '>=']);
const COUNTS = new Set(['+', '-', '*']);
/** A number that is an `integer`, however it is used. */
export const isWhole = (text: string): boolean => WHOLE.test(text);

/** Numbers of a text, in their order, as parts to put parameters into. */
export const numbersIn = (text: string): Replacement[] =>
  tokenize(text)
    .filter(({ type }) => type === 'number')
    .map(({ start, end }, at) => ({ start, end, text: `$${at + 1}` }));

/** The statement with a parameter in the place of each number; undefined where not all of them may be one, or there is none. */
export function boundText(node: Node, { kind, text, sql, functions }: Classified): string | undefined {
  if ((kind !== 'query' && kind !== 'dml') || sql !== text || functions) return undefined;
  const numbers = numbersIn(text);
  if (numbers.length === 0 || numbers.length > MOST) return undefined;
  if (!numbers.every(({ start, end }) => isWhole(text.slice(start, end)))) return undefined;
  let constants = 0;
  visit(node, tag => {
    if (tag === 'A_Const') constants++;
    if (tag === 'ParamRef') constants = Infinity; // of a Query, which has none
  });
  const areAll = constants === numbers.length && boundable(node) === constants;
  return areAll ? replaced(text, numbers) : undefined;
}

/** How many of its constants may be parameters. */
function boundable(node: Node): number {
  const insert = as(node, 'InsertStmt');
  if (insert) {
    const [row, ...others] = as(insert.selectStmt, 'SelectStmt')?.valuesLists ?? [];
    return others.length > 0 ? 0 : inValues(as(row, 'List')?.items);
  }
  const update = as(node, 'UpdateStmt');
  if (update)
    return inValues(update.targetList?.map(target => as(target, 'ResTarget')?.val)) + inCondition(update.whereClause);
  return inCondition(as(node, 'DeleteStmt')?.whereClause ?? as(node, 'SelectStmt')?.whereClause);
}

const inValues = (values: readonly (Node | undefined)[] | undefined): number =>
  (values ?? []).reduce((sum, value) => sum + (isInteger(value) ? 1 : inCount(value)), 0);

function inCondition(condition: Node | undefined): number {
  const several = as(condition, 'BoolExpr');
  if (several) return (several.args ?? []).reduce((sum, each) => sum + inCondition(each), 0);
  return inOperation(condition, COMPARES);
}

const inCount = (value: Node | undefined): number => inOperation(value, COUNTS);

/** Of an operation on columns: one side at least has some. */
function inOperation(node: Node | undefined, operators: ReadonlySet<string>): number {
  const operation = as(node, 'A_Expr');
  if (operation?.kind !== 'AEXPR_OP' || !operators.has(namesOf(operation.name).join('.'))) return 0;
  const { lexpr, rexpr } = operation;
  if (!hasColumn(lexpr) && !hasColumn(rexpr)) return 0;
  return inValues([lexpr, rexpr]);
}

function hasColumn(node: Node | undefined): boolean {
  const operation = as(node, 'A_Expr');
  if (operation) return hasColumn(operation.lexpr) || hasColumn(operation.rexpr);
  return as(node, 'ColumnRef') !== undefined;
}

const isInteger = (node: Node | undefined): boolean => as(node, 'A_Const')?.ival !== undefined;
