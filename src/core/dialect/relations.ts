/** Which tables, views and sequences a statement names. */
import type { Node, RangeVar } from 'libpg-query';
import type { NamedRelation } from './contract';
import { as, namesOf, type NodeOf, type NodeTag } from './tree';

/** Stands for every relation: the statement changes objects it does not name, such as all tables of a schema. */
export const EVERY_RELATION = '*';

/** Kinds of objects that are relations, or have a name in a schema as relations do and belong to one. */
const NAMED_AS_RELATIONS = /TABLE|VIEW|SEQUENCE|INDEX|STATISTIC/;

type Naming = Partial<Record<'relation' | 'pktable' | 'sequence' | 'view', RangeVar>>;

/** A relation by its name, and its schema where one is written. */
export const namedRelation = (name: string, schema?: string): NamedRelation =>
  schema ? { schema, name, key: `${schema}\0${name}` } : { name, key: name };

/** The relations that a node names itself; not those of the nodes below it. */
export function relationsNamedBy(tag: NodeTag, node: object): NamedRelation[] {
  switch (tag) {
    case 'RangeVar':
      return nameOf(node);
    case 'DropStmt': {
      const drop = node as NodeOf<'DropStmt'>;
      if (drop.removeType === 'OBJECT_SCHEMA') return allIn(drop.objects);
      return NAMED_AS_RELATIONS.test(drop.removeType ?? '')
        ? (drop.objects ?? []).flatMap(object => listed(object))
        : [];
    }
    case 'CommentStmt': {
      const { objtype, object } = node as NodeOf<'CommentStmt'>;
      if (objtype === 'OBJECT_COLUMN' || objtype === 'OBJECT_TABCONSTRAINT') return listed(object, 1);
      return NAMED_AS_RELATIONS.test(objtype ?? '') ? listed(object) : [];
    }
    case 'RenameStmt': {
      const { renameType, relation, object, subname } = node as NodeOf<'RenameStmt'>;
      if (renameType === 'OBJECT_SCHEMA') return subname ? [namedRelation(EVERY_RELATION, subname)] : [];
      return renameType === 'OBJECT_STATISTIC_EXT' ? listed(object) : nameOf(relation);
    }
    case 'AlterStatsStmt':
      return named((node as NodeOf<'AlterStatsStmt'>).defnames);
    case 'GrantStmt': {
      const { targtype, objects } = node as NodeOf<'GrantStmt'>;
      return targtype === 'ACL_TARGET_ALL_IN_SCHEMA' ? allIn(objects) : [];
    }
    case 'DropOwnedStmt':
    case 'ReassignOwnedStmt':
      return [namedRelation(EVERY_RELATION)];
    default: {
      const { relation, pktable, sequence, view } = node as Naming;
      return [relation, pktable, sequence, view].flatMap(nameOf);
    }
  }
}

/** PostgreSQL's own catalogue and DSQL's views of it: nobody's DDL changes what they look like. */
export const isCatalogRelation = ({ schema, name }: NamedRelation): boolean =>
  schema === undefined
    ? name.startsWith('pg_')
    : schema === 'pg_catalog' || schema === 'information_schema' || schema === 'sys';

const nameOf = (relation: RangeVar | undefined): NamedRelation[] =>
  typeof relation?.relname === 'string' ? [namedRelation(relation.relname, relation.schemaname)] : [];

const allIn = (schemas: readonly Node[] | undefined): NamedRelation[] =>
  namesOf(schemas).map(schema => namedRelation(EVERY_RELATION, schema));

/** `own`: so many names at the end are those of a part of the relation. */
function listed(object: Node | undefined, own = 0): NamedRelation[] {
  const items = as(object, 'List')?.items;
  return named(items?.slice(0, items.length - own));
}

function named(parts: readonly Node[] | undefined): NamedRelation[] {
  const names = namesOf(parts);
  return names.length > 0 ? [namedRelation(names.at(-1)!, names.at(-2))] : [];
}
