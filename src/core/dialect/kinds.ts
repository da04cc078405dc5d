/** Which kind a statement is, and the tag PostgreSQL answers it with. */
import type { Node, ObjectType } from 'libpg-query';
import type { StatementKind } from './contract';
import { tagOf, type NodeOf, type NodeTag } from './tree';

const OBJECT_NAMES: Partial<Record<ObjectType, string>> = {
  OBJECT_TABCONSTRAINT: 'TABLE',
  OBJECT_DOMCONSTRAINT: 'DOMAIN',
  OBJECT_STATISTIC_EXT: 'STATISTICS',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_COLUMN: 'TABLE',
  OBJECT_ATTRIBUTE: 'TYPE',
  OBJECT_FDW: 'FOREIGN DATA WRAPPER',
  OBJECT_FOREIGN_SERVER: 'SERVER',
  OBJECT_OPCLASS: 'OPERATOR CLASS',
  OBJECT_OPFAMILY: 'OPERATOR FAMILY',
};

const objectName = (object: ObjectType | undefined): string =>
  object ? (OBJECT_NAMES[object] ?? object.replace('OBJECT_', '').replaceAll('_', ' ')) : '';

type Described<T extends NodeTag> = [StatementKind, string | ((node: NodeOf<T>) => string)];

const KINDS: { [T in NodeTag]?: Described<T> } = {
  SelectStmt: ['query', 'SELECT'],
  InsertStmt: ['dml', 'INSERT'],
  UpdateStmt: ['dml', 'UPDATE'],
  DeleteStmt: ['dml', 'DELETE'],
  MergeStmt: ['dml', 'MERGE'],
  CallStmt: ['call', 'CALL'],
  CopyStmt: ['copy', 'COPY'],
  ExplainStmt: ['explain', 'EXPLAIN'],
  VariableShowStmt: ['show', 'SHOW'],
  ConstraintsSetStmt: ['set-constraints', 'SET CONSTRAINTS'],
  VacuumStmt: ['analyze', node => (node.is_vacuumcmd ? 'VACUUM' : 'ANALYZE')],
  DeallocateStmt: ['other', node => (node.name ? 'DEALLOCATE' : 'DEALLOCATE ALL')],
  CreateStmt: ['ddl', 'CREATE TABLE'],
  IndexStmt: ['ddl', 'CREATE INDEX'],
  ViewStmt: ['ddl', 'CREATE VIEW'],
  CreateSchemaStmt: ['ddl', 'CREATE SCHEMA'],
  CreateSeqStmt: ['ddl', 'CREATE SEQUENCE'],
  CreateDomainStmt: ['ddl', 'CREATE DOMAIN'],
  CreateStatsStmt: ['ddl', 'CREATE STATISTICS'],
  CreateFunctionStmt: ['ddl', node => (node.is_procedure ? 'CREATE PROCEDURE' : 'CREATE FUNCTION')],
  CreateRoleStmt: ['ddl', 'CREATE ROLE'],
  AlterTableStmt: ['ddl', node => `ALTER ${objectName(node.objtype)}`],
  AlterSeqStmt: ['ddl', 'ALTER SEQUENCE'],
  AlterDomainStmt: ['ddl', 'ALTER DOMAIN'],
  AlterStatsStmt: ['ddl', 'ALTER STATISTICS'],
  AlterFunctionStmt: ['ddl', node => `ALTER ${objectName(node.objtype)}`],
  AlterRoleStmt: ['ddl', 'ALTER ROLE'],
  AlterRoleSetStmt: ['ddl', 'ALTER ROLE'],
  AlterDefaultPrivilegesStmt: ['ddl', 'ALTER DEFAULT PRIVILEGES'],
  AlterObjectSchemaStmt: ['ddl', node => `ALTER ${objectName(node.objectType)}`],
  AlterOwnerStmt: ['ddl', node => `ALTER ${objectName(node.objectType)}`],
  RenameStmt: [
    'ddl',
    node => `ALTER ${objectName(node.renameType === 'OBJECT_COLUMN' ? node.relationType : node.renameType)}`,
  ],
  DropStmt: ['ddl', node => `DROP ${objectName(node.removeType)}`],
  DropRoleStmt: ['ddl', 'DROP ROLE'],
  DropOwnedStmt: ['ddl', 'DROP OWNED'],
  ReassignOwnedStmt: ['ddl', 'REASSIGN OWNED'],
  TruncateStmt: ['ddl', 'TRUNCATE TABLE'],
  CommentStmt: ['ddl', 'COMMENT'],
  GrantStmt: ['ddl', node => (node.is_grant ? 'GRANT' : 'REVOKE')],
  GrantRoleStmt: ['ddl', node => (node.is_grant ? 'GRANT ROLE' : 'REVOKE ROLE')],
};

/** Kinds and tags of statements of transactions; what is not here has its name for a tag. */
const OF_TRANSACTIONS: Record<string, [StatementKind, string]> = {
  TRANS_STMT_BEGIN: ['begin', 'BEGIN'],
  TRANS_STMT_START: ['begin', 'START TRANSACTION'],
  TRANS_STMT_COMMIT: ['commit', 'COMMIT'],
  TRANS_STMT_ROLLBACK: ['rollback', 'ROLLBACK'],
  TRANS_STMT_ROLLBACK_TO: ['other', 'ROLLBACK'],
};

const transactionTag = (kind = ''): [StatementKind, string] =>
  OF_TRANSACTIONS[kind] ?? ['other', kind.replace('TRANS_STMT_', '').replaceAll('_', ' ')];

/** Kind and command tag of a statement, before writes in common table expressions are known. */
export function describe(node: Node): { kind: StatementKind; tag: string } {
  const name = tagOf(node);
  const content = (node as Record<string, unknown>)[name];
  if (name === 'TransactionStmt') {
    const [kind, tag] = transactionTag((content as NodeOf<'TransactionStmt'>).kind);
    return { kind, tag };
  }
  if (name === 'VariableSetStmt') {
    const set = (content as NodeOf<'VariableSetStmt'>).kind ?? '';
    return set.startsWith('VAR_RESET') ? { kind: 'reset', tag: 'RESET' } : { kind: 'set', tag: 'SET' };
  }
  const described = KINDS[name] as [StatementKind, string | ((node: unknown) => string)] | undefined;
  if (described) {
    const [kind, tag] = described;
    return { kind, tag: typeof tag === 'string' ? tag : tag(content) };
  }
  return { kind: /^(?:Create|Alter|Drop|Define|Rule|CompositeType)/.test(name) ? 'ddl' : 'other', tag: '' };
}
