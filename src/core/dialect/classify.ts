/** From one statement's text to what the product knows of it. No cache here: see ./dialect. */
import type { Node, VariableSetStmt } from 'libpg-query';
import { blank } from './blank';
import { boundText } from './bound';
import type { RuleBook } from './check';
import type { Classified, Refusal, StatementKind } from './contract';
import { copyFromClient } from './copy';
import { explainOf, explainedText } from './explain';
import { blanked, prepare, type Prepared } from './extensions';
import { assignedColumns, FactCollector, insertBound, returnsRows } from './facts';
import { hitInBody } from './function-body';
import { keyScanOf } from './key-scan';
import { describe } from './kinds';
import { withoutWaitPolicies } from './locking-clauses';
import { parse } from './parser';
import { emptyTable, preconditionsOf } from './preconditions';
import { refusalOf } from './refusal';
import { replaced, type Replacement } from './replacements';
import { numericPrecision, triggersOfUser } from './rewrite';
import { parameterValue } from './rules/parameters';
import { modeOf } from './rules/transactions';
import { specialOf } from './specials';
import { bySight } from './sight';
import { all, as } from './tree';

/** Classifies a statement by its parse tree. Never throws. */
export function classifyText(text: string, book: RuleBook): Classified {
  try {
    return understand(text, book);
  } catch {
    // deeper than the stack: PostgreSQL will say what it thinks of it
    return bySight(text);
  }
}

function understand(text: string, book: RuleBook): Classified {
  if (text.includes('\0')) {
    return refused(text, {
      ruleId: 'nul',
      sqlstate: '22021',
      message: 'invalid byte sequence for encoding "UTF8": 0x00',
    });
  }
  const prepared = prepare(text);
  if (prepared.iam) {
    if ('refusal' in prepared.iam) return refused(text, prepared.iam.refusal);
    return { ...blank(text), kind: 'ddl', tag: prepared.iam.tag, special: prepared.iam.special };
  }
  const parsed = parse(prepared.parseText);
  if (parsed.type === 'unknown') return bySight(text);
  if (parsed.type === 'error') {
    if (prepared.async && !/^\s*create/i.test(text)) return understandPlain(text, book);
    return refused(text, syntaxError(parsed));
  }
  const [node, ...others] = parsed.statements;
  if (others.length > 0) {
    return refused(text, syntaxError(SEVERAL));
  }
  if (!node) return { ...blank(text), kind: 'empty' };
  if (prepared.async && !isAsyncStatement(node)) return understandPlain(text, book);
  return understandNode(text, prepared, node, book);
}

/** ALTER TABLE async …: a table of that name. */
function understandPlain(text: string, book: RuleBook): Classified {
  const parsed = parse(text);
  if (parsed.type === 'unknown') return bySight(text);
  if (parsed.type === 'error') return refused(text, syntaxError(parsed));
  const [node] = parsed.statements;
  return node ? understandNode(text, { parseText: text, using: false }, node, book) : { ...blank(text), kind: 'empty' };
}

function isAsyncStatement(node: Node): boolean {
  if ('IndexStmt' in node) return true;
  const commands = all(as(node, 'AlterTableStmt')?.cmds, 'AlterTableCmd');
  return commands.length === 1 && commands[0]?.subtype === 'AT_ValidateConstraint';
}

function understandNode(text: string, prepared: Prepared, node: Node, book: RuleBook): Classified {
  const facts = new FactCollector();
  const given = prepared.method ? blanked(text, prepared.method) : text;
  const { async, using } = prepared;
  const options = { async: async !== undefined, using, length: text.length, onNode: facts.onNode };
  const own = book.check(node, options);
  const hit = own && own.rule.id !== 'function_statement' ? own : (hitInBody(node, book) ?? own);
  const runnable = facts.waitPolicy ? withoutWaitPolicies(given) : given;
  const { kind, tag } = describe(node);
  const replacements = replacementsIn(runnable, kind, facts);
  const classified: Classified = {
    ...blank(text),
    kind: kind === 'query' && facts.writes ? 'dml' : kind,
    tag,
    sql: replaced(runnable, replacements),
    writes: facts.writes,
    locking: facts.locking,
    returnsRows: returnsRows(node),
    writeTargets: facts.writeTargets,
  };
  if (replacements.length > 0) classified.replacements = replacements;
  if (facts.relations.size > 0 || kind === 'query') classified.relations = [...facts.relations];
  if (facts.named.length > 0) classified.named = facts.named;
  const mayScan = kind === 'query' && replacements.length === 0 && facts.named.length === 1;
  const keyScan = mayScan ? keyScanOf(node) : undefined;
  if (keyScan) classified.keyScan = keyScan;
  if (facts.functions.size > 0) classified.functions = [...facts.functions];
  if (facts.readsSequences) classified.readsSequences = true;
  if (facts.namesMoment) classified.namesMoment = true;
  if (facts.configures) classified.configures = facts.configures;
  if (facts.configures === 'session' && facts.setsLocally.size > 0) classified.setsLocally = [...facts.setsLocally];
  const bound = boundText(node, classified);
  if (bound !== undefined) classified.bound = bound;
  addStatementFacts(classified, node, facts);
  addExplain(classified, node, book);
  if (hit && hit.onlyIf === undefined) classified.refusal = refusalOf(text, hit);
  if (hit?.rule.id === 'index_async')
    classified.onEmptyTable = synchronousIndex(classified, node, prepared.using, book);
  if (!classified.refusal || classified.refusal.byPostgres) {
    const special = specialOf(node, runnable, prepared);
    if (special) classified.special = special;
    if (special?.type === 'create-index-async') classified.sql = special.concurrentSql;
    if (special?.type === 'validate-constraint-async') classified.sql = special.sql;
    if (special && special.type !== 'drop-index') classified.returnsRows = true;
    const preconditions = preconditionsOf(node);
    if (hit?.onlyIf !== undefined)
      preconditions.unshift({ sql: hit.onlyIf, refusal: refusalOf(text, hit), unasked: true });
    if (preconditions.length > 0) classified.preconditions = preconditions;
  }
  return classified;
}

/** What PostgreSQL must get in other words: what is defined keeps the client's words, but for types that mean something else there. */
function replacementsIn(text: string, kind: StatementKind, facts: FactCollector): Replacement[] {
  if (kind === 'ddl') {
    const precisions = numericPrecision(text, facts.bareNumerics);
    return facts.allTriggers ? [...precisions, ...triggersOfUser(text)].sort((a, b) => a.start - b.start) : precisions;
  }
  // nobody may lock a catalogue, and the refusal names it; a plan is of the catalogues themselves
  return facts.locking || kind === 'explain' ? [] : facts.catalogues.replacements(text);
}

/** CREATE INDEX for a session that may build at once: every other rule holds, and the table must be empty. */
function synchronousIndex(classified: Classified, node: Node, using: boolean, book: RuleBook): Classified {
  const { refusal, ...allowed } = classified;
  const hit = book.check(node, { async: true, using, onNode: () => undefined });
  if (hit) return { ...allowed, refusal: refusalOf(classified.text, hit) };
  const relation = as(node, 'IndexStmt')?.relation;
  return { ...allowed, preconditions: [...preconditionsOf(node), emptyTable(relation, refusal!)] };
}

/** SHOW ALL with what the service says of itself in place of PostgreSQL's values. */
const SHOW_ALL = `SELECT name, pg_catalog.current_setting(name) AS setting, short_desc AS description
  FROM pg_catalog.pg_show_all_settings() AS s`;

function addStatementFacts(classified: Classified, node: Node, facts: FactCollector): void {
  const transaction = as(node, 'TransactionStmt');
  if (classified.kind === 'begin' && transaction) {
    const readOnly = modeOf(transaction.options, 'transaction_read_only');
    classified.begin = { readOnly: readOnly === true, ...(readOnly === false && { readWrite: true }) };
    if (modeOf(transaction.options, 'transaction_deferrable')) classified.begin.deferrable = true;
  }
  if (transaction?.chain) classified.chain = true;
  const set = as(node, 'VariableSetStmt');
  if (set) addParameter(classified, set);
  const copy = as(node, 'CopyStmt');
  const copyFrom = copy && copyFromClient(copy);
  if (copyFrom) classified.copyFrom = copyFrom;
  const show = as(node, 'VariableShowStmt');
  if (show) classified.parameter = { name: (show.name ?? '').toLowerCase(), local: false };
  if (classified.parameter?.name === 'all' && show) classified.sql = SHOW_ALL;
  if (facts.writes && !facts.hasSeveralWriters) {
    const maxRows = insertBound(node);
    if (maxRows !== undefined) classified.maxRows = maxRows;
    const assigns = assignedColumns(node);
    if (assigns) classified.assigns = assigns;
  }
}

function addParameter(classified: Classified, set: VariableSetStmt): void {
  if (set.name === 'SESSION CHARACTERISTICS') {
    const readOnly = modeOf(set.args, 'transaction_read_only');
    if (readOnly !== undefined) classified.sessionReadOnly = readOnly;
    return;
  }
  const name = set.kind === 'VAR_RESET_ALL' ? 'all' : (set.name ?? '').toLowerCase();
  classified.parameter = { name, local: set.is_local === true };
  if (set.kind === 'VAR_SET_VALUE') classified.parameter.value = parameterValue(set);
}

function addExplain(classified: Classified, node: Node, book: RuleBook): void {
  const statement = as(node, 'ExplainStmt');
  if (!statement) return;
  const explained = explainedText(classified.text, (statement.options?.length ?? 0) > 0);
  const inner = ofCatalogues(classifyText(explained.text, book));
  const explain = explainOf(statement, inner);
  classified.explain = explain;
  classified.writes = explain.analyze && inner.writes;
  classified.locking = explain.analyze && inner.locking;
  const { refusal } = inner;
  if (refusal) {
    const position = refusal.position === undefined ? undefined : refusal.position + explained.start;
    classified.refusal = { ...refusal, ...(position !== undefined && { position }) };
  }
}

/** A plan is that of the catalogues themselves: with the views in their place it would list what these leave out. */
function ofCatalogues(inner: Classified): Classified {
  const { replacements, ...explained } = inner;
  return replacements && inner.kind !== 'ddl' ? { ...explained, sql: inner.text } : inner;
}

const SEVERAL = { sqlstate: '42601', message: 'cannot insert multiple commands into a prepared statement' };

const syntaxError = ({ sqlstate, message, hint, position }: Omit<Refusal, 'ruleId'>): Refusal => ({
  ruleId: 'syntax_error',
  sqlstate,
  message,
  ...(hint !== undefined && { hint }),
  ...(position !== undefined && { position }),
});

const refused = (text: string, refusal: Refusal): Classified => ({ ...blank(text), refusal });
