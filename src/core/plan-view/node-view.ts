import type { PlanNodeView } from '../../protocol/plan-view';
import type { PlanNodeView as DocumentNode } from '../plan/contract';
import type { NodePlace } from './drawing';
import type { NodeHeat } from './heat';
import { layersView } from './layers';
import { costText, msText, rowsText } from './texts';

/** One node as the view draws it. `among` are the ids of its siblings and itself. */
export function nodeView(node: DocumentNode, among: readonly number[], heat: NodeHeat, place: NodePlace): PlanNodeView {
  const object = objectOf(node);
  return {
    id: node.id,
    ...(node.parent !== undefined && { parent: node.parent }),
    children: node.children,
    level: node.depth + 1,
    position: among.indexOf(node.id) + 1,
    siblings: among.length,
    title: titleOf(node),
    ...(object !== '' && { object }),
    ...(node.label !== undefined && { label: node.label }),
    layer: node.layer,
    neverExecuted: node.neverExecuted === true,
    cells: cellsOf(node),
    ...(node.rows !== undefined && { rows: node.rows }),
    ...expectedRows(node),
    heat,
    facts: factsOf(node),
    ...(node.layers && { layers: layersView(node.layers) }),
    findings: node.findings,
    ...place,
    ...(node.line !== undefined && { line: node.line }),
  };
}

function expectedRows({ expectedRows, estimate }: DocumentNode): { rowsExpected?: number } {
  const rowsExpected = expectedRows ?? estimate?.rows;
  return rowsExpected === undefined ? {} : { rowsExpected };
}

function titleOf({ type, method, direction, joinType }: DocumentNode): string {
  return [joinType, type, direction, method && `(${method})`].filter(part => part).join(' ');
}

function objectOf({ index, schema, relation, alias, layer }: DocumentNode): string {
  const table = [schema, relation].filter(part => part !== undefined).join('.');
  const named = alias !== undefined && alias !== relation ? `${table} ${alias}`.trim() : table;
  if (index === undefined) return named;
  return named === '' || layer === 'storage' ? index : `${index} on ${named}`;
}

function cellsOf(node: DocumentNode): PlanNodeView['cells'] {
  const { estimate, actual, rows } = node;
  const text = (value: number | undefined, format: (value: number) => string) =>
    value === undefined ? '' : format(value);
  return {
    self: text(node.exclusiveMs, msText),
    total: text(node.inclusiveMs, msText),
    rows: node.neverExecuted ? 'never executed' : text(rows, rowsText),
    expected: text(node.expectedRows ?? estimate?.rows, rowsText),
    loops: text(actual?.loops, rowsText),
    cost: text(estimate?.totalCost, costText),
  };
}

function factsOf({ estimate, actual, rowsRemoved, properties }: DocumentNode): PlanNodeView['facts'] {
  const facts: PlanNodeView['facts'] = [];
  if (actual) {
    facts.push({ name: 'Rows a loop', value: rowsText(actual.rows) }, { name: 'Loops', value: rowsText(actual.loops) });
    if (actual.totalMs !== undefined)
      facts.push({ name: 'Time a loop', value: `${msText(actual.startupMs ?? 0)} to ${msText(actual.totalMs)}` });
  }
  if (rowsRemoved) facts.push({ name: 'Rows thrown away', value: rowsText(rowsRemoved) });
  if (estimate) {
    facts.push({ name: 'Expected rows a loop', value: rowsText(estimate.rows) });
    facts.push({ name: 'Cost', value: `${costText(estimate.startupCost)} to ${costText(estimate.totalCost)}` });
    facts.push({ name: 'Row width', value: `${rowsText(estimate.width)} bytes` });
    if (estimate.loops !== undefined) facts.push({ name: 'Expected loops', value: rowsText(estimate.loops) });
  }
  return [...facts, ...properties];
}
