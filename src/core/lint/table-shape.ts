/** Tables as the statements of a text define them: enough to judge later statements of the same text. */
import type { ColumnDef, CreateStmt } from 'libpg-query';
import { all, as, namesOf, relationName } from '../dialect/tree';
import { writtenType, type WrittenType } from '../dialect/type-names';

export interface ColumnShape {
  name: string;
  type: WrittenType;
  /** Byte offset of the column in the parsed text, and of its type. */
  location: number;
  typeLocation: number;
  identity: boolean;
  /** Name of the function in `DEFAULT f()`, without schema. */
  defaultFunction?: string;
}

/** What a CREATE TABLE says of keys and columns: as much as rules about indexes and rows need. */
export interface TableShape {
  /** As `relationName` writes it. */
  name: string;
  columns: ColumnShape[];
  /** Columns of the primary key in its order; empty without one. */
  key: string[];
  /** Name of the primary key's constraint, where known. */
  keyName: string;
  /** The columns are all in the statement: neither LIKE nor INHERITS nor PARTITION OF nor OF. */
  complete: boolean;
}

/** The table a CREATE TABLE defines. */
export function tableShape(create: CreateStmt): TableShape {
  const definitions = all(create.tableElts, 'ColumnDef');
  const columns = definitions.map(columnShape);
  const shape: TableShape = {
    name: relationName(create.relation),
    columns,
    key: [],
    keyName: `${create.relation?.relname ?? ''}_pkey`,
    complete:
      all(create.tableElts, 'TableLikeClause').length === 0 &&
      (create.inhRelations?.length ?? 0) === 0 &&
      create.partbound === undefined &&
      create.ofTypename === undefined,
  };
  definitions.forEach((column, at) => {
    const own = all(column.constraints, 'Constraint').find(({ contype }) => contype === 'CONSTR_PRIMARY');
    if (!own) return;
    shape.key = [columns[at]?.name ?? ''];
    if (own.conname) shape.keyName = own.conname;
  });
  const constraint = all(create.tableElts, 'Constraint').find(({ contype }) => contype === 'CONSTR_PRIMARY');
  if (constraint) {
    shape.key = namesOf(constraint.keys);
    if (constraint.conname) shape.keyName = constraint.conname;
  }
  return shape;
}

function columnShape(column: ColumnDef): ColumnShape {
  const constraints = all(column.constraints, 'Constraint');
  const value = constraints.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr;
  const called = namesOf(as(value, 'FuncCall')?.funcname).at(-1);
  const now = as(value, 'SQLValueFunction')?.op;
  const defaultFunction = called ?? (now?.startsWith('SVFOP_CURRENT_TIMESTAMP') ? 'now' : undefined);
  return {
    name: column.colname ?? '',
    type: writtenType(column.typeName),
    location: column.location ?? 0,
    typeLocation: column.typeName?.location ?? column.location ?? 0,
    identity: constraints.some(({ contype }) => contype === 'CONSTR_IDENTITY'),
    ...(defaultFunction !== undefined && { defaultFunction }),
  };
}
