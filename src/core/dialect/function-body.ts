/** The statements of a function whose body is a text: they meet the same rules as statements of their own. */
import type { Node } from 'libpg-query';
import type { Hit, RuleBook } from './check';
import { describe } from './kinds';
import { parse } from './parser';
import { all, as, optionsOf, type NodeOf } from './tree';

/** Kinds of statements a function may hold. DDL and SET would change the database or the session unseen by the rules of transactions. */
const ALLOWED: ReadonlySet<string> = new Set(['query', 'dml', 'show', 'empty']);

/** The body of `AS '…'` where the language is SQL; empty where there is none, or where it does not parse (PostgreSQL says so). */
function bodyOf({ options }: NodeOf<'CreateFunctionStmt'>): Node[] {
  const given = optionsOf(options);
  const language = as(given.get('language')?.arg, 'String')?.sval;
  const [text] = all(as(given.get('as')?.arg, 'List')?.items, 'String');
  if (language?.toLowerCase() !== 'sql' || text?.sval === undefined) return [];
  const parsed = parse(text.sval);
  return parsed.type === 'tree' ? parsed.statements : [];
}

/** The tag of the first statement of the body that no function may hold. */
export function statementNotForFunctions(create: NodeOf<'CreateFunctionStmt'>): string | undefined {
  for (const node of bodyOf(create)) {
    const { kind, tag } = describe(node);
    if (!ALLOWED.has(kind)) return tag || Object.keys(node)[0]!.replace(/Stmt$/, '');
  }
  return undefined;
}

/** Refused when the function runs, not when it is made (a live cluster, 2026-08-19). */
const AT_CALL: ReadonlySet<string> = new Set(['set_config_parameter']);

/** The first rule that a statement of the body meets; its place in the text is not known. */
export function hitInBody(root: Node, book: RuleBook): Hit | undefined {
  const create = as(root, 'CreateFunctionStmt');
  if (!create) return undefined;
  for (const node of bodyOf(create)) {
    const hits = book.checkAll(node, { async: false, using: false, onNode: () => undefined });
    const hit = hits.find(({ rule }) => !AT_CALL.has(rule.id));
    if (hit) return { ...hit, location: undefined };
  }
  return undefined;
}
