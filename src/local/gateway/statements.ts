import type { Classified, Dialect } from '../../core/dialect/contract';
import type { Explainer } from '../ports';
import { withSentText } from '../prepared-text';
import { inResolution } from './settings';
import { NO_OIDS, parse } from './wire/client-messages';

/** Texts longer than this are not kept prepared: they are bulk loads, sent once. */
const BULK_TEXT_CHARS = 8 * 1024;
const CACHED_STATEMENTS = 5000;
const NEVER = -1;

/** A statement text with its parameter types: what PostgreSQL can keep prepared, shared between all clients. */
export class SharedStatement {
  private parse: Buffer | undefined = undefined;
  /** Version of the catalogue in which PostgreSQL last accepted it. */
  validIn = NEVER;
  /** What it returns, as `readColumns` tells it, and the version of the catalogue in which it did; see `kept-columns.ts`. */
  columns: string | undefined = undefined;
  columnsIn = NEVER;

  constructor(
    readonly classified: Classified,
    /** The text as PostgreSQL gets it. */
    readonly sql: string,
    /** Name at the backends; '' for a text that is sent anew each time: a bulk load, or one that names the moment it is parsed at. */
    readonly name = '',
    readonly oids = NO_OIDS,
    /** The resolution of the sessions it is for, see `SessionSettings`. */
    readonly context = '',
  ) {}

  /** The Parse message that prepares it. Of what came in a Query it is only asked for where a transaction runs again. */
  get parseMessage(): Buffer {
    const sql = this.name === '' ? this.sql : withSentText(this.sql, this.classified.text);
    return (this.parse ??= parse(this.name, sql, this.oids));
  }
}

/** A statement under a client's name for it. */
export interface NamedStatement {
  readonly shared: SharedStatement;
  /** What it returned when the client prepared it; undefined where that is not kept. */
  columns: string | undefined;
  /** The change of the catalogue up to which it is known to return that. */
  sequence: number;
}

/** Maps texts to shared statements. */
export class StatementRegistry {
  private readonly byKey = new Map<string, SharedStatement>();
  private readonly byBound = new Map<string, SharedStatement>();
  private nextId = 1;

  constructor(
    private readonly dialect: Dialect,
    private readonly explainer: Explainer,
  ) {}

  /** `context` tells apart sessions in which the same text may mean other things: their resolution. */
  get(text: string, oids: Buffer, context: string): SharedStatement {
    const plain = context === '' && oids.length === 2;
    const key = plain ? text : `${text}\0${oids.toString('latin1')}\0${context}`;
    const known = this.byKey.get(key);
    if (known) return known;
    const classified = inResolution(this.dialect.classify(text), context);
    const kept = text.length <= BULK_TEXT_CHARS && !classified.namesMoment;
    const name = kept ? `w${this.nextId++}` : '';
    const own = oids.length === 2 ? NO_OIDS : Buffer.from(oids);
    const sql = classified.explain ? this.explainer.toPostgres(classified.explain) : classified.sql;
    const shared = new SharedStatement(classified, sql, name, own, context);
    if (kept) keep(this.byKey, key, shared);
    return shared;
  }

  /** What the texts are that differ from this one in their numbers, for sessions without a resolution of their own; see `Classified.bound`. */
  ofNumbers(bound: string, numbers: readonly string[]): SharedStatement {
    const known = this.byBound.get(bound);
    if (known) return known;
    // no client has sent it: a name that is shown to none
    const shared = new SharedStatement(
      this.dialect.classify(bound),
      bound,
      `_n${this.nextId++}`,
      integers(numbers.length),
    );
    keep(this.byBound, bound, shared);
    return shared;
  }

  /** The statement for a session whose settings may have changed since it prepared it. */
  inContext(statement: SharedStatement, context: string): SharedStatement {
    if (statement.context === context) return statement;
    return this.get(statement.classified.text, statement.oids, context);
  }
}

function keep(statements: Map<string, SharedStatement>, key: string, statement: SharedStatement): void {
  statements.set(key, statement);
  if (statements.size > CACHED_STATEMENTS) statements.delete(statements.keys().next().value!);
}

const INTEGER_OID = 23;

/** The types of so many parameters, as a Parse message tells them. */
function integers(count: number): typeof NO_OIDS {
  const oids = Buffer.alloc(2 + 4 * count);
  oids.writeInt16BE(count);
  for (let at = 0; at < count; at++) oids.writeInt32BE(INTEGER_OID, 2 + 4 * at);
  return oids;
}

/** A statement without parameters that is sent anew each time: one that came in a Query. */
export const unnamedStatement = (classified: Classified, sql: string): SharedStatement =>
  new SharedStatement(classified, sql);
