import { isStorageType, type PlanNode } from '../model';
import { settleStorageName } from '../title';
import { isObject, plain, type JsonObject } from './tolerant-json';

/** Members that the title, the groups and the tree say. */
const SAID = new Set(
  `Node Type|Custom Plan Provider|Operation|Strategy|Partial Mode|Command|Join Type|Scan Direction|Index Name|Relation Name|Schema
|Alias|CTE Name|Function Name|Table Function Name|Tuplestore Name|Subplan Name|Parent Relationship|Parallel Aware|Async Capable|Disabled
|Startup Cost|Total Cost|Plan Rows|Plan Width|Plan Loops|Actual Startup Time|Actual Total Time|Actual Rows|Actual Loops|Plans`
    .split('|')
    .map(name => name.trim()),
);
const AGGREGATES: Record<string, string> = {
  Sorted: 'GroupAggregate',
  Hashed: 'HashAggregate',
  Mixed: 'MixedAggregate',
};

/** A node with all below; what the JSON says and the text would not is a property. `lineAt` gives the line of an offset. */
export function nodeFromJson(root: JsonObject, lineAt: (offset: number) => number): PlanNode {
  const top = shallow(root, lineAt);
  const waiting: { json: JsonObject; node: PlanNode; scan: PlanNode | undefined }[] = [
    { json: root, node: top, scan: undefined },
  ];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const scan = at.node.layer === 'query' ? at.node : at.scan;
    settleStorageName(at.node, at.scan);
    const below = at.json.members.get('Plans');
    for (const child of Array.isArray(below) ? below : []) {
      if (!isObject(child)) continue;
      const node = shallow(child, lineAt);
      at.node.children.push(node);
      waiting.push({ json: child, node, scan });
    }
  }
  return top;
}

function shallow(json: JsonObject, lineAt: (offset: number) => number): PlanNode {
  const text = (name: string): string | undefined => {
    const value = json.members.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const number = (name: string): number | undefined => {
    const value = json.members.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const { type, method, joinType, printed } = kindOf(json, text);
  const node: PlanNode = {
    type,
    title: '',
    layer: isStorageType(type) ? 'storage' : 'query',
    properties: [],
    children: [],
    line: lineAt(json.at),
  };
  if (method !== undefined) node.method = method;
  if (joinType !== undefined) node.joinType = joinType;
  if (text('Scan Direction') === 'Backward') node.direction = 'Backward';
  const relation =
    text('Relation Name') ??
    text('CTE Name') ??
    text('Function Name') ??
    text('Table Function Name') ??
    text('Tuplestore Name');
  const alias = text('Alias');
  const schema = text('Schema');
  const index = text('Index Name');
  if (index !== undefined) node.index = index;
  if (relation !== undefined) node.relation = relation;
  if (schema !== undefined && relation !== undefined) node.schema = schema;
  if (alias !== undefined && alias !== relation) node.alias = alias;
  const label = text('Subplan Name');
  if (label !== undefined) node.label = label;
  node.title = titleOf(node, printed);
  groups(node, number);
  for (const [name, value] of json.members) if (!SAID.has(name)) node.properties.push({ name, value: plain(value) });
  return node;
}

function groups(node: PlanNode, number: (name: string) => number | undefined): void {
  const [startupCost, totalCost, rows, width] = ['Startup Cost', 'Total Cost', 'Plan Rows', 'Plan Width'].map(number);
  if (totalCost !== undefined)
    node.estimate = { startupCost: startupCost ?? 0, totalCost, rows: rows ?? 0, width: width ?? 0 };
  const loops = number('Actual Loops');
  if (loops === 0) node.neverExecuted = true;
  if (!loops) return;
  node.actual = { rows: number('Actual Rows') ?? 0, loops };
  const [startupMs, totalMs] = [number('Actual Startup Time'), number('Actual Total Time')];
  if (totalMs !== undefined) Object.assign(node.actual, { startupMs: startupMs ?? 0, totalMs });
}

function kindOf(
  json: JsonObject,
  text: (name: string) => string | undefined,
): { type: string; method?: string; joinType?: string; printed: string } {
  const type = text('Node Type') ?? 'Plan';
  const provider = text('Custom Plan Provider');
  if (type === 'Custom Scan' && provider !== undefined) {
    const name = provider === 'btree-table' ? 'Full Scan' : type;
    return { type: name, method: provider, printed: `${name} (${provider})` };
  }
  const parallel = json.members.get('Parallel Aware') === true ? 'Parallel ' : '';
  const plainType = (name: string): { type: string; printed: string } => ({
    type: parallel + name,
    printed: parallel + name,
  });
  if (type === 'ModifyTable') return plainType(text('Operation') ?? type);
  if (type === 'Aggregate') {
    const partial = text('Partial Mode');
    const name = AGGREGATES[text('Strategy') ?? ''] ?? type;
    return plainType(partial === undefined || partial === 'Simple' ? name : `${partial} ${name}`);
  }
  if (type === 'SetOp') {
    const name = text('Strategy') === 'Hashed' ? 'HashSetOp' : type;
    return plainType(`${name} ${text('Command') ?? ''}`.trimEnd());
  }
  const join = text('Join Type');
  if (/^(?:Nested Loop|Merge Join|Hash Join)$/.test(type)) {
    // DSQL's batched join carries its method where Custom Scans carry theirs
    const method = provider === undefined ? {} : { method: provider };
    const suffix = provider === undefined ? '' : ` (${provider})`;
    if (join === undefined || join === 'Inner') return { type, ...method, printed: `${parallel}${type}${suffix}` };
    return {
      type,
      ...method,
      joinType: join,
      printed: `${parallel}${type.replace(/ Join$/, '')} ${join} Join${suffix}`,
    };
  }
  return plainType(type);
}

function titleOf(node: PlanNode, printed: string): string {
  const quoted = (name: string): string =>
    /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
  const schema = node.schema === undefined ? '' : `${quoted(node.schema)}.`;
  const names = [node.relation && schema + quoted(node.relation), node.alias && quoted(node.alias)].filter(Boolean);
  const direction = node.direction ? ` ${node.direction}` : '';
  if (node.type === 'Bitmap Index Scan' && node.index !== undefined) return `${printed} on ${quoted(node.index)}`;
  const storage = node.layer === 'storage' && node.relation === undefined && node.index !== undefined;
  if (storage) return `${printed} on ${quoted(node.index!)}`;
  const using = node.index === undefined ? '' : ` using ${quoted(node.index)}`;
  return `${printed}${direction}${using}${names.length ? ` on ${names.join(' ')}` : ''}`;
}
