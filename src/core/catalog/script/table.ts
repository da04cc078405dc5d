import type { ColumnInfo, ConstraintInfo, IndexInfo, TableInfo } from '../model';
import { qualifiedName } from '../names';
import { sqlName } from '../../dialect/names';
import { columnList, commentOn, sequenceClauses, type Script } from './statement';

/** A table with everything on it: CREATE TABLE, what had to be added later, its indexes, and its comments. */
export function tableScript(table: TableInfo): Script {
  const inline = table.constraints.filter(isInline);
  const elements = [
    ...table.columns.map(column => columnDefinition(column, table)),
    ...inline.map(constraint => constraintDefinition(constraint, table)),
  ];
  const name = qualifiedName(table);
  const create = elements.length > 0 ? `(\n${elements.map(element => `  ${element}`).join(',\n')}\n)` : '()';
  return [
    `CREATE TABLE ${name} ${create}`,
    ...table.constraints
      .filter(constraint => !isInline(constraint))
      .map(constraint => addConstraint(table, constraint)),
    ...table.indexes.filter(({ constraint }) => constraint === undefined).map(createIndex),
    ...tableComments(table),
  ];
}

/** ALTER TABLE … ADD CONSTRAINT … NOT VALID: DSQL adds a foreign key or a check to a table in no other form. */
export const addConstraint = (table: TableInfo, constraint: ConstraintInfo): string =>
  `ALTER TABLE ${qualifiedName(table)} ADD ${constraintDefinition(constraint, table)} NOT VALID`;

/** The job that checks the rows that were there before. */
export const validateConstraint = (table: TableInfo, constraint: ConstraintInfo): string =>
  `ALTER TABLE ASYNC ${qualifiedName(table)} VALIDATE CONSTRAINT ${sqlName(constraint.name)}`;

/** CREATE INDEX ASYNC. The index comes into the table's schema; DSQL takes no schema in its name. */
export function createIndex(index: IndexInfo): string {
  const parts = [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ASYNC ${sqlName(index.name)}`,
    `ON ${qualifiedName({ schema: index.schema, name: index.table })} (${index.keys.join(', ')})`,
  ];
  if (index.includes.length > 0) parts.push(`INCLUDE (${index.includes.join(', ')})`);
  if (index.nullsNotDistinct) parts.push('NULLS NOT DISTINCT');
  if (index.predicate !== undefined) parts.push(`WHERE ${index.predicate}`);
  return parts.join(' ');
}

/** A check or a foreign key that was never validated cannot be written into CREATE TABLE. */
const isInline = ({ kind, validated }: ConstraintInfo): boolean =>
  validated || kind === 'primary key' || kind === 'unique';

function columnDefinition(column: ColumnInfo, table: TableInfo): string {
  const parts = [sqlName(column.name), column.type];
  if (column.storage) parts.push(`STORAGE ${column.storage}`);
  if (column.default !== undefined) parts.push(`DEFAULT ${column.default}`);
  if (column.generated !== undefined) parts.push(`GENERATED ALWAYS AS (${column.generated}) STORED`);
  if (column.identity) parts.push(identityClause(column, table));
  if (column.notNull && !column.identity && !isKeyColumn(column, table)) parts.push('NOT NULL');
  return parts.join(' ');
}

/** Primary keys and identity make their columns NOT NULL by themselves. */
const isKeyColumn = ({ name }: ColumnInfo, table: TableInfo): boolean =>
  table.constraints.some(({ kind, columns }) => kind === 'primary key' && columns.includes(name));

/** DSQL wants the cache size spelled out: 1, or at least 65536. */
function identityClause({ name, identity }: ColumnInfo, table: TableInfo): string {
  const { always, sequenceName, sequenceSchema, options } = identity ?? { always: true };
  const ownName = sequenceName && (sequenceName !== `${table.name}_${name}_seq` || sequenceSchema !== table.schema);
  const named = ownName ? `SEQUENCE NAME ${qualifiedName({ schema: sequenceSchema ?? '', name: sequenceName })} ` : '';
  const clauses = options ? sequenceClauses(options) : 'CACHE 65536';
  return `GENERATED ${always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY (${named}${clauses})`;
}

function constraintDefinition(constraint: ConstraintInfo, table: TableInfo): string {
  return [`CONSTRAINT ${sqlName(constraint.name)}`, constraintBody(constraint, table), deferral(constraint)]
    .filter(Boolean)
    .join(' ');
}

function constraintBody(constraint: ConstraintInfo, table: TableInfo): string {
  switch (constraint.kind) {
    case 'primary key':
      return `PRIMARY KEY ${columnList(constraint.columns)}`;
    case 'unique': {
      const index = table.indexes.find(candidate => candidate.constraint === constraint.name);
      const nulls = index?.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
      const includes = index && index.includes.length > 0 ? ` INCLUDE (${index.includes.join(', ')})` : '';
      return `UNIQUE${nulls} ${columnList(constraint.columns)}${includes}`;
    }
    case 'check':
      return `CHECK (${constraint.expression ?? 'true'})${constraint.noInherit ? ' NO INHERIT' : ''}`;
    case 'foreign key':
      return foreignKey(constraint);
  }
}

function foreignKey({ columns, references }: ConstraintInfo): string {
  if (!references) return '';
  const { schema, table, onDelete, onUpdate, onDeleteColumns, matchFull } = references;
  const parts = [
    `FOREIGN KEY ${columnList(columns)} REFERENCES ${qualifiedName({ schema, name: table })} ${columnList(references.columns)}`,
  ];
  if (matchFull) parts.push('MATCH FULL');
  if (onUpdate !== 'NO ACTION') parts.push(`ON UPDATE ${onUpdate}`);
  if (onDelete !== 'NO ACTION') {
    parts.push(`ON DELETE ${onDelete}${onDeleteColumns.length > 0 ? ` ${columnList(onDeleteColumns)}` : ''}`);
  }
  return parts.join(' ');
}

const deferral = ({ deferrable, initiallyDeferred }: ConstraintInfo): string =>
  deferrable ? `DEFERRABLE${initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : '';

function tableComments(table: TableInfo): Script {
  const name = qualifiedName(table);
  return [
    ...commentOn(`TABLE ${name}`, table.comment),
    ...table.columns.flatMap(column => commentOn(`COLUMN ${name}.${sqlName(column.name)}`, column.comment)),
    ...table.constraints.flatMap(constraint =>
      commentOn(`CONSTRAINT ${sqlName(constraint.name)} ON ${name}`, constraint.comment),
    ),
    ...table.indexes.flatMap(index => commentOn(`INDEX ${qualifiedName(index)}`, index.comment)),
  ];
}
