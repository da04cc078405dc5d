/**
 * A transaction that can no longer commit goes on until its COMMIT as DSQL lets it: every statement answers what it would in the snapshot,
 * with the transaction's own writes. PostgreSQL refuses to write a row that others have changed since; so the tables it writes are copied
 * for it alone (`private_copies` of the cluster's schema), with the views that it uses, its log runs again on the copies, and so does whatever
 * comes. Nothing of it can be committed.
 */
import type { RangeVar } from 'libpg-query';
import type { Classified } from '../../core/dialect/contract';
import { byteToUtf16, parse as parseSql } from '../../core/dialect/parser';
import { tokenize } from '../../core/dialect/lexer';
import { withoutLocking } from '../../core/dialect/locking-clauses';
import { namesOf, visit, type NodeOf } from '../../core/dialect/tree';
import { ENGINE } from '../engine-schema';
import { catalogQueryOn, QueryFailed } from '../gateway/catalog-query';
import type { SchemaFacts } from '../gateway/control';
import { RowDigest } from '../gateway/digest';
import { conflictOC000 } from '../gateway/errors';
import { Flight } from '../gateway/flight';
import type { Backend } from '../gateway/backend';
import { SharedStatement, unnamedStatement } from '../gateway/statements';
import { bind, execute, parse } from '../gateway/wire/client-messages';
import { callsUnknown, claimsOf, isSetting, plainName, type Claims } from './claims';
import { hasSeenValues } from './seen-values';
import type { LogEntry, Transaction } from './transaction';
import type { Run } from './unapplied';

/** Larger tables are not copied: a statement that needs them hears of its conflict at once. About half a second's work. */
const MOST_BYTES = 32 * 1024 * 1024;

const NUMBERS = [1, 2, 3].map(
  n => `ARRAY(SELECT t FROM unnest($${n}::text[]) name, to_regclass(name) t WHERE t IS NOT NULL)::oid[]`,
);
const MAKE = `SELECT * FROM ${ENGINE}.private_copies(${NUMBERS.join(', ')}, $4::bigint)`;

/** The copies of one transaction. */
export class PrivateCopies {
  private readonly rewritten = new WeakMap<SharedStatement, SharedStatement>();
  /** `schema.table` of each copy. */
  private tables = new Set<string>();

  private constructor(
    private readonly claims: Claims,
    /** Views that it names, `view` or `schema.view`: there are copies of those, too. */
    private readonly used: ReadonlySet<string>,
  ) {}

  /**
   * Moves the transaction to copies of all tables that its log and `next` write. Its snapshot is as old as before.
   * @returns false where that cannot be done: the transaction must be rolled back then
   */
  static async move(tx: Transaction, next: Run | undefined, schema: SchemaFacts): Promise<boolean> {
    const { backend } = tx;
    if (!backend || backend.lost || !tx.hasSavepoint || hasSeenValues(tx, schema)) return false;
    const runs = tx.log.map(entry => ({ ...entry.statement, tail: entry.tail }));
    if (next) runs.push({ ...unnamedStatement(next.classified, next.sql), tail: next.tail });
    if (runs.some(run => callsUnknown(run.classified, schema) && !putsOffChecks(run.classified))) return false;
    const claims: Claims = { written: new Set(), removed: new Set() };
    for (const run of runs) {
      const { written, removed } = claimsOf(run, schema);
      for (const table of written) claims.written.add(table);
      for (const table of removed) claims.removed.add(table);
    }
    tx.copies = undefined;
    const copies = new PrivateCopies(claims, new Set(runs.flatMap(run => namedViews(run, schema))));
    if (!(await copies.make(tx, backend))) return false;
    tx.unapplied = undefined;
    tx.copies = copies;
    return true;
  }

  private async make(tx: Transaction, backend: Backend): Promise<boolean> {
    const back = new Flight(undefined);
    backend.addHelper(back, 'backToSavepoint');
    tx.losePortals();
    await backend.fly(back, 'sync');
    const { written, removed } = this.claims;
    const relations = [arrayOf(written), arrayOf(removed), arrayOf(this.used)];
    try {
      const rows = await catalogQueryOn(backend)(MAKE, [...relations, String(MOST_BYTES)]);
      this.tables = new Set(rows.map(([schema, table]) => `${schema}.${table}`));
    } catch (error) {
      if (error instanceof QueryFailed) return false;
      throw error;
    }
    const flight = new Flight(undefined);
    for (const entry of tx.log)
      if (entry.limit === undefined || isSetting(entry.statement.classified)) this.addEntry(flight, entry); // in the copies nothing is locked
    backend.dropUnnamed();
    await backend.fly(flight, 'sync');
    return flight.failure === undefined;
  }

  private addEntry(flight: Flight, { statement, tail, tag, rows }: LogEntry): void {
    const { sql, oids, classified } = this.statement(statement);
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
    const { written, removed } = claimsOf(run, schema);
    return (
      namedViews(run, schema).every(view => this.used.has(view)) &&
      [...written].every(table => this.claims.written.has(table)) &&
      [...removed].every(table => this.claims.removed.has(table))
    );
  }

  /** The statement as it runs on the copies. It is never kept prepared. */
  statement(original: SharedStatement): SharedStatement {
    const known = this.rewritten.get(original);
    if (known) return known;
    const sql = this.sql(original.sql);
    const { classified, oids, context } = original;
    const statement = new SharedStatement(classified, sql, '', oids, context);
    this.rewritten.set(original, statement);
    this.rewritten.set(statement, statement);
    return statement;
  }

  /** Names with a schema lead to the copies, too; rows are not locked. */
  sql(text: string): string {
    const places: number[] = [];
    const parsed = parseSql(text);
    if (parsed.type === 'tree')
      visit(parsed.statements, (tag, node) => {
        if (tag === 'RangeVar') this.collect(places, node);
        if (tag === 'ColumnRef') {
          const { fields, location } = node as NodeOf<'ColumnRef'>;
          const names = namesOf(fields);
          if ((fields?.length ?? 0) > 2) this.collect(places, { schemaname: names[0], relname: names[1], location });
        }
        for (const value of Object.values(node) as unknown[])
          if (typeof value === 'object' && value !== null && 'relname' in value)
            this.collect(places, value as RangeVar);
      });
    let rewritten = text;
    for (const bytes of [...new Set(places)].sort((a, b) => b - a)) {
      const start = byteToUtf16(text, bytes);
      const [schema] = tokenize(text.slice(start), 1);
      if (schema) rewritten = `${rewritten.slice(0, start)}pg_temp${rewritten.slice(start + schema.end)}`;
    }
    return withoutLocking(rewritten);
  }

  private collect(places: number[], { schemaname, relname, location }: RangeVar): void {
    if (schemaname && this.tables.has(`${schemaname}.${relname}`)) places.push(location ?? 0);
  }
}

/** As the statement names them: `view` or `schema.view`. */
function namedViews({ classified }: Run, schema: SchemaFacts): string[] {
  const { named, writeTargets } = classified.explain?.inner ?? classified;
  const names = named?.map(({ schema: space, name }) => (space === undefined ? name : `${space}.${name}`));
  return (names ?? writeTargets).filter(name => schema.views.has(plainName(name)));
}

const putsOffChecks = ({ kind }: Classified): boolean => kind === 'set-constraints';

/** A text array of names as SQL writes them. */
function arrayOf(tables: Iterable<string>): string {
  const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const element = (table: string): string => {
    const dot = table.lastIndexOf('.');
    const sql = dot < 0 ? quote(table) : `${quote(table.slice(0, dot))}.${quote(table.slice(dot + 1))}`;
    return `"${sql.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  };
  return `{${[...tables].map(element).join(',')}}`;
}
