/** Where a statement's text names relations, those of WITH left out: names without a schema may mean them. */
import type { Node, RangeVar } from 'libpg-query';
import type { NamedRelation } from '../../core/dialect/contract';
import { byteToUtf16, parse } from '../../core/dialect/parser';
import { namedRelation } from '../../core/dialect/relations';
import { all, as, namesOf, type NodeOf } from '../../core/dialect/tree';

export interface PlacedName extends NamedRelation {
  /** Where the name begins, its schema with it, in UTF-16 units. */
  start: number;
}

/** In the order of the text, also in names of columns that begin with a schema; none of a text that does not parse. */
export function placedNames(text: string): PlacedName[] {
  const parsed = parse(text);
  if (parsed.type !== 'tree') return [];
  const places = new Map<number, PlacedName>();
  const add = (schema: string | undefined, name: string, location = 0): void => {
    const start = byteToUtf16(text, location);
    places.set(start, { ...namedRelation(name, schema), start });
  };
  const walk = (value: unknown, common: ReadonlySet<string>): void => {
    if (Array.isArray(value)) for (const each of value) walk(each, common);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const { relname, schemaname, location } = value as Partial<RangeVar>;
    if (relname !== undefined && (schemaname || !common.has(relname))) add(schemaname, relname, location);
    const { relation: target } = value as { relation?: RangeVar }; // is a table, whatever WITH says
    if (target?.relname !== undefined) add(target.schemaname, target.relname, target.location);
    const column = as(value as Node, 'ColumnRef');
    const [schema, table] = namesOf(column?.fields);
    if (column?.fields && column.fields.length > 2) add(schema, table!, column.location);
    const { withClause, ...others } = value as { withClause?: NodeOf<'WithClause'> };
    const below = new Set(common);
    const queries = all(withClause?.ctes, 'CommonTableExpr');
    if (withClause?.recursive) for (const { ctename } of queries) below.add(ctename ?? '');
    for (const { ctename, ctequery } of queries) {
      walk(ctequery, below);
      below.add(ctename ?? '');
    }
    walk(Object.values(others), below);
  };
  walk(parsed.statements, new Set());
  return [...places.values()].sort((a, b) => a.start - b.start);
}
