import { parse } from '../../core/dialect/parser';
import { relationsNamedBy } from '../../core/dialect/relations';
import { namesOf, visit, type NodeOf, type NodeTag } from '../../core/dialect/tree';

/**
 * Whether `alias` is all that a statement reads or writes by the planner's count, its range table: subqueries, joins, common table
 * expressions, lists of rows and the EXCLUDED of an upsert have entries of their own there, which stay when the plan has no trace of them
 * any more; so has a SELECT without FROM. A view is known by the alias, which is then that of a table beneath it.
 */
export function readsOnly(sql: string, alias: string): boolean {
  const parsed = parse(sql);
  if (parsed.type !== 'tree') return false;
  const names: string[] = [];
  let others = 0;
  visit(parsed.statements, (tag, node) => {
    for (const { name } of relationsNamedBy(tag, node)) names.push(aliasOf(tag, node) ?? name);
    if (tag === 'RangeFunction') names.push(functionAlias(node as NodeOf<'RangeFunction'>));
    if (tag === 'SelectStmt' && isListOfRows(node)) names.push(VALUES);
    others += hasEntryOfItsOwn(tag, node) ? 1 : 0;
  });
  return others === 0 && names.length === 1 && names[0] === alias;
}

/** The alias of a relation in FROM, or of the target of a write. */
function aliasOf(tag: NodeTag, node: object): string | undefined {
  const relation = tag === 'RangeVar' ? (node as NodeOf<'RangeVar'>) : (node as NodeOf<'UpdateStmt'>).relation;
  return relation?.alias?.aliasname;
}

/** What functions in FROM are called together: by their alias, else as the first of them. */
function functionAlias({ alias, functions }: NodeOf<'RangeFunction'>): string {
  let name = alias?.aliasname;
  visit(functions, (tag, node) => {
    if (tag === 'FuncCall') name ??= namesOf((node as NodeOf<'FuncCall'>).funcname).at(-1);
  });
  return name ?? '';
}

/** What PostgreSQL calls rows that are written in the statement. */
const VALUES = '*VALUES*';

/** INSERT … VALUES of one row needs no list. */
const isListOfRows = ({ valuesLists = [] }: NodeOf<'SelectStmt'>): boolean => valuesLists.length > 1;

function hasEntryOfItsOwn(tag: NodeTag, node: object): boolean {
  switch (tag) {
    case 'RangeSubselect':
    case 'RangeTableFunc':
    case 'JoinExpr':
      return true;
    case 'InsertStmt':
      return (node as NodeOf<'InsertStmt'>).onConflictClause?.action === 'ONCONFLICT_UPDATE';
    case 'SelectStmt': {
      const { op, fromClause, valuesLists } = node as NodeOf<'SelectStmt'>;
      return (op ?? 'SETOP_NONE') !== 'SETOP_NONE' || (!fromClause && !valuesLists);
    }
    default:
      return false;
  }
}
