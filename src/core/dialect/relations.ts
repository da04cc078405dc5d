/** Which tables, views and sequences a statement names. */
import type { Node, RangeVar } from 'libpg-query';
import { all, as, namesOf, type NodeOf, type NodeTag } from './tree';

/** Stands for every relation: the statement changes objects it does not name, such as all tables of a schema. */
export const EVERY_RELATION = '*';

type Naming = Partial<Record<'relation' | 'pktable' | 'sequence' | 'view', RangeVar>>;

/** Unqualified names of the relations that a node names itself; not those of the nodes below it. */
export function relationsNamedBy(tag: NodeTag, node: object): string[] {
  switch (tag) {
    case 'RangeVar':
      return nameOf(node as RangeVar);
    case 'DropStmt': {
      const drop = node as NodeOf<'DropStmt'>;
      if (drop.removeType === 'OBJECT_SCHEMA') return [EVERY_RELATION];
      return /TABLE|VIEW|SEQUENCE|INDEX/.test(drop.removeType ?? '') ? (drop.objects ?? []).flatMap(lastName) : [];
    }
    case 'CommentStmt': {
      const { objtype, object } = node as NodeOf<'CommentStmt'>;
      return /TABLE|VIEW|SEQUENCE/.test(objtype ?? '') ? lastName(object) : [];
    }
    case 'GrantStmt':
      return (node as NodeOf<'GrantStmt'>).targtype === 'ACL_TARGET_ALL_IN_SCHEMA' ? [EVERY_RELATION] : [];
    case 'DropOwnedStmt':
    case 'ReassignOwnedStmt':
      return [EVERY_RELATION];
    default: {
      const { relation, pktable, sequence, view } = node as Naming;
      return [relation, pktable, sequence, view].flatMap(nameOf);
    }
  }
}

const nameOf = (relation: RangeVar | undefined): string[] =>
  typeof relation?.relname === 'string' ? [relation.relname] : [];

function lastName(object: Node | undefined): string[] {
  const list = as(object, 'List');
  return list ? namesOf(all(list.items, 'String').map(String => ({ String }))).slice(-1) : [];
}
