import { EVERY_RELATION } from '../../core/dialect/relations';
import type { BackendPool } from '../gateway/pool';
import type { ForeignKey, SchemaFacts } from '../gateway/schema-facts';
import { conflictsWithChildren } from './children';
import { callsWriter, mayLockUnnamed, targetsOf, throughViews } from './claims';
import { SUPERUSER_PATH } from '../postgres/connection';
import {
  footprintOf,
  footprintsOf,
  locks,
  searchedFor,
  searchPathOf,
  tellingOf,
  type Footprint,
  type Run,
} from './footprint';
import { heldRows, lockedTables } from './held-rows';
import type { LockProbe } from './lock-probe';
import { leavesReference } from './references';
import type { FreedKeys } from './reused-keys';
import { Transaction } from './transaction';

/** More are not kept: who is older than the first forgotten one loses whenever it touched a table that was locked. */
const KEPT = 2000;

/**
 * What transactions locked with FOR UPDATE or FOR KEY SHARE, remembered as long as an older snapshot is open. A transaction that touched one
 * of the tables asks at its COMMIT whether it holds one of the rows. Transactions that neither lock nor meet one that did pay nothing.
 * Children tell themselves what parents they claim.
 */
export class Footprints {
  private kept: Footprint[] = [];
  /** Grows with each commit that is remembered: a transaction is older than what has a greater number than it began with. */
  sequence = 0;
  private forgotten = 0;
  private readonly forgottenTables = new Set<string>();
  /** The last commit that may have claimed a parent by each foreign key. By `ForeignKey.id`. */
  private readonly childWrites = new Map<string, number>();

  constructor(
    private readonly pool: BackendPool,
    private readonly probe: LockProbe,
    private readonly freedKeys: FreedKeys,
  ) {}

  /** Looks for rows of which the statements do not tell that they are locked. Before `leave`; undefined where there is nothing to look for. */
  look(tx: Transaction, schema: SchemaFacts, runs: readonly Run[]): Promise<readonly Footprint[]> | undefined {
    if (tx.readOnly || !tx.backend) return undefined;
    const hidden = runs.filter(
      run => run.statement.classified.locking && !run.readOn && tellingOf(run, schema) !== 'always',
    );
    const undone = schema.foreignKeys.filter(key => mayUndoClaims(key, schema, runs));
    const unnamed = runs.some(({ statement }) => mayLockUnnamed(statement.classified, schema));
    if (hidden.length + undone.length === 0 && !unnamed) return undefined;
    const { pid } = tx.backend;
    const found = this.find(pid, schema, hidden, undone);
    return unnamed ? found.then(async told => [...told, ...(await this.findUnnamed(pid, schema, runs))]) : found;
  }

  /** What functions and views have locked: of no statement's text. */
  private async findUnnamed(pid: number, schema: SchemaFacts, runs: readonly Run[]): Promise<Footprint[]> {
    const told = tablesOf(
      runs.filter(({ statement: { classified } }) => classified.locking || classified.writes),
      schema,
    );
    const found: Footprint[] = [];
    for (const { name, table, isParent } of await lockedTables(pid, this.probe)) {
      const rows = await heldRows(pid, [table], SUPERUSER_PATH, this.probe, 'any');
      // where the rows cannot be told, the table may be locked for what a statement has said, or for a foreign key
      if (rows || !(isParent || told.has(name))) found.push(...footprintsOf([name], 'exclusive', rows));
    }
    return found;
  }

  private async find(
    pid: number,
    schema: SchemaFacts,
    hidden: readonly Run[],
    undone: readonly ForeignKey[],
  ): Promise<readonly Footprint[]> {
    const found: Footprint[] = [];
    for (const run of hidden) {
      const { classified, sql } = run.statement;
      const tells = tellingOf(run, schema) === 'now';
      if (tells && !locks(run)) continue;
      const names = classified.named && searchedFor(classified.named, schema);
      // what is held FOR KEY SHARE others may change: the text may find another row then
      const size = tells && isExclusive(sql) ? 'small' : 'any';
      const rows = names && (await heldRows(pid, names, searchPathOf(run), this.probe, size));
      const told = rows || !tells ? undefined : footprintOf(run);
      if (told) found.push(told);
      else {
        const tables = throughViews(classified.relations ?? [], schema);
        found.push(...footprintsOf(tables, isExclusive(sql) ? 'exclusive' : 'key', rows));
      }
    }
    for (const { parent, parentTable } of undone)
      found.push(
        ...footprintsOf([parent], 'key', await heldRows(pid, [parentTable], SUPERUSER_PATH, this.probe, 'any')),
      );
    return found;
  }

  /** Before COMMIT is sent. @returns what to call with its outcome */
  leave(
    tx: Transaction,
    schema: SchemaFacts,
    runs: readonly Run[],
    found: readonly Footprint[] = [],
  ): (committed: boolean) => void {
    const children = tx.readOnly || schema.foreignKeys.length === 0 ? [] : childrenOf(schema, runs);
    const locking = tx.readOnly ? [] : runs.filter(locks);
    if (locking.length + children.length + found.length === 0) return nothing;
    const telling = locking.filter(run => tellingOf(run, schema) === 'always');
    const own = [...found, ...telling.flatMap(run => footprintOf(run) ?? [])];
    this.kept.push(...own);
    return committed => {
      if (!committed) this.kept = this.kept.filter(footprint => !own.includes(footprint));
      else {
        this.sequence++;
        for (const footprint of own) footprint.sequence = this.sequence;
        for (const key of children) this.childWrites.set(key, this.sequence);
        this.prune(tx);
      }
    };
  }

  /** Forgets what no open snapshot is older than. */
  private prune(committed: Transaction): void {
    const oldest = this.oldestBeside(committed);
    this.kept = this.kept.filter(footprint => footprint.sequence > oldest);
    while (this.kept.length > KEPT) {
      const footprint = this.kept.shift()!;
      this.forgotten = Math.max(this.forgotten, Math.min(footprint.sequence, this.sequence));
      for (const table of footprint.tables) this.forgottenTables.add(table);
    }
  }

  /** `snapshotSequence` of the oldest of the other open transactions; infinite without any. */
  private oldestBeside(tx: Transaction): number {
    let oldest = Infinity;
    for (const { owner } of this.pool.backends())
      if (owner instanceof Transaction && owner !== tx && (owner.begun || owner.kind === 'auto') && !owner.ended)
        oldest = Math.min(oldest, owner.snapshotSequence);
    return oldest;
  }

  /** Whether `conflict` has to be asked at all. */
  mayConflict(tx: Transaction, runs: readonly Run[]): boolean {
    if (!tx.backend || tx.readOnly || runs.length === 0) return false;
    return this.kept.length > 0 || tx.snapshotSequence !== this.sequence;
  }

  /** Whether the transaction holds a row that one which committed after its snapshot had locked. Asked before it is committed. */
  async conflict(tx: Transaction, schema: SchemaFacts, runs: readonly Run[]): Promise<boolean> {
    if (!this.mayConflict(tx, runs)) return false;
    const { snapshotSequence } = tx;
    const touched = tablesOf(runs, schema);
    const meets = (tables: Iterable<string>): boolean =>
      touched.has(EVERY_RELATION) || [...tables].some(table => touched.has(table));
    if (snapshotSequence < this.forgotten && meets(this.forgottenTables)) return true;
    const newer = this.kept.filter(({ sequence, tables }) => sequence > snapshotSequence && meets(tables));
    if (newer.some(({ questions }) => !questions)) return true;
    if (newer.length > 0 && (await this.holdsOneOf(newer, tx, schema, runs))) return true;
    const written = schema.foreignKeys.filter(key => (this.childWrites.get(key.id) ?? 0) > snapshotSequence);
    const areFreed = (table: string): boolean => this.freedKeys.areFreed(table, tx);
    return written.length > 0 && conflictsWithChildren(tx, runs, written, areFreed, schema, this.probe);
  }

  private async holdsOneOf(
    footprints: readonly Footprint[],
    tx: Transaction,
    schema: SchemaFacts,
    runs: readonly Run[],
  ): Promise<boolean> {
    const { pid } = tx.backend!;
    const exclusive = footprints.flatMap(({ strength, questions }) =>
      strength === 'exclusive' && questions ? [questions.held] : [],
    );
    if (exclusive.length > 0 && (await this.probe.anyRow(pid, exclusive))) return true;
    for (const { strength, tables, questions } of footprints) {
      if (strength === 'exclusive' || !questions || !mayClaimAlone(tx, runs, tables, schema)) continue;
      const { held, shared } = questions;
      if ((await this.probe.anyRow(pid, [held])) && (await this.probe.anyRow(pid, [shared]))) return true;
    }
    return false;
  }
}

/** Whether the transaction may have removed rows of the tables, changed their keys, or locked them FOR UPDATE. */
function mayClaimAlone(
  { frees }: Transaction,
  runs: readonly Run[],
  tables: readonly string[],
  schema: SchemaFacts,
): boolean {
  const isOne = (table: string): boolean => table === EVERY_RELATION || tables.includes(table);
  const locksAlone = ({ statement: { classified, sql } }: Run): boolean =>
    mayLockUnnamed(classified, schema) ||
    (classified.locking &&
      isExclusive(sql) &&
      (!classified.relations || throughViews(classified.relations, schema).some(isOne)));
  return frees.some(isOne) || runs.some(locksAlone);
}

/** A statement that locks rows claims some of them against everybody, as far as its text tells. */
const isExclusive = (sql: string): boolean => /\bfor\s+update\b/i.test(sql);

const nothing = (): void => undefined;

/** The foreign keys by which the statements may have claimed a parent. */
function childrenOf(schema: SchemaFacts, runs: readonly Run[]): string[] {
  if (runs.some(({ statement }) => callsWriter(statement.classified, schema)))
    return schema.foreignKeys.map(({ id }) => id);
  const writes = runs.filter(run => run.statement.classified.writes);
  return schema.foreignKeys
    .filter(key => {
      const written = tablesOf(
        writes.filter(run => !leavesReference(run.statement, key, schema)),
        schema,
      );
      return written.has(key.child) || written.has(EVERY_RELATION);
    })
    .map(({ id }) => id);
}

/** The transaction may have written a child of which it has later taken away the reference: what it claimed cannot be told from the children. */
function mayUndoClaims(key: ForeignKey, schema: SchemaFacts, runs: readonly Run[]): boolean {
  const writes = runs.filter(
    ({ statement }) =>
      statement.classified.writes &&
      targetsOf(statement.classified, schema).includes(key.child) &&
      !leavesReference(statement, key, schema),
  );
  return writes.length > 1 && writes.some(({ statement }) => statement.classified.tag !== 'INSERT');
}

/** Unqualified names of the tables whose rows the statements may have locked or changed. */
function tablesOf(runs: Iterable<Run>, schema: SchemaFacts): Set<string> {
  const tables = new Set<string>();
  for (const { statement } of runs) {
    const { relations } = statement.classified;
    const targets = targetsOf(statement.classified, schema);
    for (const name of relations ? throughViews(relations, schema) : targets) tables.add(name);
    const isUnknown = (relations ?? targets).length === 0 || callsWriter(statement.classified, schema);
    if (isUnknown || targets.some(name => schema.cascading.has(name))) tables.add(EVERY_RELATION);
    for (const key of schema.foreignKeys)
      if (targets.includes(key.child) && !leavesReference(statement, key, schema)) tables.add(key.parent);
  }
  return tables;
}
