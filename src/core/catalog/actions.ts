/** The statements behind the explorer's actions. */
import type { IndexInfo, RelationInfo, RoleInfo, RoutineInfo, SchemaInfo, SequenceInfo } from './model';
import { qualifiedName } from './names';
import { sqlName } from '../dialect/names';
import { routineSignature } from './script/objects';

type Named = Pick<RelationInfo, 'schema' | 'name'>;

export const selectTopRows = (relation: Named, limit: number): string =>
  `SELECT * FROM ${qualifiedName(relation)} LIMIT ${limit}`;

export const countRows = (relation: Named): string => `SELECT count(*) FROM ${qualifiedName(relation)}`;

/** What can be dropped. */
export type Droppable =
  | { kind: 'schema'; schema: SchemaInfo }
  | { kind: 'table' | 'view'; relation: RelationInfo }
  | { kind: 'sequence'; sequence: SequenceInfo }
  | { kind: 'routine'; routine: RoutineInfo }
  | { kind: 'index'; index: IndexInfo }
  | { kind: 'role'; role: RoleInfo };

/** The DROP of an object. Nothing cascades: what depends on the object keeps it, and the server says what that is. */
export function dropStatement(target: Droppable): string {
  switch (target.kind) {
    case 'schema':
      return `DROP SCHEMA ${sqlName(target.schema.name)}`;
    case 'table':
      return `DROP TABLE ${qualifiedName(target.relation)}`;
    case 'view':
      return `DROP VIEW ${qualifiedName(target.relation)}`;
    case 'sequence':
      return `DROP SEQUENCE ${qualifiedName(target.sequence)}`;
    case 'routine':
      return `DROP FUNCTION ${routineSignature(target.routine)}`;
    case 'index':
      return `DROP INDEX ${qualifiedName(target.index)}`;
    case 'role':
      return `DROP ROLE ${sqlName(target.role.name)}`;
  }
}

/** Its name by itself, as people call it: what has to be typed to drop it on production. */
export function droppableName(target: Droppable): string {
  switch (target.kind) {
    case 'schema':
      return target.schema.name;
    case 'table':
    case 'view':
      return target.relation.name;
    case 'sequence':
      return target.sequence.name;
    case 'routine':
      return target.routine.name;
    case 'index':
      return target.index.name;
    case 'role':
      return target.role.name;
  }
}
