import type { TableShape } from './catalog';
import { columnsOf, nameValue } from './expression';
import { isInput, texts, type PostgresNode } from './postgres-plan';

/** Fields of a plan node that hold expressions. */
const EXPRESSIONS = [
  'Output',
  'Filter',
  'Join Filter',
  'Hash Cond',
  'Merge Cond',
  'Index Cond',
  'Recheck Cond',
  'One-Time Filter',
  'Sort Key',
  'Presorted Key',
  'Group Key',
  'Cache Key',
  'Run Condition',
  'Conflict Filter',
  'Function Call',
];

/** All expressions of a node. */
export function expressionsOf(node: PostgresNode): string[] {
  return EXPRESSIONS.flatMap(name => texts(node, name));
}

/**
 * Parents under which PostgreSQL may have a scan return whole rows for its own convenience; their inputs are trimmed. A CTE or a
 * subquery's plan beside their inputs returns what it is asked for.
 */
const PROJECTING = new Set([
  'Aggregate',
  'Group',
  'WindowAgg',
  'Result',
  'ProjectSet',
  'Nested Loop',
  'Hash Join',
  'Merge Join',
]);

/** `ctid` or `t.ctid`: PostgreSQL's row address, which DSQL has not. */
export function isRowAddress(item: string): boolean {
  return /^(?:"(?:[^"]|"")*"\.|[^.\s"]+\.)?ctid$/.test(item);
}

/**
 * The target list DSQL's scan has: PostgreSQL's without columns that nothing above uses, and with the primary key in place of a row
 * address where rows are written or locked. `elsewhere` are the expressions of all other nodes.
 */
export function scanOutput(
  node: PostgresNode,
  parent: PostgresNode | undefined,
  table: TableShape,
  elsewhere: readonly string[],
  addressesRows: boolean,
): string[] {
  const output = node.Output ?? [];
  const names = new Set(table.columns.map(c => c.name));
  const trims = parent !== undefined && PROJECTING.has(parent['Node Type']) && isInput(node);
  const used = trims ? new Set(elsewhere.flatMap(e => columnsOf(e, node.Alias, names))) : names;
  const kept = output.filter(item => {
    const column = plainColumn(item, node.Alias);
    return column === undefined || !names.has(column) || used.has(column) || used.has('*');
  });
  const addressed = addressesRows && kept.some(isRowAddress);
  const rows = kept.filter(item => !isRowAddress(item));
  if (!addressed) return rows;
  const qualifier = output.some(item => item.includes('.ctid')) ? output.find(isRowAddress)!.slice(0, -4) : '';
  const key = table.indexes.find(i => i.primary)?.key ?? [];
  const missing = key.filter(c => c !== null).map(c => qualifier + c);
  return [...rows, ...missing.filter(c => !rows.includes(c))];
}

function plainColumn(item: string, alias: string | undefined): string | undefined {
  const m = /^(?:("(?:[^"]|"")*"|[^.\s"(]+)\.)?("(?:[^"]|"")*"|[^.\s"(]+)$/.exec(item);
  if (!m || (m[1] !== undefined && nameValue(m[1]) !== alias)) return undefined;
  return nameValue(m[2]!);
}

/** The table's columns that expressions read, in order of appearance; the whole row in attribute order. */
export function columnsRead(expressions: readonly string[], alias: string | undefined, table: TableShape): string[] {
  const names = new Set(table.columns.map(c => c.name));
  const found = new Set<string>();
  for (const expression of expressions) {
    for (const column of columnsOf(expression, alias, names)) {
      if (column === '*') names.forEach(c => found.add(c));
      else found.add(column);
    }
  }
  return [...found];
}
