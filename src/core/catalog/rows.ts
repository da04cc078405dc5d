/** From rows of CATALOG_QUERIES to the model. */
import type { QueryResult } from '../sql/database-port';
import type {
  ColumnInfo,
  ConstraintInfo,
  DomainInfo,
  GrantInfo,
  IdentityInfo,
  IndexInfo,
  JobInfo,
  ReferentialAction,
  RelationInfo,
  RoleInfo,
  RoutineInfo,
  SchemaInfo,
  SequenceInfo,
  SequenceOptions,
} from './model';
import { sqlName } from '../dialect/names';
import { parseTextArray } from './text-array';

/** A row by its columns' names. */
export type CatalogRow = Record<string, string | null>;

export const rowsOf = ({ columns, rows }: QueryResult): CatalogRow[] =>
  rows.map(row => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])));

const text = (row: CatalogRow, column: string): string => row[column] ?? '';
const truth = (row: CatalogRow, column: string): boolean => row[column] === 't' || row[column] === 'true';
/** The property is left out where the value is NULL. */
const optional = <K extends string>(key: K, value: string | null | undefined): { [P in K]?: string } =>
  (value == null ? {} : { [key]: value }) as { [P in K]?: string };

export const schemaOf = (row: CatalogRow): SchemaInfo => ({
  oid: text(row, 'oid'),
  name: text(row, 'name'),
  owner: text(row, 'owner'),
  system: row.name === 'sys',
  ...optional('comment', row.comment),
});

const RELATION_KINDS: Record<string, RelationInfo['kind']> = { r: 'table', v: 'view', S: 'sequence' };

export function relationOf(row: CatalogRow): RelationInfo {
  const kind = RELATION_KINDS[text(row, 'kind')] ?? 'table';
  const tuples = Number(row.tuples);
  return {
    oid: text(row, 'oid'),
    schema: text(row, 'schema'),
    name: text(row, 'name'),
    kind,
    owner: text(row, 'owner'),
    ...(kind === 'table' && tuples >= 0 && { estimatedRows: tuples }),
    ...optional('comment', row.comment),
  };
}

const ROUTINE_KINDS: Record<string, RoutineInfo['kind']> = {
  f: 'function',
  p: 'procedure',
  a: 'aggregate',
  w: 'window',
};

export const routineOf = (row: CatalogRow): RoutineInfo => ({
  oid: text(row, 'oid'),
  schema: text(row, 'schema'),
  name: text(row, 'name'),
  kind: ROUTINE_KINDS[text(row, 'kind')] ?? 'function',
  parameters: text(row, 'parameters'),
  identity: text(row, 'identity'),
  result: text(row, 'result'),
  ...optional('comment', row.comment),
});

const sequenceOptions = (row: CatalogRow): SequenceOptions => ({
  start: text(row, 'start'),
  increment: text(row, 'increment'),
  minimum: text(row, 'minimum'),
  maximum: text(row, 'maximum'),
  cache: text(row, 'cache'),
  cycle: truth(row, 'cycle'),
});

export const sequenceOf = (row: CatalogRow): SequenceInfo => ({
  oid: text(row, 'oid'),
  schema: text(row, 'schema'),
  name: text(row, 'name'),
  type: text(row, 'type'),
  options: sequenceOptions(row),
  ...optional('comment', row.comment),
});

/** @param checks rows of `domainChecks` */
export const domainOf = (row: CatalogRow, checks: CatalogRow[]): DomainInfo => ({
  schema: text(row, 'schema'),
  name: text(row, 'name'),
  type: text(row, 'type'),
  notNull: truth(row, 'notnull'),
  ...optional('default', row.default),
  checks: checks
    .filter(check => check.domain === row.name)
    .map(check => ({
      name: text(check, 'name'),
      expression: text(check, 'expression'),
      validated: truth(check, 'validated'),
    })),
  ...optional('comment', row.comment),
});

const STORAGE: Record<string, ColumnInfo['storage']> = { p: 'PLAIN', e: 'EXTERNAL', x: 'EXTENDED', m: 'MAIN' };

/** @param identities rows of `identities`; none where pg_sequence did not answer, then options are missing */
export function columnOf(row: CatalogRow, identities: CatalogRow[]): ColumnInfo {
  const sequence = identities.find(identity => identity.column === row.name);
  const identity: IdentityInfo | undefined = row.identity
    ? {
        always: row.identity === 'a',
        sequenceSchema: sequence ? text(sequence, 'schema') : '',
        sequenceName: sequence ? text(sequence, 'name') : '',
        ...(sequence && { options: sequenceOptions(sequence) }),
      }
    : undefined;
  const storage = STORAGE[row.storage ?? ''];
  return {
    name: text(row, 'name'),
    position: Number(row.position),
    type: text(row, 'type'),
    notNull: truth(row, 'notnull'),
    ...optional(row.generated ? 'generated' : 'default', row.default),
    ...(identity && { identity }),
    ...(storage && { storage }),
    ...optional('comment', row.comment),
  };
}

const CONSTRAINT_KINDS: Record<string, ConstraintInfo['kind']> = {
  p: 'primary key',
  u: 'unique',
  f: 'foreign key',
  c: 'check',
};
const ACTIONS: Record<string, ReferentialAction> = {
  a: 'NO ACTION',
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};

export function constraintOf(row: CatalogRow): ConstraintInfo {
  const kind = CONSTRAINT_KINDS[text(row, 'kind')] ?? 'check';
  return {
    name: text(row, 'name'),
    kind,
    columns: parseTextArray(row.columns),
    validated: truth(row, 'validated'),
    deferrable: truth(row, 'deferrable'),
    initiallyDeferred: truth(row, 'deferred'),
    noInherit: kind === 'check' && truth(row, 'noinherit'),
    ...optional('expression', row.expression),
    ...(kind === 'foreign key' && {
      references: {
        schema: text(row, 'ref_schema'),
        table: text(row, 'ref_table'),
        columns: parseTextArray(row.ref_columns),
        onUpdate: ACTIONS[text(row, 'on_update')] ?? 'NO ACTION',
        onDelete: ACTIONS[text(row, 'on_delete')] ?? 'NO ACTION',
        onDeleteColumns: parseTextArray(row.on_delete_columns),
        matchFull: row.match === 'f',
      },
    }),
    ...optional('comment', row.comment),
  };
}

export function indexOf(row: CatalogRow): IndexInfo {
  const parts = parseTextArray(row.parts);
  const keyCount = Number(row.key_count);
  const primary = truth(row, 'primary');
  return {
    oid: text(row, 'oid'),
    schema: text(row, 'schema'),
    table: text(row, 'table'),
    name: text(row, 'name'),
    unique: truth(row, 'unique'),
    primary,
    valid: truth(row, 'valid'),
    keys: parts.slice(0, keyCount),
    includes: primary ? [] : parts.slice(keyCount),
    nullsNotDistinct: truth(row, 'nulls_not_distinct'),
    ...optional('predicate', row.predicate),
    ...optional('constraint', row.constraint),
    ...optional('comment', row.comment),
  };
}

/** PostgreSQL's number of the role that owns its catalogues, whatever its name. */
const BOOTSTRAP_SUPERUSER = '10';

/** @param mappings rows of `iamMappings` */
export const roleOf = (row: CatalogRow, mappings: CatalogRow[]): RoleInfo => ({
  oid: text(row, 'oid'),
  name: text(row, 'name'),
  login: truth(row, 'login'),
  createRole: truth(row, 'create_role'),
  createDatabase: truth(row, 'create_database'),
  inherit: truth(row, 'inherit'),
  system: row.name === 'admin' || row.oid === BOOTSTRAP_SUPERUSER || text(row, 'name').startsWith('pg_'),
  memberOf: parseTextArray(row.member_of),
  arns: mappings.filter(mapping => mapping.role === row.name).map(mapping => text(mapping, 'arn')),
});

/** A row of the grants on relations or, where it has no relation's name, on schemas. */
export function grantOf(row: CatalogRow): GrantInfo {
  const schema = sqlName(text(row, 'schema'));
  return {
    grantee: text(row, 'grantee'),
    privilege: text(row, 'privilege'),
    objectKind: row.name == null ? 'SCHEMA' : row.kind === 'S' ? 'SEQUENCE' : 'TABLE',
    object: row.name == null ? schema : `${schema}.${sqlName(row.name)}`,
    grantable: truth(row, 'grantable'),
  };
}

const milliseconds = (value: string | null | undefined): number | undefined =>
  value == null || value === '' ? undefined : Number(value);

export function jobOf(row: CatalogRow): JobInfo {
  const startedMs = milliseconds(row.started_ms);
  const updatedMs = milliseconds(row.updated_ms);
  return {
    id: text(row, 'id'),
    status: text(row, 'status'),
    type: text(row, 'type'),
    objectId: text(row, 'object_id'),
    ...optional('details', row.details),
    ...optional('objectName', row.object_name),
    ...(startedMs !== undefined && { startedMs }),
    ...(updatedMs !== undefined && { updatedMs }),
  };
}
