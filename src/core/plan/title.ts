import { isStorageType, type NodeTitle } from './model';

const NAME = String.raw`"(?:[^"]|"")+"|[^\s."]+`;
const TITLE = new RegExp(
  String.raw`^(?<type>[^"]*?)(?: using (?<index>${NAME}))?(?: on (?:(?<schema>${NAME})\.)?(?<relation>${NAME})(?: (?<alias>${NAME}))?)?$`,
);
const JOIN = /^(Nested Loop|Hash|Merge) (Left|Right|Full|Semi|Anti|Right Anti|Right Semi) Join$/;

function bare(name: string | undefined): string | undefined {
  return name?.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** Takes a node's title apart. A title that does not follow the grammar is all `type`. */
export function parseTitle(title: string): NodeTitle {
  const groups = TITLE.exec(title)?.groups;
  if (!groups) return { type: title };
  let type = groups['type']!.trim();
  const parsed: NodeTitle = { type };
  const method = /^(.*\S) \(([^()]+)\)$/.exec(type);
  if (method) [, type, parsed.method] = method as unknown as [string, string, string];
  if (type.endsWith(' Backward')) {
    type = type.slice(0, -' Backward'.length);
    parsed.direction = 'Backward';
  }
  const join = JOIN.exec(type);
  if (join) {
    type = join[1] === 'Nested Loop' ? join[1] : `${join[1]} Join`;
    parsed.joinType = join[2]!;
  }
  parsed.type = type;
  const [index, schema, relation, alias] = ['index', 'schema', 'relation', 'alias'].map(n => bare(groups[n]));
  if (index !== undefined) parsed.index = index;
  if (schema !== undefined) parsed.schema = schema;
  if (relation !== undefined && type === 'Bitmap Index Scan') parsed.index = relation;
  else if (relation !== undefined && type === 'Subquery Scan') parsed.alias = relation;
  else if (relation !== undefined) parsed.relation = relation;
  if (alias !== undefined) parsed.alias = alias;
  return parsed;
}

/** Storage nodes name an index or a table with the same words: it is an index when the scan above uses one of that name. */
export function settleStorageName(title: NodeTitle, scan: NodeTitle | undefined): void {
  if (!isStorageType(title.type) || title.relation === undefined || scan?.index !== title.relation) return;
  title.index = title.relation;
  delete title.relation;
}

const SINGLE =
  /^(?:Limit|Sort|Incremental Sort|Unique|Group|(?:Partial |Finalize )?(?:Aggregate|GroupAggregate|HashAggregate|MixedAggregate)|Result|ProjectSet|Append|Merge Append|Materialize|Memoize|Hash|LockRows|(?:Hash)?SetOp(?: \w+)*|WindowAgg|Recursive Union|BitmapAnd|BitmapOr|Gather|Gather Merge|Nested Loop(?: \w+)* Join|Nested Loop(?: \([^()]+\))?|(?:Hash|Merge)(?: \w+)* Join)$/;
const WITH_RELATION =
  /^(?:(?:[A-Z][A-Za-z-]* )*(?:Scan|Lookup)(?: Backward)?(?: \([^()]+\))?(?: using \S+)? on \S|(?:Insert|Update|Delete|Merge) on \S|(?:Insert|Update|Delete|Merge)$)/;

/** True when a line without groups (COSTS OFF) is a plan node and not prose. */
export function looksLikeTitle(text: string): boolean {
  return SINGLE.test(text) || WITH_RELATION.test(text);
}
