/** What functions of clients may do, told from their bodies: the statement that calls one does not name it. */
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

/** What a body that can be read names. */
interface Named {
  /** It holds nothing but queries. */
  queries: boolean;
  relations: ReadonlySet<string>;
  functions: ReadonlySet<string>;
}

/** Names of those that name a relation, are more than queries, or call one that is among them: they may look at rows. */
export const rowFunctions = (functions: readonly FunctionBody[]): Set<string> =>
  reaching(functions, ({ queries, relations }) => !queries || relations.size > 0);

/**
 * Names of those that may make another value each time they run in the same snapshot.
 * @param isChanging of a function of PostgreSQL's
 * @param mayChange of a relation, when it is read or written
 */
export const changingFunctions = (
  functions: readonly FunctionBody[],
  isChanging: (name: string) => boolean,
  mayChange: (relation: string) => boolean,
): Set<string> =>
  reaching(functions, named => [...named.functions].some(isChanging) || [...named.relations].some(mayChange));

/** Those of which `does` holds, those that cannot be read, and those that call one of them. */
function reaching(functions: readonly FunctionBody[], does: (named: Named) => boolean): Set<string> {
  const found = new Set<string>();
  const calling: { name: string; calls: readonly string[] }[] = [];
  for (const { name, body } of functions) {
    const named = body === undefined ? undefined : namedBy(body);
    if (named && !does(named)) calling.push({ name, calls: [...named.functions] });
    else found.add(name);
  }
  for (let known = -1; known < found.size;) {
    known = found.size;
    for (const { name, calls } of calling) if (callsOneOf(calls, found)) found.add(name);
  }
  return found;
}

function namedBy(body: string): Named | undefined {
  const parsed = parse(body);
  if (parsed.type !== 'tree') return undefined;
  const { relations, functions, onNode } = new FactCollector();
  visit(parsed.statements, onNode);
  return { queries: parsed.statements.every(statement => 'SelectStmt' in statement), relations, functions };
}
