/** Asks the rules about a statement. */
import type { AlterTableStmt, ColumnDef, Constraint, CreateStmt, Node } from 'libpg-query';
import { fill, type ConstraintSubject, type Match, type Rule, type RuleContext, type SubjectName } from './rule';
import { all, as, visit, type NodeTag } from './tree';

/** A rule that hit. Texts are filled in. */
export interface Hit {
  rule: Rule;
  message: string;
  detail?: string;
  hint?: string;
  /** UTF-8 bytes into the parsed text. */
  location?: number;
  /** See `Match`. */
  onlyIf?: string;
}

/** What the statement brings besides its tree. */
export interface CheckOptions {
  async: boolean;
  using: boolean;
  /** Of the statement's text, in UTF-16 units; where it is not known, no rule about it hits. */
  length?: number;
  /** Called for every named node, parents first: the walk is shared with whoever collects facts. */
  onNode(tag: NodeTag, node: object): void;
}

/** The rules of one date, by subject. */
export class RuleBook {
  private readonly bySubject = new Map<SubjectName, Rule[]>();

  constructor(rules: readonly Rule[], asOf: string) {
    for (const rule of rules) {
      if (rule.until !== undefined && rule.until <= asOf) continue;
      for (const subject of rule.on) {
        const list = this.bySubject.get(subject);
        if (list) list.push(rule);
        else this.bySubject.set(subject, [rule]);
      }
    }
  }

  /**
   * Walks the statement and returns the first rule that hits; one that PostgreSQL sees to only where no other does. `onNode` sees every
   * node whether or not one does.
   */
  check(root: Node, options: CheckOptions): Hit | undefined {
    let hit: Hit | undefined;
    this.walk(root, options, found => {
      if (!hit || !found.rule.byPostgres) hit = found;
      return !found.rule.byPostgres;
    });
    return hit;
  }

  /** Every rule that hits, in the order of the walk. */
  checkAll(root: Node, options: CheckOptions): Hit[] {
    const hits: Hit[] = [];
    this.walk(root, options, found => {
      hits.push(found);
      return false;
    });
    return hits;
  }

  /** Asks the rules until `onHit` says it has enough; `onNode` sees every node all the same. */
  private walk(root: Node, { async, using, length = 0, onNode }: CheckOptions, onHit: (hit: Hit) => boolean): void {
    let commonTables: Set<string> | undefined;
    let enough = false;
    const context = (subject: SubjectName): RuleContext => ({
      subject,
      async,
      using,
      length,
      get commonTables() {
        return (commonTables ??= namesOfCommonTables(root));
      },
    });
    const ask = (subject: SubjectName, node: object) => {
      if (enough) return;
      for (const rule of this.bySubject.get(subject) ?? []) {
        const match = rule.test(node, context(subject));
        if (match && (enough = onHit(hitOf(rule, match)))) return;
      }
    };
    visit(root, (tag, node) => {
      onNode(tag, node);
      ask(tag, node);
      if (tag === 'CreateStmt') askTable(node, ask);
      else if (tag === 'AlterTableStmt') askAlterTable(node, ask);
    });
  }
}

function hitOf(rule: Rule, { values, location, onlyIf }: Match): Hit {
  const hit: Hit = { rule, message: fill(rule.message, values) };
  if (rule.detail !== undefined) hit.detail = fill(rule.detail, values);
  if (rule.hint !== undefined) hit.hint = fill(rule.hint, values);
  if (location !== undefined && location >= 0) hit.location = location;
  if (onlyIf !== undefined) hit.onlyIf = onlyIf;
  return hit;
}

function namesOfCommonTables(root: Node): Set<string> {
  const names = new Set<string>();
  visit(root, (tag, node) => {
    if (tag === 'CommonTableExpr') names.add((node as { ctename?: string }).ctename ?? '');
  });
  return names;
}

type Ask = (subject: SubjectName, node: object) => void;

function askTable(table: CreateStmt, ask: Ask): void {
  for (const element of table.tableElts ?? []) {
    const column = as(element, 'ColumnDef');
    if (column) askColumn(column, table, false, ask);
    const constraint = as(element, 'Constraint');
    if (constraint) ask('constraint', subjectOf(constraint, table, false));
  }
}

function askAlterTable(table: AlterTableStmt, ask: Ask): void {
  for (const { subtype, def } of all(table.cmds, 'AlterTableCmd')) {
    const column = as(def, 'ColumnDef');
    if (column && subtype === 'AT_AddColumn') askColumn(column, table, true, ask);
    const constraint = as(def, 'Constraint');
    if (constraint && (subtype === 'AT_AddConstraint' || subtype === 'AT_AddIdentity')) {
      ask('constraint', subjectOf(constraint, table, true));
    }
  }
}

function askColumn(column: ColumnDef, table: CreateStmt | AlterTableStmt, adding: boolean, ask: Ask): void {
  ask('column', { column, table, adding });
  const constraints = all(column.constraints, 'Constraint');
  constraints.forEach((constraint, at) => {
    // DEFERRABLE and INITIALLY … follow their constraint in the list of a column
    let deferrable = false;
    for (const next of constraints.slice(at + 1)) {
      if (!next.contype?.startsWith('CONSTR_ATTR_')) break;
      if (next.contype === 'CONSTR_ATTR_DEFERRABLE' || next.contype === 'CONSTR_ATTR_DEFERRED') deferrable = true;
    }
    if (!constraint.contype?.startsWith('CONSTR_ATTR_')) {
      ask('constraint', { ...subjectOf(constraint, table, adding), column, deferrable });
    }
  });
}

const subjectOf = (constraint: Constraint, table: CreateStmt | AlterTableStmt, adding: boolean): ConstraintSubject => ({
  constraint,
  table,
  adding,
  deferrable: constraint.deferrable === true || constraint.initdeferred === true,
});
