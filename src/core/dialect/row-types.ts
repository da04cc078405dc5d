/**
 * Columns and domains of a row type: a table's, a view's or one of the catalogue's. Only the catalogue knows them from domains. Such a
 * type is not in the User Guide's list of types; the text is the recorded one of every other type that cannot be stored (2026-09).
 */
import type { Node, TypeName } from 'libpg-query';
import type { Precondition } from './contract';
import { identifier, literal } from './sql-text';
import { all, as, namesOf } from './tree';
import { writtenType } from './type-names';

/** The questions that the types of new columns or of a new domain raise; none for PostgreSQL's own types. */
export function rowTypePreconditions(node: Node): Precondition[] {
  return typesOf(node).flatMap(type => {
    const written = writtenType(type);
    if (written.builtIn || written.array || written.serial) return [];
    const name = namesOf(type?.names).map(identifier).join('.');
    return [
      {
        sql: `SELECT format_type(t.oid, NULL) FROM pg_type t WHERE t.oid = to_regtype(${literal(name)}) AND t.typtype = 'c'`,
        refusal: { ruleId: 'unsupported_type', sqlstate: '0A000', message: 'datatype {1} not supported' },
      },
    ];
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
