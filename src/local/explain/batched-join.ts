import type { PlanNode, PlanProperty } from '../../core/plan/model';
import { joinConjuncts, namesOthers, splitConjuncts, unqualify } from './expression';
import type { PostgresNode } from './postgres-plan';

/** Join types of which batched joins are known (User Guide, September 2026: Left; public plans: Inner). */
const BATCHED = new Set(['Inner', 'Left']);
/** Lines of a join that only PostgreSQL's own node has. */
const DROPPED = new Set(['Inner Unique']);
const FILTER = 'Filter';
const REMOVED = 'Rows Removed by Filter';

/**
 * DSQL's batched nested loop, on by default since 11 September 2026 (`dsql.enable_batched_nestloop`): where the inner side is looked up
 * in an index by values of outer rows, it fetches those of many outer rows at once and checks the condition again. What else depends on
 * the outer row is checked by the join, not by the inner scan. Order of the lines and bare columns of the inner table: the User Guide's
 * sample. `node` is the plain nested loop built so far; the inner scan is its last child and loses what the join takes over.
 * @returns `node` itself where the service would not batch
 */
export function batchedJoin(node: PlanNode, join: PostgresNode, verbose: boolean): PlanNode {
  const inner = node.children.at(-1);
  if (join['Node Type'] !== 'Nested Loop' || !BATCHED.has(join['Join Type'] ?? '') || !inner) return node;
  const condition = valueOf(inner, 'Index Cond');
  const isOfStorage = inner.children.some(({ layer }) => layer === 'storage'); // the system catalogues are not
  if (!/^Index (?:Only )?Scan$/.test(inner.type) || condition === undefined || !isOfStorage) return node;
  const alias = join.Plans!.at(-1)!.Alias;
  const own = node.properties
    .filter(({ name }) => !DROPPED.has(name))
    .map(line => (verbose || !/Filter$/.test(line.name) ? line : { ...line, value: unqualify(line.value, alias) }));
  const isOfJoin = ({ name }: PlanProperty): boolean => / ?Join Filter$/.test(name);
  const batched: PlanNode = {
    ...node,
    method: 'Batched Join',
    title: 'Nested Loop (Batched Join)',
    properties: [
      ...own.filter(line => !isOfJoin(line)),
      { name: 'Join Type', value: join['Join Type']! },
      { name: 'Recheck Cond', value: condition },
      ...withTaken(own.filter(isOfJoin), takeFilter(inner, alias)),
    ],
  };
  delete batched.joinType;
  return batched;
}

const valueOf = (node: PlanNode, name: string): string | undefined =>
  node.properties.find(line => line.name === name)?.value;

/** What the join takes over from the inner scan. */
interface Taken {
  conjuncts: string[];
  /** Rows it removed, of all loops. */
  removed: number;
}

/** Takes the conditions that depend on the outer row out of the inner scan's filter. */
function takeFilter(inner: PlanNode, alias: string | undefined): Taken {
  const conjuncts = splitConjuncts(valueOf(inner, FILTER));
  const taken = conjuncts.filter(each => namesOthers(each, alias));
  if (taken.length === 0) return { conjuncts: [], removed: 0 };
  const kept = joinConjuncts(conjuncts.filter(each => !taken.includes(each)));
  const perLoop = kept === undefined ? Number(valueOf(inner, REMOVED) ?? 0) : 0;
  inner.properties = inner.properties.flatMap(line => {
    if (line.name === FILTER) return kept === undefined ? [] : { ...line, value: kept };
    return line.name === REMOVED && kept === undefined ? [] : line;
  });
  if (inner.actual) inner.actual = { ...inner.actual, rows: inner.actual.rows + perLoop };
  return { conjuncts: taken, removed: perLoop * (inner.actual?.loops ?? 0) };
}

function withTaken(lines: PlanProperty[], { conjuncts, removed }: Taken): PlanProperty[] {
  if (conjuncts.length === 0) return lines;
  const [filter, count] = ['Join Filter', 'Rows Removed by Join Filter'].map(
    name => lines.find(l => l.name === name)?.value,
  );
  const all = removed + Number(count ?? 0);
  return [
    { name: 'Join Filter', value: joinConjuncts([...splitConjuncts(filter), ...conjuncts])! },
    ...(all > 0 ? [{ name: 'Rows Removed by Join Filter', value: String(all) }] : []),
  ];
}
