import type { NamedRelation } from '../../core/dialect/contract';
import { EVERY_RELATION, namedRelation } from '../../core/dialect/relations';
import type { RestingView, SchemaFacts } from '../gateway/schema-facts';

/**
 * How old a copy of the catalogue may be when a statement names a relation that another session's DDL, GRANT or REVOKE has changed:
 * - `session`: not older than the session's last look at that relation, however long ago the change was. The service's own scope (AWS
 *   skill for DSQL, observed October 2026)
 * - `transaction`: not older than its transaction. The same transactions meet it in flight, but tools that keep idle connections are spared
 */
export type StaleCatalog = 'transaction' | 'session';

/** Whose names they are: a session, with its copy of the catalogue. */
export interface CatalogReader {
  /** Schemas in which names without one are looked for. */
  readonly searchPath: readonly string[];
  readonly catalog: CatalogCopy;
}

/** A session's copy of the catalogue: the relations it has used, and how many changes each entry has seen. */
export class CatalogCopy {
  private readonly used = new Map<string, { relation: NamedRelation; path: readonly string[]; sequence: number }>();

  /** A name without a schema has been used where it was looked for along the same path. */
  find(relation: NamedRelation, path: readonly string[]): { sequence: number } | undefined {
    const entry = this.used.get(relation.key);
    return entry && (relation.schema !== undefined || isSamePath(entry.path, path)) ? entry : undefined;
  }

  add(relation: NamedRelation, path: readonly string[], sequence: number): void {
    this.used.set(relation.key, { relation, path, sequence });
  }

  /** There is no such relation. */
  forget(named: readonly NamedRelation[]): void {
    for (const { key } of named) this.used.delete(key);
  }

  /** Read anew: up to date as of `sequence`. */
  refresh(sequence: number): void {
    for (const entry of this.used.values()) entry.sequence = sequence;
  }

  /** Deletes or renews entries. */
  revise(renew: (relation: NamedRelation, path: readonly string[]) => number | 'keep' | 'forget'): void {
    for (const [key, entry] of this.used) {
      const verdict = renew(entry.relation, entry.path);
      if (verdict === 'forget') this.used.delete(key);
      else if (verdict !== 'keep') entry.sequence = verdict;
    }
  }
}

const isSamePath = (one: readonly string[], other: readonly string[]): boolean =>
  one === other || (one.length === other.length && one.every((schema, at) => schema === other[at]));

/** Which relations were changed by committed DDL, and when. */
export class CatalogChanges {
  /** Grows with each committed change. */
  sequence = 0;
  private readonly last = new Map<string, number>();
  /** When relations were last created, and changed before that. */
  private readonly created = new Map<string, { sequence: number; before: number }>();

  constructor(readonly scope: StaleCatalog) {}

  /**
   * DDL of a session has committed. Its own copy is up to date.
   * @param keys what it changed, by `keysOf`
   * @param dropped the relations are gone
   * @param created those that are new, by `keysOf`
   */
  changed(by: CatalogReader, keys: readonly string[], dropped: boolean, created: readonly string[]): void {
    this.sequence++;
    for (const key of created) this.created.set(key, { sequence: this.sequence, before: this.last.get(key) ?? 0 });
    for (const key of keys) this.last.set(key, this.sequence);
    by.catalog.revise((relation, path) => {
      if (this.lastChange(relation, path) !== this.sequence) return 'keep';
      return dropped ? 'forget' : this.sequence;
    });
  }

  /** Whether there was no such relation at `sequence`: it was created later. */
  isUnborn(reader: CatalogReader, relation: NamedRelation, sequence: number): boolean {
    if (sequence === this.sequence) return false;
    return schemasOf(relation, reader.searchPath).some(schema => {
      const creation = this.created.get(keyOf(schema, relation.name));
      return creation !== undefined && creation.sequence > sequence && creation.before <= sequence;
    });
  }

  /** Whether one of the relations was changed after `sequence`. */
  isNewer(reader: CatalogReader, named: readonly NamedRelation[], sequence: number): boolean {
    if (sequence === this.sequence) return false;
    const path = reader.searchPath;
    return named.some(relation => this.lastChange(relation, path) > sequence);
  }

  /**
   * In the scope `session`: whether the session's copy of one of the relations is out of date. What it has not used before is read now;
   * so is the whole copy once the session has been told (`CatalogCopy.refresh`). Where nothing has changed, it costs one look-up a name.
   */
  isStale(reader: CatalogReader, named: readonly NamedRelation[]): boolean {
    if (this.scope !== 'session') return false;
    for (const relation of named) {
      const entry = reader.catalog.find(relation, reader.searchPath);
      if (!entry) reader.catalog.add(relation, reader.searchPath, this.sequence);
      else if (entry.sequence !== this.sequence) {
        if (this.lastChange(relation, reader.searchPath) > entry.sequence) return true;
        entry.sequence = this.sequence;
      }
    }
    return false;
  }

  private lastChange(relation: NamedRelation, path: readonly string[]): number {
    let last = this.last.get(EVERY_RELATION) ?? 0;
    for (const schema of schemasOf(relation, path))
      for (const name of [relation.name, EVERY_RELATION])
        last = Math.max(last, this.last.get(keyOf(schema, name)) ?? 0);
    return last;
  }
}

/** What relations are known by: all that the names can mean. */
export function keysOf(named: readonly NamedRelation[], path: readonly string[]): string[] {
  return named.flatMap(relation => {
    if (relation.name === EVERY_RELATION && relation.schema === undefined) return [EVERY_RELATION];
    return schemasOf(relation, path).map(schema => keyOf(schema, relation.name));
  });
}

/** The relations that are known by these keys. */
export const namedBy = (keys: readonly string[]): NamedRelation[] =>
  keys.map(key => {
    const [schema, name] = key.split('\0') as [string, string?];
    return name === undefined ? namedRelation(schema) : namedRelation(name, schema);
  });

/** The keys of what was changed, and those of the views that rest on it: they are read from its definition. */
export function withViews(keys: readonly string[], resting: readonly RestingView[]): readonly string[] {
  if (resting.length === 0) return keys;
  const changed = new Set(keys);
  const views = resting.filter(
    ({ base }) => changed.has(keyOf(base.schema, base.name)) || changed.has(keyOf(base.schema, EVERY_RELATION)),
  );
  return [...keys, ...views.map(({ view }) => keyOf(view.schema, view.name))];
}

/** What DDL names, and the tables of the indexes and statistics among it: they are parts of those. */
export const withTables = (
  named: readonly NamedRelation[],
  path: readonly string[],
  { attached }: Pick<SchemaFacts, 'attached'>,
): readonly NamedRelation[] => [
  ...named,
  ...named.flatMap(part => schemasOf(part, path).flatMap(schema => attached.get(keyOf(schema, part.name)) ?? [])),
];

/** By what a relation is known: its schema and its name. */
export const keyOf = (schema: string, name: string): string => `${schema}\0${name}`;

const schemasOf = ({ schema }: NamedRelation, path: readonly string[]): readonly string[] =>
  schema === undefined ? path : [schema];
