/** The tree as plain data. Drawn by ./items, loaded by ./children. */
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { IndexState } from '../../core/catalog/jobs';
import type {
  ColumnInfo,
  ConstraintInfo,
  IndexInfo,
  JobInfo,
  RelationInfo,
  RoleInfo,
  RoutineInfo,
  SchemaInfo,
  SequenceInfo,
  TableInfo,
} from '../../core/catalog/model';

interface Base {
  /** Unique in the tree and the same after a refresh, so that VS Code keeps what is expanded. */
  id: string;
  profileId: string;
}

export type SchemaGroup = 'tables' | 'views' | 'sequences' | 'routines';
export type TableGroup = 'columns' | 'constraints' | 'indexes';

export interface ClusterNode extends Base {
  kind: 'cluster';
  profile: ConnectionProfile;
  current: boolean;
  reachable: boolean;
}
export interface SchemaNode extends Base {
  kind: 'schema';
  schema: SchemaInfo;
}
export interface SchemaGroupNode extends Base {
  kind: 'schemaGroup';
  group: SchemaGroup;
  schema: SchemaInfo;
  /** Known before it is opened, except for functions. */
  relations?: RelationInfo[];
}
export interface RelationNode extends Base {
  kind: 'table' | 'view';
  relation: RelationInfo;
}
export interface SequenceNode extends Base {
  kind: 'sequence';
  sequence: SequenceInfo;
}
export interface RoutineNode extends Base {
  kind: 'routine';
  routine: RoutineInfo;
}
export interface TableGroupNode extends Base {
  kind: 'tableGroup';
  group: TableGroup;
  table: TableInfo;
  indexStates: Record<string, IndexState>;
}
export interface ColumnNode extends Base {
  kind: 'column';
  table: TableInfo;
  column: ColumnInfo;
}
export interface ConstraintNode extends Base {
  kind: 'constraint';
  table: TableInfo;
  constraint: ConstraintInfo;
}
export interface IndexNode extends Base {
  kind: 'index';
  index: IndexInfo;
  state: IndexState;
}
export interface RolesNode extends Base {
  kind: 'roles';
}
export interface RoleNode extends Base {
  kind: 'role';
  role: RoleInfo;
}
export interface ArnNode extends Base {
  kind: 'arn';
  role: RoleInfo;
  arn: string;
}
export interface JobsNode extends Base {
  kind: 'jobs';
}
export interface JobNode extends Base {
  kind: 'job';
  job: JobInfo;
}
/** Nothing there. */
export interface EmptyNode extends Base {
  kind: 'empty';
  what: SchemaGroup | TableGroup | 'roles' | 'jobs';
}
/** The local cluster is not running. */
export interface StartNode extends Base {
  kind: 'start';
}
/** What could not be read, and why. */
export interface FailureNode extends Base {
  kind: 'failure';
  error: unknown;
  /** What is asked for again on retry. */
  of: ExplorerNode;
}

export type ExplorerNode =
  | ClusterNode
  | SchemaNode
  | SchemaGroupNode
  | RelationNode
  | SequenceNode
  | RoutineNode
  | TableGroupNode
  | ColumnNode
  | ConstraintNode
  | IndexNode
  | RolesNode
  | RoleNode
  | ArnNode
  | JobsNode
  | JobNode
  | EmptyNode
  | StartNode
  | FailureNode;

/** The column is part of the primary key, or refers to another table. */
export function columnKey({ table, column }: ColumnNode): 'primary' | 'foreign' | undefined {
  const of = (kind: ConstraintInfo['kind']) =>
    table.constraints.some(constraint => constraint.kind === kind && constraint.columns.includes(column.name));
  return of('primary key') ? 'primary' : of('foreign key') ? 'foreign' : undefined;
}
