/** What the gateway must know of a statement beyond its kind, collected in one walk over the tree. */
import type { ColumnDef, Node, RangeVar, TypeName } from 'libpg-query';
import type { NamedRelation } from './contract';
import { isCatalogRelation, namedRelation, relationsNamedBy } from './relations';
import { isBareNumeric } from './rewrite';
import { all, as, namesOf, type NodeOf, type NodeTag } from './tree';
import { CatalogueReferences } from './viewed-catalogues';

/** Functions that read what belongs to one PostgreSQL session. */
const SESSION_FUNCTIONS = new Set(['currval', 'lastval']);

/** What the types of dates and times take for the moment at which they read it, also within a range or an array. */
const MOMENT = /(?<![a-z])(?:now|today|tomorrow|yesterday)(?![a-z])/i;

/** Collects facts node by node. */
export class FactCollector {
  writes = false;
  locking = false;
  /** NOWAIT or SKIP LOCKED. */
  waitPolicy = false;
  readonly writeTargets: string[] = [];
  readonly functions = new Set<string>();
  readonly relations = new Set<string>();
  readonly named: NamedRelation[] = [];
  readsSequences = false;
  namesMoment = false;
  configures: 'transaction' | 'session' | undefined;
  readonly setsLocally = new Set<string>();
  readonly bareNumerics: TypeName[] = [];
  /** ENABLE or DISABLE TRIGGER ALL. */
  allTriggers = false;
  readonly catalogues = new CatalogueReferences();
  /** Sub-statements that write. */
  private writers = 0;

  readonly onNode = (tag: NodeTag, node: object): void => {
    for (const relation of relationsNamedBy(tag, node)) this.name(relation);
    this.catalogues.visit(tag, node);
    switch (tag) {
      case 'InsertStmt':
      case 'UpdateStmt':
      case 'DeleteStmt':
      case 'MergeStmt':
        return this.write((node as NodeOf<'InsertStmt'>).relation);
      case 'CopyStmt':
        if ((node as NodeOf<'CopyStmt'>).is_from) this.write((node as NodeOf<'CopyStmt'>).relation);
        return;
      case 'LockingClause':
        return this.lock(node);
      case 'A_Const':
        this.namesMoment ||= MOMENT.test((node as NodeOf<'A_Const'>).sval?.sval ?? '');
        return;
      case 'FuncCall':
        return this.call(node);
      case 'CreateStmt':
        for (const column of all((node as NodeOf<'CreateStmt'>).tableElts, 'ColumnDef')) this.column(column);
        return;
      case 'AlterTableCmd': {
        const { subtype, def } = node as NodeOf<'AlterTableCmd'>;
        const column = as(def, 'ColumnDef');
        if (subtype === 'AT_AddColumn' && column) this.column(column);
        this.allTriggers ||= subtype === 'AT_EnableTrigAll' || subtype === 'AT_DisableTrigAll';
        return;
      }
      case 'CreateDomainStmt': {
        const { typeName } = node as NodeOf<'CreateDomainStmt'>;
        if (isBareNumeric(typeName)) this.bareNumerics.push(typeName);
        return;
      }
      default:
      // no fact stands in the other nodes themselves
    }
  };

  /** More than one sub-statement writes: one in a common table expression, at least. */
  get hasSeveralWriters(): boolean {
    return this.writers > 1;
  }

  private name(relation: NamedRelation): void {
    this.relations.add(relation.name);
    const known = this.named.some(({ key }) => key === relation.key);
    if (!known && !isCatalogRelation(relation)) this.named.push(relation);
  }

  private write(relation: RangeVar | undefined): void {
    this.writes = true;
    this.writers++;
    if (!relation?.relname) return;
    const { key } = namedRelation(relation.relname, relation.schemaname);
    if (!this.writeTargets.includes(key)) this.writeTargets.push(key);
  }

  private lock({ strength, waitPolicy }: NodeOf<'LockingClause'>): void {
    this.locking ||= /^LCS_FOR(?:UPDATE|KEYSHARE)$/.test(strength ?? '');
    this.waitPolicy ||= waitPolicy === 'LockWaitSkip' || waitPolicy === 'LockWaitError';
  }

  private call({ funcname, args }: NodeOf<'FuncCall'>): void {
    const names = namesOf(funcname);
    const last = names.at(-1) ?? '';
    const name = names[0] === 'pg_catalog' ? last : names.join('.');
    if (SESSION_FUNCTIONS.has(last)) this.readsSequences = true;
    if (last === 'set_config') this.configure(args ?? []);
    this.functions.add(name);
  }

  private configure([setting, , isLocal]: Node[]): void {
    if (!isTrue(isLocal)) this.configures = 'session';
    else {
      this.configures ??= 'transaction';
      this.setsLocally.add(as(setting, 'A_Const')?.sval?.sval?.toLowerCase() ?? '');
    }
  }

  private column({ typeName }: ColumnDef): void {
    if (isBareNumeric(typeName)) this.bareNumerics.push(typeName);
  }
}

function isTrue(node: Node | undefined): boolean {
  return as(node, 'A_Const')?.boolval?.boolval === true;
}

/** RETURNING, or rows by nature. */
export function returnsRows(node: Node): boolean {
  const dml = as(node, 'InsertStmt') ?? as(node, 'UpdateStmt') ?? as(node, 'DeleteStmt');
  if (dml) return (dml.returningList?.length ?? 0) > 0;
  const select = as(node, 'SelectStmt');
  if (select) return select.intoClause === undefined;
  return 'VariableShowStmt' in node || 'ExplainStmt' in node;
}

/** Columns that an UPDATE, or an INSERT in its place, sets; undefined for other statements. */
export function assignedColumns(node: Node): string[] | undefined {
  const targets = as(node, 'UpdateStmt')?.targetList ?? as(node, 'InsertStmt')?.onConflictClause?.targetList;
  return targets && all(targets, 'ResTarget').map(({ name }) => name ?? '');
}

/** An upper bound of the rows one INSERT writes, where its text proves one. */
export function insertBound(node: Node): number | undefined {
  const insert = as(node, 'InsertStmt');
  if (!insert) return undefined;
  const source = as(insert.selectStmt, 'SelectStmt');
  if (!source) return 1; // DEFAULT VALUES
  const values = source.valuesLists?.length ?? 0;
  return values > 0 ? values : undefined;
}
