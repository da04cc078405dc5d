import type {
  ConstraintInfo,
  DomainInfo,
  RelationInfo,
  RoutineInfo,
  SchemaInfo,
  SequenceInfo,
  TableInfo,
} from '../model';
import { qualifiedName } from '../names';
import { domainScript, routineScript, schemaScript, sequenceScript, viewScript } from './objects';
import type { Script } from './statement';
import { addConstraint, tableScript, validateConstraint } from './table';

/** Everything in a schema that a script creates. */
export interface SchemaContents {
  schema: SchemaInfo;
  domains: DomainInfo[];
  sequences: SequenceInfo[];
  tables: TableInfo[];
  views: { view: RelationInfo; columns: string[]; definition: string }[];
  routines: { routine: RoutineInfo; definition: string }[];
}

/** The whole schema in an order in which it can be created: what is needed comes before what needs it. */
export function schemaOrder(contents: SchemaContents): Script {
  const { tables, closing } = ordered(contents.tables);
  const definitions = tables.map(table => JSON.stringify(table));
  const needed = ({ routine }: { routine: RoutineInfo }): boolean =>
    definitions.some(definition => mentions(definition, `${qualifiedName(routine)}(`));
  const routine = (item: SchemaContents['routines'][number]) => routineScript(item.routine, item.definition);
  const plain = contents.routines.filter(item => item.routine.kind === 'function');
  return [
    ...schemaScript(contents.schema),
    ...contents.domains.flatMap(domainScript),
    ...contents.sequences.flatMap(sequenceScript),
    ...plain.filter(needed).flatMap(routine),
    ...tables.flatMap(tableScript),
    ...closing,
    ...viewsInOrder(contents.views).flatMap(({ view, definition, columns }) => viewScript(view, definition, columns)),
    ...plain.filter(item => !needed(item)).flatMap(routine),
  ];
}

/** In a text that went through JSON.stringify, quotes have a backslash. */
const mentions = (json: string, name: string): boolean => json.includes(JSON.stringify(name).slice(1, -1));

/** Referenced tables first. Where references go in a circle, a foreign key comes afterwards, in two steps as DSQL wants it. */
function ordered(all: TableInfo[]): { tables: TableInfo[]; closing: Script } {
  const tables: TableInfo[] = [];
  const closing: Script = [];
  let waiting = [...all];
  const awaits = (table: TableInfo): ConstraintInfo[] =>
    table.constraints.filter(
      ({ references }) =>
        references !== undefined &&
        waiting.some(other => other !== table && other.name === references.table && other.schema === references.schema),
    );
  while (waiting.length > 0) {
    const next = waiting.find(table => awaits(table).length === 0) ?? waiting[0]!;
    const later = new Set(awaits(next));
    tables.push({ ...next, constraints: next.constraints.filter(constraint => !later.has(constraint)) });
    for (const constraint of later) {
      closing.push(addConstraint(next, constraint));
      if (constraint.validated) closing.push(validateConstraint(next, constraint));
    }
    waiting = waiting.filter(table => table !== next);
  }
  return { tables, closing };
}

/** A view after those its query names. */
function viewsInOrder(views: SchemaContents['views']): SchemaContents['views'] {
  const order: SchemaContents['views'] = [];
  let waiting = [...views];
  while (waiting.length > 0) {
    const free = waiting.filter(
      item => !waiting.some(other => other !== item && item.definition.includes(qualifiedName(other.view))),
    );
    const next = free.length > 0 ? free : waiting;
    order.push(...next);
    waiting = waiting.filter(item => !next.includes(item));
  }
  return order;
}
