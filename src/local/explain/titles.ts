import type { NodeTitle } from '../../core/plan/model';
import { text, texts, type PostgresNode } from './postgres-plan';
import { sqlName } from '../../core/dialect/names';
import { schemaShown } from '../engine-schema';

const AGGREGATES: Record<string, string> = {
  Plain: 'Aggregate',
  Sorted: 'GroupAggregate',
  Hashed: 'HashAggregate',
  Mixed: 'MixedAggregate',
};

/** The type a query-processor node is printed under, join type included: `Hash Left Join`, `GroupAggregate`, `Insert`. */
function printedType(node: PostgresNode): { type: string; joinType?: string; printed: string } {
  const type = node['Node Type'];
  const strategy = text(node, 'Strategy') ?? '';
  switch (type) {
    case 'Aggregate': {
      const partial = text(node, 'Partial Mode');
      const name = AGGREGATES[strategy] ?? type;
      const printed = partial && partial !== 'Simple' ? `${partial} ${name}` : name;
      return { type: printed, printed };
    }
    case 'SetOp': {
      const name = strategy === 'Hashed' ? 'HashSetOp' : 'SetOp';
      return { type: name, printed: `${name} ${text(node, 'Command') ?? ''}`.trimEnd() };
    }
    case 'ModifyTable': {
      const operation = node.Operation ?? type;
      return { type: operation, printed: operation };
    }
    case 'Nested Loop':
    case 'Merge Join':
    case 'Hash Join': {
      const joinType = node['Join Type'];
      if (!joinType || joinType === 'Inner') return { type, printed: type };
      return { type, joinType, printed: `${type.replace(/ Join$/, '')} ${joinType} Join` };
    }
    default:
      return { type, printed: type };
  }
}

/** ` on public.transactions t`: what PostgreSQL's text format prints after a scan's or a target's type. */
export function onRelation(node: PostgresNode, verbose: boolean): string {
  const alias = node.Alias;
  const name =
    node['Relation Name'] ?? text(node, 'CTE Name') ?? text(node, 'Function Name') ?? text(node, 'Table Function Name');
  if (alias === undefined && name === undefined) return '';
  const schema = verbose && node.Schema ? `${sqlName(schemaShown(node.Schema))}.` : '';
  const relation = name === undefined ? '' : ` ${schema}${sqlName(name)}`;
  return ` on${relation}${alias !== undefined && alias !== name ? ` ${sqlName(alias)}` : ''}`;
}

/** Title of a node that DSQL prints as PostgreSQL does. */
export function titleOf(node: PostgresNode, verbose: boolean): NodeTitle & { title: string } {
  const { type, joinType, printed } = printedType(node);
  const backward = node['Scan Direction'] === 'Backward' ? ' Backward' : '';
  const index = node['Index Name'];
  const using = index === undefined ? '' : ` using ${sqlName(index)}`;
  const targets = texts(node, 'Target Tables');
  const title = `${printed}${backward}${using}${targets.length ? '' : onRelation(node, verbose)}`;
  const result: NodeTitle & { title: string } = { type, title };
  if (joinType) result.joinType = joinType;
  if (backward) result.direction = 'Backward';
  if (index !== undefined) result.index = index;
  if (node['Relation Name'] !== undefined) result.relation = node['Relation Name'];
  if (verbose && node.Schema !== undefined) result.schema = schemaShown(node.Schema);
  if (node.Alias !== undefined && node.Alias !== node['Relation Name']) result.alias = node.Alias;
  return result;
}
