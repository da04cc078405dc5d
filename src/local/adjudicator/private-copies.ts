/**
 * A transaction that can no longer commit goes on until its COMMIT as DSQL lets it: every statement answers what it would in the snapshot,
 * with the transaction's own writes. PostgreSQL refuses to write a row that others have changed since; so the tables it writes are copied
 * for it alone (`private_copies` of the cluster's schema), with the views that it uses, its log runs again on the copies, and so does whatever
 * comes. Nothing of it can be committed.
 */
import type { Classified, NamedRelation } from '../../core/dialect/contract';
import { tokenize } from '../../core/dialect/lexer';
import { withoutLocking } from '../../core/dialect/locking-clauses';
import { sqlName } from '../../core/dialect/names';
import { originalOffset, replaced, type Replacement } from '../../core/dialect/replacements';
import { identifier } from '../../core/dialect/sql-text';
import { ENGINE } from '../engine-schema';
import { catalogQueryOn, QueryFailed } from '../gateway/catalog-query';
import type { SchemaFacts } from '../gateway/schema-facts';
import { RowDigest } from '../gateway/digest';
import { conflictOC000 } from '../gateway/errors';
import { Flight } from '../gateway/flight';
import type { Backend } from '../gateway/backend';
import { addFetched, reopenedAt, type Portal } from '../gateway/portal';
import { SharedStatement } from '../gateway/statements';
import { bind, execute, parse } from '../gateway/wire/client-messages';
import { fieldOf, withTexts } from '../gateway/wire/server-messages';
import { keyOf } from './catalog-changes';
import { callsUnknown, claimsOf, isSetting, nameIn, type Claims } from './claims';
import { placedNames } from './placed-names';
import { hasSeenValues } from './seen-values';
import { mayHaveWritten, type LogEntry, type Transaction } from './transaction';
import type { Run } from './unapplied';

/** Larger tables are not copied: a statement that needs them hears of its conflict at once. About half a second's work. */
const MOST_BYTES = 32 * 1024 * 1024;

/** The schema of copies whose names lead to them: PostgreSQL looks there first. */
const TEMPORARY = 'pg_temp';
/** How messages of PostgreSQL's name a copy with its schema: always in quotes where they show the statement of a foreign key's. */
const COPY_IN_TEXT = /("?)(pg_temp_\d+|copies_\d+_\d+)\1\.("(?:[^"]|"")+"|\w+)/g;

/** How a plan names one. */
const COPY_IN_PLAN = /("Relation Name": ("(?:[^"\\]|\\.)+"),\s+"Schema": )("(?:[^"\\]|\\.)+")/g;

const NUMBERS = [1, 2, 3].map(
  n => `ARRAY(SELECT t FROM unnest($${n}::text[]) name, to_regclass(name) t WHERE t IS NOT NULL)::oid[]`,
);
const MAKE = `SELECT * FROM ${ENGINE}.private_copies(${NUMBERS.join(', ')}, $4::bigint)`;

/** Opens a portal again, up to where it has been read. */
function addCursor(flight: Flight, tx: Transaction, portal: Portal, { sql, oids }: SharedStatement): void {
  portal.at = reopenedAt(portal);
  flight.add(parse('', sql, oids), { kind: 'parse', forward: false });
  flight.add(bind(portal.at, '', portal.tail), { kind: 'bind', forward: false });
  addFetched(flight, tx, portal);
}

/** Before the copies hide the tables: portals that were opened before the transaction wrote, each under what had been set by then. */
function addCursors(flight: Flight, tx: Transaction): void {
  for (let at = 0; at <= tx.log.length; at++) {
    for (const portal of tx.cursors) {
      if (portal.opened !== at || portal.part || portal.statement.classified.writes) continue; // a write is bound when it runs
      addCursor(flight, tx, portal, portal.ordered ?? portal.statement);
      portal.epoch = tx.epochOf(portal);
    }
    const entry = tx.log[at];
    if (!entry || mayHaveWritten(entry.statement.classified)) return;
    if (!isSetting(entry.statement.classified)) continue;
    flight.add(parse('', entry.statement.sql, entry.statement.oids), { kind: 'parse', forward: false });
    flight.add(bind('', '', entry.tail), { kind: 'bind', forward: false });
    flight.add(execute(), { kind: 'execute', forward: false });
  }
}

const runOfPortal = ({ statement: { classified, sql }, tail, path }: Portal): Run => ({ classified, sql, tail, path });

/** The copies of one transaction. */
export class PrivateCopies {
  private readonly rewritten = new WeakMap<SharedStatement, SharedStatement>();
  /** The schema of each copy, by the `keyOf` of what it is a copy of. */
  private copies = new Map<string, string>();
  /** The other way: by the schema and the name of the copy. */
  private originals = new Map<string, string>();
  /** Names that lead to a copy where no schema is written. */
  private hiding = new Set<string>();

  private constructor(
    private readonly schema: SchemaFacts,
    private readonly claims: Claims,
    /** Views that it names: there are copies of those, too. */
    private readonly used: ReadonlySet<string>,
  ) {}

  /**
   * Moves the transaction to copies of all tables that its log and `next` write. Its snapshot is as old as before.
   * @returns false where that cannot be done: the transaction must be rolled back then
   */
  static async move(tx: Transaction, next: Run | undefined, schema: SchemaFacts): Promise<boolean> {
    const { backend } = tx;
    if (!backend || backend.lost || hasSeenValues(tx, schema)) return false;
    const log = tx.log.filter(entry => !isMoot(entry, tx, schema));
    const runs: Run[] = log.map(({ statement: { classified, sql }, tail, path }) => ({
      classified,
      sql,
      tail,
      path,
    }));
    if (next) runs.push(next);
    const isUnknown = ({ classified }: Run): boolean => callsUnknown(classified, schema) && !putsOffChecks(classified);
    if (runs.some(isUnknown)) return false;
    const claims: Claims = { written: new Set(), removed: new Set() };
    for (const run of runs) {
      const { written, removed } = qualifiedClaims(run, schema);
      for (const table of written) claims.written.add(table);
      for (const table of removed) claims.removed.add(table);
    }
    tx.copies = undefined;
    const read = [...tx.cursors].filter(portal => tx.wroteBefore(portal)).map(runOfPortal);
    const used = [...runs, ...read.filter(run => !isUnknown(run))].flatMap(run => namedViews(run, schema));
    const copies = new PrivateCopies(schema, claims, new Set(used));
    if (!(await copies.make(tx, backend))) return false;
    tx.unapplied = undefined;
    tx.copies = copies;
    return true;
  }

  private async make(tx: Transaction, backend: Backend): Promise<boolean> {
    const back = new Flight(undefined);
    backend.addHelper(back, 'backToSavepoint');
    tx.losePortals();
    addCursors(back, tx);
    backend.dropUnnamed();
    await backend.fly(back, 'sync');
    if (back.failure) return false;
    const { written, removed } = this.claims;
    const relations = [arrayOf(written), arrayOf(removed), arrayOf(this.used)];
    try {
      const rows = await catalogQueryOn(backend)(MAKE, [...relations, String(MOST_BYTES)]);
      this.copies = new Map(rows.map(([schema, name, space]) => [keyOf(schema ?? '', name ?? ''), space ?? '']));
      this.originals = new Map(rows.map(([schema, name, space]) => [keyOf(space ?? '', name ?? ''), schema ?? '']));
      this.hiding = new Set(rows.flatMap(([, name, space]) => (space === TEMPORARY ? (name ?? '') : [])));
    } catch (error) {
      if (error instanceof QueryFailed) return false;
      throw error;
    }
    backend.dropUnnamed();
    let done = 0;
    for (const portal of this.lostBehindWrites(tx)) {
      if (!(await this.runAgain(tx, backend, done, portal.opened!))) return false;
      done = portal.opened!;
      await this.open(tx, backend, portal);
    }
    return this.runAgain(tx, backend, done, tx.log.length);
  }

  /** Runs a part of the log on the copies. @returns false where it does not answer as it did */
  private async runAgain(tx: Transaction, backend: Backend, from: number, to: number): Promise<boolean> {
    const flight = new Flight(undefined);
    for (const entry of tx.log.slice(from, to)) {
      const isRead = entry.portal !== undefined && !isSetting(entry.statement.classified); // in the copies nothing is locked
      if (!isRead && !isMoot(entry, tx, this.schema)) this.addEntry(flight, entry);
    }
    await backend.fly(flight, 'sync');
    return flight.failure === undefined;
  }

  /** Portals that were opened behind writes, and show them, in the order in which they were. */
  private lostBehindWrites(tx: Transaction): Portal[] {
    const lost = [...tx.cursors].filter(portal => !tx.holds(portal) && this.covers(runOfPortal(portal), this.schema));
    return lost.sort((a, b) => a.opened! - b.opened!);
  }

  /** Opens a portal again over the copies, where its rows come as they came. */
  private async open(tx: Transaction, backend: Backend, portal: Portal): Promise<void> {
    const flight = new Flight(undefined);
    backend.addHelper(flight, 'guard');
    addCursor(flight, tx, portal, this.statement(portal.ordered ?? portal.statement, portal.path));
    await backend.fly(flight, 'sync');
    if (!flight.failure) portal.epoch = tx.epochOf(portal);
    if (!flight.failure || backend.lost) return;
    const back = new Flight(undefined);
    backend.addHelper(back, 'backToGuard');
    await backend.fly(back, 'sync');
  }

  private addEntry(flight: Flight, { statement, tail, tag, rows, path }: LogEntry): void {
    const { sql, oids, classified } = this.statement(statement, path);
    flight.add(parse('', sql, oids), { kind: 'parse', forward: false });
    flight.add(bind('', '', tail), { kind: 'bind', forward: false });
    flight.add(execute(), {
      kind: 'execute',
      forward: false,
      digest: rows === '' ? undefined : new RowDigest(),
      onComplete: done =>
        isSetting(classified) || putsOffChecks(classified) || (done.tag === tag && (rows === '' || done.rows === rows))
          ? undefined
          : conflictOC000,
    });
  }

  /** Whether a statement can run: all it writes has been copied, and the views that it reads show the copies. */
  covers(run: Run, schema: SchemaFacts): boolean {
    if (callsUnknown(run.classified, schema)) return putsOffChecks(run.classified);
    const { written, removed } = qualifiedClaims(run, schema);
    return (
      namedViews(run, schema).every(view => this.used.has(view)) &&
      [...written].every(table => this.claims.written.has(table)) &&
      [...removed].every(table => this.claims.removed.has(table))
    );
  }

  /** The statement as it runs on the copies under a search path. It is never kept prepared. */
  statement(original: SharedStatement, path: readonly string[]): SharedStatement {
    const known = this.rewritten.get(original);
    if (known) return known;
    const sql = this.sql(original.sql, path);
    const { classified, oids, context } = original;
    const statement = new SharedStatement(classified, sql, '', oids, context);
    this.rewritten.set(original, statement);
    this.rewritten.set(statement, statement);
    return statement;
  }

  /** The same of its text: names lead to the copies, or to originals of which there is none; rows are not locked. */
  sql(text: string, path: readonly string[]): string {
    return withoutLocking(replaced(text, this.replacements(text, path)));
  }

  private replacements(text: string, path: readonly string[]): Replacement[] {
    return placedNames(text).flatMap(({ start, ...named }) => {
      const space = this.spaceOf(named, path);
      if (space === undefined) return [];
      if (named.schema === undefined) return { start, end: start, text: `${identifier(space)}.` };
      const [written] = tokenize(text.slice(start), 1);
      return { start, end: start + (written?.end ?? 0), text: identifier(space) };
    });
  }

  /** What PostgreSQL says of the copies, an ErrorResponse, as it would say it of their originals. `sql`: the statement as its client sent it. */
  told(frame: Buffer, sql: string | undefined, path: readonly string[]): Buffer {
    const table = fieldOf(frame, 't') ?? '';
    return withTexts(frame, (type, text) => {
      if (type === 's') return this.originalOf(text, table) ?? text;
      if (type === 'P') return sql === undefined ? text : this.placeIn(sql, path, Number(text));
      return text.replace(COPY_IN_TEXT, (all, quote: string, space: string, name: string) => {
        const plain = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
        const schema = this.originalOf(space, plain);
        if (schema === undefined) return all;
        if (quote !== '') return `${identifier(schema)}.${name}`;
        return qualified(plain, path, this.schema) === keyOf(schema, plain) ? name : `${sqlName(schema)}.${name}`;
      });
    });
  }

  /** A plan over the copies, PostgreSQL's as JSON, as one over their originals. */
  plan(json: string): string {
    return json.replace(COPY_IN_PLAN, (all, relation: string, name: string, space: string) => {
      const schema = this.originalOf(JSON.parse(space) as string, JSON.parse(name) as string);
      return schema === undefined ? all : relation + JSON.stringify(schema);
    });
  }

  private originalOf(space: string, name: string): string | undefined {
    return this.originals.get(keyOf(space.startsWith(TEMPORARY) ? TEMPORARY : space, name));
  }

  /** A position in the text over the copies, as one in the statement; both count characters from 1. */
  private placeIn(sql: string, path: readonly string[], position: number): string {
    const replacements = this.replacements(sql, path);
    const offset = [...replaced(sql, replacements)].slice(0, position - 1).join('').length;
    return String([...sql.slice(0, originalOffset(offset, replacements))].length + 1);
  }

  /** The schema to write before a name, in place of its own; undefined where what stands there is right. */
  private spaceOf({ schema, name, key }: NamedRelation, path: readonly string[]): string | undefined {
    const original = qualified(key, path, this.schema);
    const copied = this.copies.get(original);
    if (schema !== undefined) return copied;
    if (copied !== undefined) return copied === TEMPORARY ? undefined : copied;
    return original !== key && this.hiding.has(name) ? original.slice(0, original.indexOf('\0')) : undefined;
  }
}

/** A `NamedRelation.key` with the schema that it means; as it is where there is nothing of that name. */
const qualified = (key: string, path: readonly string[], { keys }: SchemaFacts): string =>
  (key.includes('\0') ? [] : path).map(space => keyOf(space, key)).find(each => keys.has(each)) ?? key;

/** As `claimsOf`, by what the names mean. */
function qualifiedClaims(run: Run, schema: SchemaFacts): Claims {
  const { written, removed } = claimsOf(run, schema);
  const all = (tables: ReadonlySet<string>): Set<string> =>
    new Set([...tables].map(table => qualified(table, run.path, schema)));
  return { written: all(written), removed: all(removed) };
}

/** By what the names mean. */
function namedViews({ classified, path }: Run, schema: SchemaFacts): string[] {
  const { named, writeTargets } = classified.explain?.inner ?? classified;
  const keys = named?.map(({ key }) => key) ?? writeTargets;
  return keys.filter(key => schema.views.has(nameIn(key))).map(key => qualified(key, path, schema));
}

/** Nothing of it shows in the copies: there nothing is locked, and the tables that it wrote are gone. */
function isMoot({ statement, path }: LogEntry, { schemaBefore }: Transaction, schema: SchemaFacts): boolean {
  const { classified } = statement;
  if (classified.locking && !mayHaveWritten(classified)) return true;
  const before = schemaBefore ?? schema;
  if (!classified.writes || callsUnknown(classified, before)) return false;
  const { written, removed } = claimsOf(statement, before);
  const isGone = (table: string): boolean => !schema.keys.has(qualified(table, path, before));
  return (
    written.size > 0 && [...written].every(isGone) && ![...removed].some(table => before.cascading.has(nameIn(table)))
  );
}

const putsOffChecks = ({ kind }: Classified): boolean => kind === 'set-constraints';

/** A text array of names as SQL writes them. */
function arrayOf(tables: Iterable<string>): string {
  const element = (table: string): string => {
    const sql = table.split('\0').map(identifier).join('.');
    return `"${sql.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  };
  return `{${[...tables].map(element).join(',')}}`;
}
