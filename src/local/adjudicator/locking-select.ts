import type { Node } from 'libpg-query';
import type { Classified } from '../../core/dialect/contract';
import { parse } from '../../core/dialect/parser';
import { as, namesOf, visit, type NodeOf, type NodeTag } from '../../core/dialect/tree';
import { lockingSelect } from './clauses';

/** A SELECT … FOR UPDATE or FOR KEY SHARE, made into questions about the rows it locked. */
export interface LockedRows {
  /** FOR UPDATE claims the row against everybody, FOR KEY SHARE only against who removes it or changes its key. */
  strength: 'exclusive' | 'key';
  /** The query without locking, with the rows' xmax as its last column `holders`, an xid[]; absent where the rows cannot be told. */
  withHolders?: string;
  /** The query, locking rows of the same tables FOR KEY SHARE NOWAIT. */
  shared: string;
  /** Columns whose values decide which rows of the tables it finds, unqualified; absent where more than those does: LIMIT, a subquery, a function. */
  chosenBy?: readonly string[];
}

const known = new WeakMap<Classified, { sql: string; rows: LockedRows | undefined }>();

/** The same of a statement, as PostgreSQL gets it; taken apart once. */
export function lockedRowsOf({ classified, sql }: { classified: Classified; sql: string }): LockedRows | undefined {
  const entry = known.get(classified);
  if (entry?.sql === sql) return entry.rows;
  const rows = lockedRows(sql);
  known.set(classified, { sql, rows });
  return rows;
}

const OTHER_DECIDERS: ReadonlySet<NodeTag> = new Set<NodeTag>(['SubLink', 'FuncCall', 'SQLValueFunction']);

/** Takes a locking SELECT apart. @returns undefined when its locking clause is not at its end */
export function lockedRows(sql: string): LockedRows | undefined {
  const select = lockingSelect(sql);
  if (!select) return undefined;
  const { plain, beforeFrom, fromOn, clause, of } = select;
  const strength = /for\s+update/i.test(clause) ? 'exclusive' : 'key';
  const query = fromOn === '' ? undefined : selectOf(plain);
  const aliases = query && aliasesOf(query);
  const locked = of ? aliases?.filter(alias => of.includes(alias)) : aliases;
  const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const shared = `${plain} FOR KEY SHARE ${of ? `OF ${of.map(quote).join(', ')} ` : ''}NOWAIT`;
  if (!locked?.length) return { strength, shared };
  const holders = locked.map(alias => `${quote(alias)}.xmax`).join(', ');
  const chosenBy = query && columnsOf(query);
  return { strength, shared, chosenBy, withHolders: `${beforeFrom}, ARRAY[${holders}] AS holders ${fromOn}` };
}

function selectOf(sql: string): NodeOf<'SelectStmt'> | undefined {
  const parsed = parse(sql);
  return parsed.type === 'tree' ? as(parsed.statements[0], 'SelectStmt') : undefined;
}

/** As `LockedRows.chosenBy`. */
function columnsOf({ fromClause, whereClause, limitCount, limitOffset }: NodeOf<'SelectStmt'>): string[] | undefined {
  const columns: string[] = [];
  let others = limitCount !== undefined || limitOffset !== undefined;
  visit([fromClause, whereClause], (tag, node) => {
    const last = tag === 'ColumnRef' ? (node as NodeOf<'ColumnRef'>).fields?.at(-1) : undefined;
    const name = as(last, 'String')?.sval;
    if (name !== undefined) columns.push(name);
    others ||= OTHER_DECIDERS.has(tag) || (tag === 'ColumnRef' && name === undefined);
    others ||= tag === 'JoinExpr' && (node as NodeOf<'JoinExpr'>).isNatural === true;
    if (tag === 'JoinExpr') columns.push(...namesOf((node as NodeOf<'JoinExpr'>).usingClause));
  });
  return others ? undefined : columns;
}

/** The tables of FROM, by the names they have in the query; undefined where FROM holds anything else. */
function aliasesOf(select: NodeOf<'SelectStmt'>): string[] | undefined {
  if (!select.fromClause) return undefined;
  const aliases: string[] = [];
  const collect = (item: Node | undefined): boolean => {
    const table = as(item, 'RangeVar');
    if (table) {
      aliases.push(table.alias?.aliasname ?? table.relname ?? '');
      return true;
    }
    const join = as(item, 'JoinExpr');
    return join !== undefined && !join.alias && collect(join.larg) && collect(join.rarg);
  };
  return select.fromClause.every(collect) ? aliases : undefined;
}
