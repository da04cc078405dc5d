/** The catalogue of a cluster as plain data: what the explorer draws, what scripts are written from. */

export interface SchemaInfo {
  oid: string;
  name: string;
  owner: string;
  /** The service's own: `sys`. */
  system: boolean;
  comment?: string;
}

/** A table, a view or a sequence, as the list of a schema shows it. */
export interface RelationInfo {
  oid: string;
  schema: string;
  name: string;
  kind: 'table' | 'view' | 'sequence';
  owner: string;
  /** Rows as the last ANALYZE estimated them; undefined when there was none (reltuples -1), and for what holds no rows. */
  estimatedRows?: number;
  comment?: string;
}

/** A function or a procedure. */
export interface RoutineInfo {
  oid: string;
  schema: string;
  name: string;
  kind: 'function' | 'procedure' | 'aggregate' | 'window';
  /** Parameters as the declaration has them, defaults among them. */
  parameters: string;
  /** Types of the input parameters only: what tells overloads apart, in DROP and COMMENT. */
  identity: string;
  /** `TABLE(id bigint)`, `integer`; empty for procedures. */
  result: string;
  comment?: string;
}

/** Numbers as text: bigint does not fit a JavaScript number. */
export interface SequenceOptions {
  start: string;
  increment: string;
  minimum: string;
  maximum: string;
  /** 1, or at least 65536. */
  cache: string;
  cycle: boolean;
}

/** A sequence by itself; those behind identity columns are part of their column. */
export interface SequenceInfo {
  oid: string;
  schema: string;
  name: string;
  type: string;
  options: SequenceOptions;
  comment?: string;
}

export interface IdentityInfo {
  always: boolean;
  sequenceSchema: string;
  sequenceName: string;
  options?: SequenceOptions;
}

export interface ColumnInfo {
  name: string;
  /** From 1; gaps where columns were dropped. */
  position: number;
  /** As PostgreSQL displays it, with modifiers; types outside pg_catalog with their schema. */
  type: string;
  notNull: boolean;
  /** SQL text of the default. */
  default?: string;
  /** SQL text of GENERATED ALWAYS AS (…) STORED. */
  generated?: string;
  identity?: IdentityInfo;
  /** Only where it is not the type's own. */
  storage?: 'PLAIN' | 'EXTERNAL' | 'EXTENDED' | 'MAIN';
  comment?: string;
}

/** What happens to referencing rows. */
export type ReferentialAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';

export interface ForeignKeyInfo {
  schema: string;
  table: string;
  columns: string[];
  onUpdate: ReferentialAction;
  onDelete: ReferentialAction;
  /** Of SET NULL (cols) and SET DEFAULT (cols); empty for all. */
  onDeleteColumns: string[];
  matchFull: boolean;
}

export interface ConstraintInfo {
  name: string;
  kind: 'primary key' | 'unique' | 'foreign key' | 'check';
  columns: string[];
  /** False for NOT VALID: rows that were there before were not checked. */
  validated: boolean;
  deferrable: boolean;
  initiallyDeferred: boolean;
  /** Of a CHECK: its expression. */
  expression?: string;
  noInherit: boolean;
  references?: ForeignKeyInfo;
  comment?: string;
}

export interface IndexInfo {
  oid: string;
  schema: string;
  table: string;
  name: string;
  unique: boolean;
  primary: boolean;
  /** False while it is built and after its build failed. */
  valid: boolean;
  /** Keys as an index definition writes them: quoted names, expressions, NULLS FIRST where asked for. */
  keys: string[];
  /** Quoted names of INCLUDE. Empty for primary keys, whose index covers every column by itself. */
  includes: string[];
  nullsNotDistinct: boolean;
  /** The predicate of a partial index, without WHERE. */
  predicate?: string;
  /** The constraint it stands behind. */
  constraint?: string;
  comment?: string;
}

/** A table with all that its CREATE script needs. */
export interface TableInfo extends RelationInfo {
  columns: ColumnInfo[];
  constraints: ConstraintInfo[];
  indexes: IndexInfo[];
}

export interface DomainInfo {
  schema: string;
  name: string;
  type: string;
  notNull: boolean;
  default?: string;
  checks: { name: string; expression: string; validated: boolean }[];
  comment?: string;
}

export interface RoleInfo {
  oid: string;
  name: string;
  login: boolean;
  createRole: boolean;
  createDatabase: boolean;
  inherit: boolean;
  /** Of the service: `admin`, the owner of the catalogues, and what PostgreSQL calls `pg_…`. */
  system: boolean;
  /** Roles it is a member of. */
  memberOf: string[];
  /** IAM identities that may connect as this role. */
  arns: string[];
}

/** A privilege as GRANT writes it. */
export interface GrantInfo {
  grantee: string;
  privilege: string;
  objectKind: 'TABLE' | 'SEQUENCE' | 'SCHEMA' | 'FUNCTION';
  /** Quoted and qualified; functions with their parameter types. */
  object: string;
  grantable: boolean;
}

/** A row of sys.jobs. */
export interface JobInfo {
  id: string;
  /** submitted, processing, completed, failed, or a word that came later. */
  status: string;
  /** INDEX_BUILD, ANALYZE, DROP, VALIDATE_CONSTRAINT, or a word that came later. */
  type: string;
  /** Why it failed, or a note of the service. */
  details?: string;
  objectId: string;
  /** `schema.name` unquoted while the object exists. */
  objectName?: string;
  /** Milliseconds since the epoch. */
  startedMs?: number;
  updatedMs?: number;
}
