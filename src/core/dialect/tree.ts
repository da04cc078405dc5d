/** Reading PostgreSQL's parse tree as libpg-query gives it: `{ SelectStmt: { … } }`, protobuf defaults left out. */
import type { Node, RangeVar } from 'libpg-query';

type NodeKeys<N> = N extends unknown ? keyof N : never;
/** The names of PostgreSQL's parse nodes. */
export type NodeTag = NodeKeys<Node>;
/** The content of a node by its name. */
export type NodeOf<T extends NodeTag> = Extract<Node, Record<T, unknown>> extends Record<T, infer C> ? C : never;

/** The name of a node. */
export const tagOf = (node: Node): NodeTag => Object.keys(node)[0] as NodeTag;

/** The content of a node when it has this name. */
export function as<T extends NodeTag>(node: Node | undefined, tag: T): NodeOf<T> | undefined {
  return node ? ((node as Record<string, unknown>)[tag] as NodeOf<T> | undefined) : undefined;
}

/** All items of a list that have this name. */
export function all<T extends NodeTag>(nodes: readonly Node[] | undefined, tag: T): NodeOf<T>[] {
  const found: NodeOf<T>[] = [];
  for (const node of nodes ?? []) {
    const content = as(node, tag);
    if (content !== undefined) found.push(content);
  }
  return found;
}

/** The strings of a list of String nodes: a qualified name. */
export const namesOf = (nodes: readonly Node[] | undefined): string[] =>
  all(nodes, 'String').map(text => text.sval ?? '');

/** `schema.table`, or `table` where no schema is written. */
export const relationName = (relation: RangeVar | undefined): string =>
  [relation?.schemaname, relation?.relname].filter(Boolean).join('.');

/**
 * Visits every named node below (and with) `root`, parents first. What the parser does not name is visited under its name too: the arms of a
 * set operation, types of casts, columns and results, the call of CALL, and the SET of ALTER ROLE.
 */
export function visit(root: unknown, visitor: (tag: NodeTag, node: object) => void): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) stack.push(value[i]);
    } else if (typeof value === 'object' && value !== null) {
      const keys = Object.keys(value);
      for (const key of keys) visitField(key, (value as Record<string, unknown>)[key], visitor);
      for (let i = keys.length - 1; i >= 0; i--) {
        const child = (value as Record<string, unknown>)[keys[i] as string];
        if (typeof child === 'object') stack.push(child);
      }
    }
  }
}

function visitField(key: string, child: unknown, visitor: (tag: NodeTag, node: object) => void): void {
  if (typeof child !== 'object' || child === null) return;
  const first = key.charCodeAt(0);
  if (first >= 65 && first <= 90) visitor(key as NodeTag, child);
  else if (key === 'typeName' || key === 'returnType') visitor('TypeName', child);
  else if (key === 'setstmt') visitor('VariableSetStmt', child);
  else if (key === 'funccall') visitor('FuncCall', child);
  else if ((key === 'larg' || key === 'rarg') && 'op' in child) visitor('SelectStmt', child);
}

/** A constant, also under a cast; undefined for anything else. */
export function constantOf(node: Node | undefined): NodeOf<'A_Const'> | undefined {
  const cast = as(node, 'TypeCast');
  return as(cast ? cast.arg : node, 'A_Const');
}

/** Constant text arguments of a call, also under a cast; undefined where an argument is something else. */
export const constantTexts = (nodes: readonly Node[] | undefined): (string | undefined)[] =>
  (nodes ?? []).map(node => constantOf(node)?.sval?.sval);

/** The options of a list of DefElem nodes by name; the last of a name counts. */
export function optionsOf(nodes: readonly Node[] | undefined): Map<string, NodeOf<'DefElem'>> {
  return new Map(all(nodes, 'DefElem').map(option => [option.defname ?? '', option]));
}

/** The number an option holds, as Integer or Float node; undefined without one. */
export function numberOf(node: Node | undefined): number | undefined {
  const integer = as(node, 'Integer');
  if (integer) return integer.ival ?? 0;
  const float = as(node, 'Float')?.fval;
  if (float !== undefined) return Number(float);
  const constant = as(node, 'A_Const');
  if (constant?.ival) return constant.ival.ival ?? 0;
  return constant?.fval?.fval === undefined ? undefined : Number(constant.fval.fval);
}
