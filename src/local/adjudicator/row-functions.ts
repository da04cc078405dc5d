/** Which functions of clients may look at rows, told from their bodies: what such a one does, the statement that calls it does not name. */
import { FactCollector } from '../../core/dialect/facts';
import { parse } from '../../core/dialect/parser';
import { visit } from '../../core/dialect/tree';
import { callsOneOf } from './claims';

/** A function by its unqualified name. */
export interface FunctionBody {
  name: string;
  /** As text; undefined where more than that decides what it does, or it is kept in another form. */
  body: string | undefined;
}

/** Names of those that name a relation, are more than queries, or call one that is among them. */
export function rowFunctions(functions: readonly FunctionBody[]): Set<string> {
  const looking = new Set<string>();
  const calling: { name: string; calls: readonly string[] }[] = [];
  for (const { name, body } of functions) {
    const calls = body === undefined ? undefined : callsOf(body);
    if (calls) calling.push({ name, calls });
    else looking.add(name);
  }
  for (let known = -1; known < looking.size;) {
    known = looking.size;
    for (const { name, calls } of calling) if (callsOneOf(calls, looking)) looking.add(name);
  }
  return looking;
}

/** The functions that queries without any relation call; undefined of other texts. */
function callsOf(body: string): string[] | undefined {
  const parsed = parse(body);
  if (parsed.type !== 'tree' || !parsed.statements.every(statement => 'SelectStmt' in statement)) return undefined;
  const facts = new FactCollector();
  visit(parsed.statements, facts.onNode);
  return facts.relations.size > 0 ? undefined : [...facts.functions];
}
