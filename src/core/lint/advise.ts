/** What a statement's tree tells beyond refusals: advice, and facts for judging the statements after it. */
import type { Node } from 'libpg-query';
import { fill } from '../dialect/rule';
import { all, as, namesOf, relationName, visit, type NodeOf, type NodeTag } from '../dialect/tree';
import { provenRows } from './proven-rows';
import { SCRIPT_RULES } from './rules/script-rules';
import type { StatementEffects } from './statement-facts';
import { tableShape } from './table-shape';
import { adviseColumns, adviseTable, EXTENSION_TYPES } from './advise-table';
import { report, type Advising } from './advising';
import type { TextRange } from './contract';
import type { StatementTokens } from './statement-tokens';

/** Reports advice on a statement and returns its effects. */
export function adviceOf(node: Node, advising: Advising): StatementEffects {
  visit(node, (tag, content) => adviseNode(tag, content, advising));
  const create = as(node, 'CreateStmt');
  if (create) {
    const shape = tableShape(create);
    adviseTable(create, shape, advising);
    adviseColumns(shape.columns, advising);
    return { creates: shape };
  }
  const insert = as(node, 'InsertStmt');
  if (insert) {
    const rows = provenRows(insert);
    return rows === undefined ? {} : { rows };
  }
  const update = as(node, 'UpdateStmt');
  if (update) {
    adviseUnbounded(update, 'UPDATE', advising);
    return { updates: updated(update, advising) };
  }
  const remove = as(node, 'DeleteStmt');
  if (remove) adviseUnbounded(remove, 'DELETE', advising);
  const explain = as(node, 'ExplainStmt');
  if (explain && advising.classified.writes) report('explain_analyze_writes', advising);
  const select = as(node, 'SelectStmt');
  if (select) adviseLocking(select, advising);
  const index = as(node, 'IndexStmt');
  if (index) {
    const columns = all(index.indexParams, 'IndexElem').flatMap(({ name }) => name ?? []);
    return { indexes: { table: relationName(index.relation), columns } };
  }
  const alter = as(node, 'AlterTableStmt');
  return alter ? altered(alter, advising) : {};
}

/** Functions of PostgreSQL's widespread extensions, without a schema. */
export const EXTENSION_FUNCTIONS =
  /^(?:uuid_generate_\w+|crypt|gen_salt|digest|hmac|similarity|word_similarity|unaccent|st_\w+)$/;

function adviseNode(tag: NodeTag, content: object, { rangeAt, report: add, tag: statement }: Advising): void {
  if (tag === 'FuncCall') {
    const call = content as NodeOf<'FuncCall'>;
    const names = namesOf(call.funcname);
    const range = () => rangeAt(call.location ?? 0);
    if (names.join('.') === 'sys.wait_for_job' && statement !== 'CallStmt') {
      const { id, message } = SCRIPT_RULES.wait_for_job_select;
      const start = range().start;
      add({ ruleId: id, message, range: { start, end: start + 'sys.wait_for_job'.length } });
    }
    const last = names.at(-1) ?? '';
    const own = names.length === 1 || names[0] === 'public' || names[0] === 'extensions';
    if (own && EXTENSION_FUNCTIONS.test(last)) {
      const { id, message } = SCRIPT_RULES.extension_function;
      const unknown = (call.args ?? []).map(() => 'unknown').join(', ');
      add({ ruleId: id, message: fill(message, { function: `${last}(${unknown})` }), range: range() });
    }
  } else if (tag === 'TypeCast') {
    const type = (content as NodeOf<'TypeCast'>).typeName;
    const name = namesOf(type?.names).at(-1) ?? '';
    if (EXTENSION_TYPES.has(name)) {
      const { id, message } = SCRIPT_RULES.extension_type;
      add({ ruleId: id, message: fill(message, { type: name }), range: rangeAt(type?.location ?? 0) });
    }
  }
}

function updated(update: NodeOf<'UpdateStmt'>, { rangeAt }: Advising): NonNullable<StatementEffects['updates']> {
  const columns = all(update.targetList, 'ResTarget').map(({ name, location }) => ({
    name: name ?? '',
    range: rangeAt(location ?? 0),
  }));
  return { table: relationName(update.relation), columns };
}

function adviseUnbounded(
  statement: NodeOf<'UpdateStmt'> | NodeOf<'DeleteStmt'>,
  verb: string,
  advising: Advising,
): void {
  if (statement.whereClause !== undefined) return;
  const at = advising.tokens().find([verb.toLowerCase()]);
  report('unbounded_write', advising, advising.tokens().range(Math.max(at, 0)), { statement: verb });
}

/** FOR UPDATE is checked for an equality anywhere in WHERE: more cannot be told without the table. */
function adviseLocking(select: NodeOf<'SelectStmt'>, advising: Advising): void {
  const locks = all(select.lockingClause, 'LockingClause').some(({ strength }) => strength === 'LCS_FORUPDATE');
  const hasTable = all(select.fromClause, 'RangeVar').length > 0;
  if (!locks || !hasTable) return;
  let equality = false;
  visit(select.whereClause, (tag, node) => {
    if (tag !== 'A_Expr') return;
    const { kind, name } = node as NodeOf<'A_Expr'>;
    if (namesOf(name)[0] === '=' || kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY') equality = true;
  });
  if (!equality) report('for_update_without_key', advising);
}

function altered(alter: NodeOf<'AlterTableStmt'>, advising: Advising): StatementEffects {
  const table = relationName(alter.relation);
  const commands = all(alter.cmds, 'AlterTableCmd');
  const added = commands.flatMap(({ subtype, def }) => (subtype === 'AT_AddColumn' ? [as(def, 'ColumnDef')] : []));
  adviseColumns(
    tableShape({ tableElts: added.flatMap(column => (column ? [{ ColumnDef: column }] : [])) }).columns,
    advising,
  );
  const named = (subtype: string, words: string) =>
    commands
      .filter(command => command.subtype === subtype)
      .map(({ name }) => ({ name: name ?? '', range: rangeOfName(advising.tokens(), name ?? '', words) }));
  const columns = named('AT_DropColumn', 'drop');
  const constraints = named('AT_DropConstraint', 'constraint');
  return {
    ...(columns.length > 0 && { dropsColumns: { table, columns } }),
    ...(constraints.length > 0 && { dropsConstraints: { table, names: constraints } }),
  };
}

/** The name's last token behind the word. */
function rangeOfName(tokens: StatementTokens, name: string, word: string): TextRange {
  const from = tokens.find([word]);
  for (let at = tokens.tokens.length - 1; at > from; at--) if (tokens.name(at) === name) return tokens.range(at);
  return tokens.range(Math.max(from, 0));
}
