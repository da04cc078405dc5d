import type { Node } from 'libpg-query';
import { parse } from '../../core/dialect/parser';
import { as } from '../../core/dialect/tree';
import { lockingSelect } from './clauses';

/** A SELECT … FOR UPDATE or FOR KEY SHARE, made into questions about the rows it locked. */
export interface LockedRows {
  /** FOR UPDATE claims the row against everybody, FOR KEY SHARE only against who removes it or changes its key. */
  strength: 'exclusive' | 'key';
  /** The query without locking, with the rows' xmax as its last column `holders`, an xid[]; absent where the rows cannot be told. */
  withHolders?: string;
  /** The query, locking rows of the same tables FOR KEY SHARE NOWAIT. */
  shared: string;
}

/** Takes a locking SELECT apart. @returns undefined when its locking clause is not at its end */
export function lockedRows(sql: string): LockedRows | undefined {
  const select = lockingSelect(sql);
  if (!select) return undefined;
  const { plain, beforeFrom, fromOn, clause, of } = select;
  const strength = /for\s+update/i.test(clause) ? 'exclusive' : 'key';
  const aliases = fromOn === '' ? undefined : aliasesOf(plain);
  const locked = of ? aliases?.filter(alias => of.includes(alias)) : aliases;
  const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const shared = `${plain} FOR KEY SHARE ${of ? `OF ${of.map(quote).join(', ')} ` : ''}NOWAIT`;
  if (!locked?.length) return { strength, shared };
  const holders = locked.map(alias => `${quote(alias)}.xmax`).join(', ');
  return { strength, shared, withHolders: `${beforeFrom}, ARRAY[${holders}] AS holders ${fromOn}` };
}

/** The tables of FROM, by the names they have in the query; undefined where FROM holds anything else. */
function aliasesOf(sql: string): string[] | undefined {
  const parsed = parse(sql);
  const select = parsed.type === 'tree' ? as(parsed.statements[0], 'SelectStmt') : undefined;
  if (!select?.fromClause || select.withClause) return undefined;
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
