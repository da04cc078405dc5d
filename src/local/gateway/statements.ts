import type { Classified, Dialect } from '../../core/dialect/contract';
import type { Explainer } from '../ports';
import { inResolution } from './settings';
import { NO_OIDS, parse } from './wire/client-messages';

/** Texts longer than this are not kept: they are bulk loads, sent once. */
const BULK_TEXT_CHARS = 8 * 1024;
const CACHED_STATEMENTS = 5000;
const NEVER = -1;

/** A statement text with its parameter types: what PostgreSQL can keep prepared, shared between all clients. */
export interface SharedStatement {
  readonly classified: Classified;
  readonly oids: Buffer;
  /** Name at the backends; '' for a bulk text, which is sent anew each time. */
  readonly name: string;
  /** The text as PostgreSQL gets it. */
  readonly sql: string;
  /** The Parse message that prepares it. */
  readonly parseMessage: Buffer;
  /** Version of the catalogue in which PostgreSQL last accepted it. */
  validIn: number;
}

/** Maps texts to shared statements. */
export class StatementRegistry {
  private readonly byKey = new Map<string, SharedStatement>();
  private nextId = 1;

  constructor(
    private readonly dialect: Dialect,
    private readonly explainer: Explainer,
  ) {}

  /** `context` tells apart sessions in which the same text may mean other things (the search path). */
  get(text: string, oids: Buffer, context: string): SharedStatement {
    const plain = context === '' && oids.length === 2;
    const key = plain ? text : `${text}\0${oids.toString('latin1')}\0${context}`;
    const known = this.byKey.get(key);
    if (known) return known;
    const bulk = text.length > BULK_TEXT_CHARS;
    const classified = inResolution(this.dialect.classify(text), context);
    const name = bulk ? '' : `w${this.nextId++}`;
    const own = oids.length === 2 ? NO_OIDS : Buffer.from(oids);
    const sql = classified.explain ? this.explainer.toPostgres(classified.explain) : classified.sql;
    const shared = { classified, oids: own, name, sql, parseMessage: parse(name, sql, own), validIn: NEVER };
    if (!bulk) {
      this.byKey.set(key, shared);
      if (this.byKey.size > CACHED_STATEMENTS) this.byKey.delete(this.byKey.keys().next().value!);
    }
    return shared;
  }
}

/** A statement without parameters that is sent anew each time: one that came in a Query. */
export function unnamedStatement(classified: Classified, sql: string): SharedStatement {
  return { classified, oids: NO_OIDS, name: '', sql, parseMessage: parse('', sql), validIn: NEVER };
}
