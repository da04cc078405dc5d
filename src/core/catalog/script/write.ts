/** Reads an object from the catalogue and writes the script that creates it. */
import { CodedError } from '../../../base/errors';
import type { RelationInfo, RoleInfo, RoutineInfo, SchemaInfo } from '../model';
import type { CatalogReader } from '../reader';
import { roleScript, routineScript, sequenceScript, viewScript } from './objects';
import { schemaOrder } from './schema';
import { grantScript, type Script } from './statement';
import { tableScript } from './table';

/** A table or view with its comments and grants, or a sequence. */
export async function relationScript(reader: CatalogReader, relation: RelationInfo): Promise<Script> {
  const grants = grantScript(await reader.grantsOn(relation.oid));
  if (relation.kind === 'table') return [...tableScript(await reader.table(relation.oid)), ...grants];
  if (relation.kind === 'view') return [...viewScript(...(await readView(reader, relation))), ...grants];
  const sequence = (await reader.sequences(relation.schema)).find(({ oid }) => oid === relation.oid);
  if (!sequence) {
    throw new CodedError('CATALOG_OBJECT_GONE', `the sequence ${relation.name} does not exist any more`, {
      nextStep: 'Refresh the tree.',
    });
  }
  return [...sequenceScript(sequence), ...grants];
}

async function readView(
  reader: CatalogReader,
  view: RelationInfo,
): Promise<[view: RelationInfo, definition: string, columns: string[]]> {
  const [definition, { columns }] = await Promise.all([reader.viewDefinition(view.oid), reader.table(view.oid)]);
  return [view, definition, columns.map(({ name }) => name)];
}

/** A function with its comment. */
export const readRoutineScript = async (reader: CatalogReader, routine: RoutineInfo): Promise<Script> =>
  routineScript(routine, await reader.routineDefinition(routine.oid));

/** A role with its IAM identities, memberships and grants. */
export const readRoleScript = async (reader: CatalogReader, role: RoleInfo): Promise<Script> =>
  roleScript(role, await reader.grantsOf(role.name));

/** Everything in a schema, in an order in which it can be created, and the grants on it. */
export async function readSchemaScript(reader: CatalogReader, schema: SchemaInfo): Promise<Script> {
  const [domains, sequences, relations, routines] = await Promise.all([
    reader.domains(schema.name),
    reader.sequences(schema.name),
    reader.relations(schema.name),
    reader.routines(schema.name),
  ]);
  const ofKind = (kind: RelationInfo['kind']) => relations.filter(relation => relation.kind === kind);
  const [tables, views, definitions, grants] = await Promise.all([
    Promise.all(ofKind('table').map(({ oid }) => reader.table(oid))),
    Promise.all(ofKind('view').map(view => readView(reader, view))),
    Promise.all(
      routines
        .filter(({ kind }) => kind === 'function')
        .map(async routine => ({
          routine,
          definition: await reader.routineDefinition(routine.oid),
        })),
    ),
    Promise.all(relations.map(({ oid }) => reader.grantsOn(oid))),
  ]);
  const script = schemaOrder({
    schema,
    domains,
    sequences,
    tables,
    views: views.map(([view, definition, columns]) => ({ view, definition, columns })),
    routines: definitions,
  });
  return [...script, ...grantScript(grants.flat())];
}
