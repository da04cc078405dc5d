import type { AlterOwnerStmt, CommentStmt, RenameStmt } from 'libpg-query';
import { as, namesOf } from '../tree';
import { SYSTEM_SCHEMAS } from '../unsupported-statements';
import { ruleMaker } from '../rule';

const rule = ruleMaker({ area: 'objects', since: '2026-09-15', grade: 'R', source: 'dsql-emulator recordings' });

/**
 * DROP TRIGGER and DROP EVENT TRIGGER are let through to say that there is none: their IF EXISTS forms succeed on a cluster (the grammar
 * of AWS's dsql-lint, which is what a live cluster accepted, May 2026).
 */
const NEVER_THERE = ['OBJECT_TRIGGER', 'OBJECT_EVENT_TRIGGER'];
const OWN = new Set<string | undefined>([
  ...['OBJECT_TABLE', 'OBJECT_INDEX', 'OBJECT_VIEW', 'OBJECT_SCHEMA', 'OBJECT_SEQUENCE', 'OBJECT_DOMAIN'],
  ...['OBJECT_FUNCTION', 'OBJECT_ROUTINE', 'OBJECT_STATISTIC_EXT'],
]);
const DROPPABLE = new Set<string | undefined>([...OWN, ...NEVER_THERE]);
const RENAMABLE = new Set<string | undefined>([
  ...OWN,
  ...['OBJECT_COLUMN', 'OBJECT_TABCONSTRAINT', 'OBJECT_DOMCONSTRAINT', 'OBJECT_ROLE'],
]);
const COMMENTABLE = new Set<string | undefined>([...RENAMABLE, 'OBJECT_DATABASE', 'OBJECT_TYPE']);
const OWNABLE = new Set<string | undefined>([...OWN, 'OBJECT_DATABASE']);

const INFERRED = { grade: 'G', source: 'by analogy with DROP and RENAME' } as const;
const NOTHING = 'DSQL has no objects of this kind.';

/** What is renamed, gets another owner or a comment, where it has a plain name. */
function changed(statement: RenameStmt | AlterOwnerStmt | CommentStmt): { kind?: string; name?: string } {
  if ('renameType' in statement) return { kind: statement.renameType, name: statement.subname };
  const { object } = statement as AlterOwnerStmt | CommentStmt;
  const kind = 'objtype' in statement ? statement.objtype : (statement as AlterOwnerStmt).objectType;
  return { kind, name: as(object, 'String')?.sval };
}

/** Which objects DROP, RENAME, COMMENT and their like may name, and domains. */
export const objectRules = [
  rule(
    'DropStmt',
    {
      id: 'drop_object',
      message: 'unsupported object in DROP statement',
      remedy: `${NOTHING} A domain is dropped with DROP DOMAIN.`,
    },
    statement => !DROPPABLE.has(statement.removeType),
  ),
  rule(
    'DropStmt',
    {
      id: 'drop_domain_cascade',
      message: 'DROP DOMAIN with CASCADE unsupported',
      grade: 'C',
      source: 'dsqlbase 2026-10-03',
      remedy: 'Drop the columns of the domain first, then DROP DOMAIN.',
    },
    statement => statement.removeType === 'OBJECT_DOMAIN' && statement.behavior === 'DROP_CASCADE',
  ),
  rule(
    'DropStmt',
    {
      id: 'drop_index_concurrently',
      message: 'DROP INDEX CONCURRENTLY must be first action in transaction',
      grade: 'C',
      source: 'pistachio 2026-10-10 (SQLSTATE not confirmed)',
      remedy: 'Write DROP INDEX without CONCURRENTLY: it blocks nobody.',
    },
    statement => statement.removeType === 'OBJECT_INDEX' && statement.concurrent === true,
  ),
  rule(
    'DropStmt',
    {
      id: 'drop_system_schema',
      sqlstate: '42501',
      message: 'must be owner of schema {schema}',
      since: '2026-08-19',
      grade: 'C',
      source: 'a PostgREST conformance project, a live cluster 2026-08-19, for public; PostgreSQL’s own text',
      remedy: 'Keep the schemas of the service; create and drop your own.',
    },
    statement => {
      const schemas = statement.removeType === 'OBJECT_SCHEMA' ? namesOf(statement.objects) : [];
      const schema = schemas.find(name => SYSTEM_SCHEMAS.has(name));
      return schema !== undefined && { values: { schema } };
    },
  ),
  rule(
    ['RenameStmt', 'AlterOwnerStmt', 'CommentStmt'],
    {
      id: 'alter_system_schema',
      sqlstate: '42501',
      message: 'must be owner of schema {schema}',
      since: '2026-08-19',
      grade: 'C',
      source:
        'a PostgREST conformance project, a live cluster 2026-08-19, for COMMENT ON and DROP SCHEMA public; the others are inferred',
      remedy: 'Keep the schemas of the service; create and alter your own.',
    },
    statement => {
      const { kind, name } = changed(statement);
      return kind === 'OBJECT_SCHEMA' && SYSTEM_SCHEMAS.has(name ?? '') && { values: { schema: name ?? '' } };
    },
  ),
  rule(
    ['RenameStmt', 'AlterOwnerStmt'],
    {
      id: 'alter_system_entity',
      message: 'feature not supported on system entity',
      grade: 'G',
      source: 'User Guide: the role admin cannot be altered; text from GRANT ON SCHEMA public',
      remedy: 'Keep the role of the service; create and alter your own.',
    },
    statement => {
      const { kind, name } = changed(statement);
      return kind === 'OBJECT_ROLE' && name === 'admin';
    },
  ),
  rule(
    'RenameStmt',
    { id: 'rename_object', message: 'unsupported object in RENAME statement', remedy: NOTHING },
    ({ renameType, relationType }) =>
      !RENAMABLE.has(renameType) || (renameType === 'OBJECT_COLUMN' && !OWN.has(relationType)),
  ),
  rule(
    'CommentStmt',
    { id: 'comment_object', message: 'unsupported object in COMMENT statement', remedy: NOTHING, ...INFERRED },
    statement => !COMMENTABLE.has(statement.objtype),
  ),
  rule(
    'AlterObjectSchemaStmt',
    { id: 'set_schema_object', message: 'unsupported object in SET SCHEMA statement', remedy: NOTHING, ...INFERRED },
    statement => !OWN.has(statement.objectType),
  ),
  rule(
    'AlterOwnerStmt',
    { id: 'owner_object', message: 'unsupported object in OWNER TO statement', remedy: NOTHING, ...INFERRED },
    statement => !OWNABLE.has(statement.objectType),
  ),
  rule(
    'AlterDomainStmt',
    {
      id: 'alter_domain',
      message: 'unsupported ALTER DOMAIN {command} statement',
      grade: 'C',
      source: 'refused per pistachio and dsqlbase; the text is inferred from ALTER TABLE',
      remedy: 'Create a new domain with the constraint and move the columns to it.',
    },
    ({ subtype }) => {
      const command = { O: 'SET NOT NULL', C: 'ADD CONSTRAINT', V: 'VALIDATE CONSTRAINT' }[subtype ?? ''];
      return command !== undefined && { values: { command } };
    },
  ),
];
