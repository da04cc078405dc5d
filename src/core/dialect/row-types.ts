/**
 * Columns and domains of a row type (a table's, a view's or one of the catalogue's), which only the catalogue knows from domains, and the
 * columns that LIKE brings, of views and catalogues too. Such types are not in the User Guide's list of types; the text is the recorded one
 * of every other type that cannot be stored (2026-09).
 */
import type { Node, TypeName } from 'libpg-query';
import type { Precondition } from './contract';
import { identifier, literal, regclass } from './sql-text';
import { all, as, namesOf } from './tree';
import { STORABLE, writtenType } from './type-names';

const unsupported = (sql: string): Precondition => ({
  sql,
  refusal: { ruleId: 'unsupported_type', sqlstate: '0A000', message: 'datatype {1} not supported' },
});

/** The questions that the types of new columns or of a new domain raise; none for PostgreSQL's own types that a statement names. */
export function typePreconditions(node: Node): Precondition[] {
  const named = typesOf(node).flatMap(type => {
    const written = writtenType(type);
    if (written.builtIn || written.array || written.serial) return [];
    const name = namesOf(type?.names).map(identifier).join('.');
    const ofRow = `t.oid = to_regtype(${literal(name)}) AND t.typtype = 'c'`;
    return unsupported(`SELECT format_type(t.oid, NULL) FROM pg_type t WHERE ${ofRow}`);
  });
  return [...named, ...likePreconditions(node)];
}

function likePreconditions(node: Node): Precondition[] {
  const types = [...STORABLE].map(name => `'${name}'::regtype`).join(', ');
  return all(as(node, 'CreateStmt')?.tableElts, 'TableLikeClause').map(({ relation }) => {
    const column = `a.attrelid = ${regclass(relation)} AND a.attnum > 0 AND NOT a.attisdropped`;
    return unsupported(
      `SELECT format_type(a.atttypid, NULL) FROM pg_attribute a WHERE ${column} AND sys.base_type_oid(a.atttypid) NOT IN (${types}) ORDER BY a.attnum`,
    );
  });
}

function typesOf(node: Node): (TypeName | undefined)[] {
  const create = as(node, 'CreateStmt');
  if (create) return all(create.tableElts, 'ColumnDef').map(column => column.typeName);
  const domain = as(node, 'CreateDomainStmt');
  if (domain) return [domain.typeName];
  const commands = all(as(node, 'AlterTableStmt')?.cmds, 'AlterTableCmd');
  return commands.flatMap(({ subtype, def }) =>
    subtype === 'AT_AddColumn' ? (as(def, 'ColumnDef')?.typeName ?? []) : [],
  );
}
