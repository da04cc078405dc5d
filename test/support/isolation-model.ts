/**
 * Snapshot isolation in which the first committer wins, in memory: what every statement of a random run must answer, and which COMMIT must
 * fail. Two tables: `p (id PRIMARY KEY, code UNIQUE, v)` and `c (id PRIMARY KEY, pid REFERENCES p, w)`.
 */
import { OC000 } from './isolation-session';

export type Strength = 'exclusive' | 'update' | 'key';
/** What the foreign key does to children. */
export interface References {
  onDelete: 'NO ACTION' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';
  onUpdate: 'NO ACTION' | 'CASCADE' | 'SET NULL';
  /** It is checked at COMMIT. */
  deferred?: boolean;
}

/** What SET DEFAULT sets. */
export const DEFAULT_PARENT = 1;

/** Aurora DSQL User Guide, "Concurrency control", September 2026. */
const CONFLICTS: Record<Strength, readonly Strength[]> = {
  exclusive: ['exclusive', 'update', 'key'],
  update: ['exclusive', 'update'],
  key: ['exclusive'],
};

export interface ParentRow {
  code: number;
  v: number;
}
export interface ChildRow {
  pid: number | null;
  w: number;
}
export interface State {
  p: Map<number, ParentRow>;
  c: Map<number, ChildRow>;
}

/**
 * The transaction takes away what it made itself: a row, or a key. Whether that still counts against others who make the same is not known of
 * the service; such statements are left out.
 */
class Untold extends Error {}

/** A statement fails with this; its transaction is aborted. */
export class Refused extends Error {}

const NO_PARENT = 'ERROR 23503 insert or update on table "c" violates foreign key constraint "c_pid_fkey"';
const STILL_REFERENCED =
  'ERROR 23503 update or delete on table "p" violates foreign key constraint "c_pid_fkey" on table "c"';

export const emptyState = (): State => ({ p: new Map(), c: new Map() });
const copy = ({ p, c }: State): State => ({
  p: new Map([...p].map(([id, row]) => [id, { ...row }])),
  c: new Map([...c].map(([id, row]) => [id, { ...row }])),
});

/** The view of one transaction, and what it claims. */
export class View {
  readonly claims: Map<string, Set<Strength>>;
  /** Keys of rows that were changed, not only locked. */
  readonly written: Set<string>;
  /** Keys that it has made. */
  private readonly made: Set<string>;
  /** Children whose reference it has made or changed. */
  private readonly referring: Set<number>;
  readonly state: State;

  constructor(
    state: State,
    readonly references: References,
    from?: View,
  ) {
    this.state = copy(state);
    this.claims = new Map([...(from?.claims ?? [])].map(([key, strengths]) => [key, new Set(strengths)]));
    this.written = new Set(from?.written);
    this.made = new Set(from?.made);
    this.referring = new Set(from?.referring);
  }

  /** What it is now, whatever becomes of it. */
  keep(): View {
    return new View(this.state, this.references, this);
  }

  private make(key: string): void {
    this.made.add(key);
  }

  private unmake(key: string): void {
    if (this.made.has(key)) throw new Untold(key);
  }

  claim(key: string, strength: Strength): void {
    let set = this.claims.get(key);
    if (!set) this.claims.set(key, (set = new Set()));
    set.add(strength);
  }

  private write(key: string, strength: Strength): void {
    this.claim(key, strength);
    this.written.add(key);
  }

  insertParent(id: number, row: ParentRow): void {
    if (this.state.p.has(id)) throw new Refused('ERROR 23505 duplicate key value violates unique constraint "p_pkey"');
    this.claimCode(row.code, id);
    this.make(`p:${id}`);
    this.write(`p:${id}`, 'exclusive');
    this.state.p.set(id, row);
  }

  private claimCode(code: number, id: number): void {
    for (const [other, row] of this.state.p)
      if (other !== id && row.code === code)
        throw new Refused('ERROR 23505 duplicate key value violates unique constraint "p_code_key"');
    this.make(`code:${code}`);
    this.claim(`code:${code}`, 'exclusive');
  }

  updateParent(id: number, change: Partial<ParentRow>): void {
    const row = this.state.p.get(id)!;
    const key = change.code !== undefined && change.code !== row.code;
    if (key) {
      this.unmake(`code:${row.code}`);
      this.claimCode(change.code!, id);
      this.claim(`code:${row.code}`, 'exclusive');
    }
    this.write(`p:${id}`, key ? 'exclusive' : 'update');
    Object.assign(row, change);
  }

  private childrenOf(id: number): [number, ChildRow][] {
    return [...this.state.c].filter(([, row]) => row.pid === id);
  }

  /** UPDATE of the primary key. */
  moveParent(id: number, to: number): void {
    if (this.state.p.has(to)) throw new Refused('ERROR 23505 duplicate key value violates unique constraint "p_pkey"');
    const children = this.childrenOf(id);
    const { onUpdate, deferred } = this.references;
    if (children.length > 0 && onUpdate === 'NO ACTION' && !deferred) throw new Refused(STILL_REFERENCED);
    const row = this.state.p.get(id)!;
    this.unmake(`p:${id}`);
    this.make(`p:${to}`);
    this.write(`p:${id}`, 'exclusive');
    this.write(`p:${to}`, 'exclusive');
    this.state.p.delete(id);
    this.state.p.set(to, row);
    if (onUpdate === 'NO ACTION') return;
    for (const [child] of children) this.updateChild(child, { pid: onUpdate === 'CASCADE' ? to : null });
  }

  deleteParent(id: number): void {
    const children = this.childrenOf(id);
    const { onDelete, deferred } = this.references;
    if (children.length > 0 && onDelete === 'NO ACTION' && !deferred) throw new Refused(STILL_REFERENCED);
    const { code } = this.state.p.get(id)!;
    this.unmake(`p:${id}`);
    this.unmake(`code:${code}`);
    this.write(`p:${id}`, 'exclusive');
    this.claim(`code:${code}`, 'exclusive');
    this.state.p.delete(id);
    if (onDelete === 'NO ACTION') return;
    for (const [child] of children) {
      if (onDelete === 'CASCADE') this.deleteChild(child);
      else this.updateChild(child, { pid: onDelete === 'SET NULL' ? null : DEFAULT_PARENT });
    }
    if (children.length > 0 && onDelete === 'SET DEFAULT') this.checkParent(DEFAULT_PARENT);
  }

  insertChild(id: number, row: ChildRow): void {
    if (this.state.c.has(id)) throw new Refused('ERROR 23505 duplicate key value violates unique constraint "c_pkey"');
    this.make(`c:${id}`);
    this.write(`c:${id}`, 'exclusive');
    this.referring.add(id);
    this.state.c.set(id, row);
  }

  updateChild(id: number, change: Partial<ChildRow>): void {
    const row = this.state.c.get(id)!;
    const stays = change.pid === undefined || change.pid === row.pid;
    // PostgreSQL looks for the parent again where the transaction has written the child before; whether the service does is not known
    const isClaimed = this.referring.has(id) || this.claims.has(`p:${row.pid}`);
    if (stays && row.pid !== null && this.written.has(`c:${id}`) && !isClaimed) throw new Untold(`c:${id}`);
    if (!stays) this.referring.add(id);
    this.write(`c:${id}`, 'update');
    Object.assign(row, change);
  }

  deleteChild(id: number): void {
    this.unmake(`c:${id}`);
    this.write(`c:${id}`, 'exclusive');
    this.state.c.delete(id);
  }

  /** The check of a foreign key, at the end of a statement. */
  checkParent(pid: number | null): void {
    if (pid === null || this.references.deferred) return;
    if (!this.state.p.has(pid)) throw new Refused(NO_PARENT);
    this.claim(`p:${pid}`, 'key');
  }

  /** The checks that were put off to COMMIT. @returns the violation */
  checkDeferred(): string | undefined {
    let violation: string | undefined;
    for (const [id, { pid }] of this.references.deferred ? this.state.c : []) {
      if (pid === null) continue;
      if (!this.state.p.has(pid)) violation = NO_PARENT;
      else if (this.referring.has(id)) this.claim(`p:${pid}`, 'key');
    }
    return violation;
  }
}

/** What a statement does to a view. @returns its answer. @throws Refused */
export type Effect = (view: View) => string;

interface Committed {
  sequence: number;
  claims: View['claims'];
  written: View['written'];
}

/** All sessions' transactions. */
export class IsolationModel {
  state = emptyState();
  private sequence = 0;
  private readonly history: Committed[] = [];

  constructor(readonly references: References) {}

  begin(readOnly = false): ModelTransaction {
    return new ModelTransaction(this, readOnly);
  }

  /** @internal */
  snapshot(): { view: View; sequence: number } {
    const view = new View(this.state, this.references);
    return { view, sequence: this.sequence };
  }

  /** @internal */
  loses(view: View, since: number): boolean {
    return this.history.some(
      ({ sequence, claims }) =>
        sequence > since &&
        [...claims].some(([key, strengths]) =>
          [...(view.claims.get(key) ?? [])].some(mine => CONFLICTS[mine].some(other => strengths.has(other))),
        ),
    );
  }

  /** @internal */
  commit(view: View, since: number): string {
    if (this.loses(view, since)) return OC000;
    this.sequence++;
    this.history.push({ sequence: this.sequence, claims: view.claims, written: view.written });
    for (const key of view.written) this.apply(key, view.state);
    return 'COMMIT';
  }

  private apply(key: string, { p, c }: State): void {
    const [table, id] = key.split(':') as [string, string];
    const [from, to] = table === 'p' ? [p, this.state.p] : table === 'c' ? [c, this.state.c] : [];
    if (!from || !to) return;
    const row = from.get(Number(id));
    if (row) (to as Map<number, ParentRow | ChildRow>).set(Number(id), { ...row });
    else to.delete(Number(id));
  }
}

/** A transaction's snapshot is taken by its first statement. */
export class ModelTransaction {
  private started: { view: View; sequence: number } | undefined;
  failed = false;

  constructor(
    private readonly model: IsolationModel,
    /** It is never refused. */
    readonly readOnly: boolean,
  ) {}

  /** @returns undefined where its answer at COMMIT would not be known: it has not run */
  run(effect: Effect): string | undefined {
    if (this.failed)
      return 'ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block';
    const before = this.started && { ...this.started, view: this.started.view.keep() };
    this.started ??= this.model.snapshot();
    try {
      return effect(this.started.view);
    } catch (error) {
      if (error instanceof Untold) this.started = before;
      if (error instanceof Untold) return undefined;
      if (!(error instanceof Refused)) throw error;
      this.failed = true;
      return error.message;
    }
  }

  /** It can no longer commit. */
  get isLost(): boolean {
    return this.started !== undefined && !this.readOnly && this.model.loses(this.started.view, this.started.sequence);
  }

  commit(): string {
    if (this.failed) return 'ROLLBACK';
    if (!this.started || this.readOnly) return 'COMMIT';
    const { view, sequence } = this.started;
    const violation = view.checkDeferred();
    // who is refused hears of one of two reasons; OC000 where PostgreSQL, which looks at the newest rows, sees none
    return violation === undefined ? this.model.commit(view, sequence) : `${violation} // ${OC000}`;
  }
}
