/**
 * What a transaction must answer, told by PostgreSQL itself: each runs alone, on a copy of the committed rows as they were at its first
 * statement. Triggers note what it writes, from which follows with which others it conflicts. Any SQL may be asked about; what is not known
 * of the service (a key that a transaction makes and takes away) may commit or conflict.
 */
import pg from 'pg';
import { answerOf, OC000 } from './isolation-session';

export type Strength = 'exclusive' | 'update' | 'key';
type Row = Record<string, unknown>;

interface Claim {
  key: string;
  strength: Strength;
  /** Whether it counts is known. */
  sure: boolean;
}

/** A table of the oracle's. */
export interface OracleTable {
  name: string;
  primaryKey: string[];
  /** Columns with a unique constraint of their own. */
  unique?: string[];
  references?: { column: string; parent: string; key: string }[];
}

/** A statement that returns the primary keys of rows that it locks, in its first column. */
export interface Lock {
  table: string;
  strength: Strength;
}

/** Aurora DSQL User Guide, "Concurrency control", September 2026. */
const CONFLICTS: Record<Strength, readonly Strength[]> = {
  exclusive: ['exclusive', 'update', 'key'],
  update: ['exclusive', 'update'],
  key: ['exclusive'],
};

const NOTE = `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('INSERT INTO %I.noted (tbl, old, new) VALUES ($1, $2, $3)', TG_TABLE_SCHEMA) USING TG_TABLE_NAME,
    CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  RETURN NULL;
END $$`;

const keyOf = (table: string, row: Row, columns: readonly string[]): string =>
  `${table} ${columns.join()}: ${columns.map(column => String(row[column])).join()}`;

/** The committed rows, and one copy of the tables for each session. */
export class SnapshotOracle {
  private readonly world = new Map<string, Map<string, Row>>();
  private readonly history: { sequence: number; claims: Claim[] }[] = [];
  sequence = 0;

  private constructor(
    readonly tables: readonly OracleTable[],
    private readonly clients: pg.Client[],
  ) {
    for (const { name } of tables) this.world.set(name, new Map());
  }

  /** Makes the tables by `ddl`, once for each session, in the PostgreSQL at `config`. `tables`: parents first. */
  static async start(
    config: pg.ClientConfig,
    sessions: number,
    tables: readonly OracleTable[],
    ddl: readonly string[],
  ): Promise<SnapshotOracle> {
    const clients: pg.Client[] = [];
    for (let session = 0; session < sessions; session++) {
      const client = new pg.Client(config);
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      await client.query(
        `DROP SCHEMA IF EXISTS s${session} CASCADE; CREATE SCHEMA s${session}; SET search_path = s${session}`,
      );
      for (const sql of ddl) await client.query(sql);
      await client.query(`CREATE TABLE noted (n serial, tbl text, old jsonb, new jsonb); ${NOTE}`);
      for (const { name } of tables)
        await client.query(
          `CREATE TRIGGER zz AFTER INSERT OR UPDATE OR DELETE ON ${name} FOR EACH ROW EXECUTE FUNCTION note()`,
        );
    }
    return new SnapshotOracle(tables, clients);
  }

  begin(session: number): OracleTransaction {
    return new OracleTransaction(this, this.clients[session]!);
  }

  rows(table: string): Row[] {
    return [...this.world.get(table)!.values()];
  }

  /** Forgets all rows. */
  clear(): void {
    for (const rows of this.world.values()) rows.clear();
    this.history.length = 0;
  }

  /** How a transaction with these claims may end. */
  outcomes(claims: readonly Claim[], since: number): string[] {
    const met = this.history.flatMap(other =>
      other.sequence > since
        ? other.claims.flatMap(theirs =>
            claims
              .filter(mine => mine.key === theirs.key && CONFLICTS[mine.strength].includes(theirs.strength))
              .map(mine => mine.sure && theirs.sure),
          )
        : [],
    );
    return met.includes(true) ? [OC000] : met.length > 0 ? [OC000, 'COMMIT'] : ['COMMIT'];
  }

  commit(claims: Claim[], changes: readonly { table: string; key: string; row: Row | undefined }[]): void {
    this.history.push({ sequence: ++this.sequence, claims });
    for (const { table, key, row } of changes)
      if (row) this.world.get(table)!.set(key, row);
      else this.world.get(table)!.delete(key);
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map(client => client.end()));
  }
}

/** One transaction, alone in its snapshot, which its first statement takes. */
export class OracleTransaction {
  failed = false;
  started = false;
  private since = 0;
  private readonly locks: Claim[] = [];

  constructor(
    private readonly oracle: SnapshotOracle,
    private readonly client: pg.Client,
  ) {}

  private async start(): Promise<void> {
    this.started = true;
    this.since = this.oracle.sequence;
    const { client, oracle } = this;
    await client.query('BEGIN; SET LOCAL session_replication_role = replica');
    await client.query(`TRUNCATE noted, ${oracle.tables.map(({ name }) => name).join()}`);
    for (const { name } of oracle.tables)
      await client.query(`INSERT INTO ${name} SELECT * FROM jsonb_populate_recordset(NULL::${name}, $1)`, [
        JSON.stringify(oracle.rows(name)),
      ]);
    await client.query('COMMIT');
    await client.query('BEGIN');
  }

  /** @returns the statement's answer */
  async run(sql: string, lock?: Lock): Promise<string> {
    if (!this.started) await this.start();
    const answer = await answerOf(this.client, sql, 'extended');
    if (answer.startsWith('ERROR')) this.failed = true;
    else if (lock)
      for (const line of answer.split('\n').slice(1)) {
        const [id] = line.trim().split(' | ');
        this.locks.push({ key: keyOf(lock.table, { id }, ['id']), strength: lock.strength, sure: true });
      }
    return answer;
  }

  async rollback(): Promise<void> {
    if (this.started) await this.client.query('ROLLBACK');
  }

  /** @returns the answers that COMMIT may have, and what makes it so in the oracle when it was `COMMIT` */
  async commit(): Promise<{ outcomes: string[]; apply(): void }> {
    const apply = (): void => undefined;
    if (!this.started) return { outcomes: ['COMMIT'], apply };
    const deferred = this.failed ? 'ROLLBACK' : await answerOf(this.client, 'SET CONSTRAINTS ALL IMMEDIATE');
    if (deferred !== 'SET') {
      await this.rollback();
      return { outcomes: this.failed ? ['ROLLBACK'] : [deferred, OC000], apply };
    }
    const { claims, changes } = await this.written();
    await this.rollback();
    return {
      outcomes: this.oracle.outcomes(claims, this.since),
      apply: () => this.oracle.commit(claims, changes),
    };
  }

  private async written() {
    const { rows: noted } = await this.client.query<{ tbl: string; old: Row | null; new: Row | null }>(
      'SELECT tbl, old, new FROM noted ORDER BY n',
    );
    const rows = new Map<string, Map<string, Row>>();
    for (const { name, primaryKey } of this.oracle.tables) {
      const found = await this.client.query<Row>(`SELECT * FROM ${name}`);
      rows.set(name, new Map(found.rows.map(row => [keyOf(name, row, primaryKey), row])));
    }
    const claims = new Claims(this.oracle.tables, this.locks);
    for (const each of noted) claims.add(each.tbl, each.old, each.new, rows);
    const changes = noted.flatMap(({ tbl, old, new: now }) => {
      const { primaryKey } = this.oracle.tables.find(({ name }) => name === tbl)!;
      return [old, now].flatMap(row => {
        const key = row && keyOf(tbl, row, primaryKey);
        return key ? [{ table: tbl, key, row: rows.get(tbl)!.get(key) }] : [];
      });
    });
    return { claims: claims.list, changes };
  }
}

/** What the writes of one transaction claim. */
class Claims {
  readonly list: Claim[];
  private readonly made = new Set<string>();

  constructor(
    private readonly tables: readonly OracleTable[],
    locks: readonly Claim[],
  ) {
    this.list = [...locks];
  }

  private claim(key: string, strength: Strength, sure = true): void {
    this.list.push({ key, strength, sure });
  }

  private make(key: string): void {
    this.claim(key, 'exclusive');
    this.made.add(key);
  }

  /** A key that it has made itself: whether that still counts is not known. */
  private unmake(key: string): void {
    this.claim(key, 'exclusive');
    if (this.made.has(key)) for (const claim of this.list) if (claim.key === key) claim.sure = false;
  }

  add(name: string, old: Row | null, now: Row | null, rows: ReadonlyMap<string, ReadonlyMap<string, Row>>): void {
    const { primaryKey, unique = [], references = [] } = this.tables.find(table => table.name === name)!;
    const places = (row: Row | null): string[] => (row ? [keyOf(name, row, primaryKey)] : []);
    const keys = (row: Row | null): string[] =>
      unique.flatMap(column => (row && row[column] !== null ? [keyOf(name, row, [column])] : []));
    const before = [...places(old), ...keys(old)];
    const after = [...places(now), ...keys(now)];
    for (const key of before) if (!after.includes(key)) this.unmake(key);
    for (const key of after) if (!before.includes(key)) this.make(key);
    const [place] = places(now);
    if (old && place && before.includes(place))
      this.claim(place, before.join() === after.join() ? 'update' : 'exclusive');
    for (const { column, parent, key } of references) {
      if (!now || now[column] === null || (old && old[column] === now[column])) continue;
      const { primaryKey: parentKey } = this.tables.find(table => table.name === parent)!;
      const isPrimary = parentKey.join() === key;
      const found = [...rows.get(parent)!.values()].find(row => row[key] === now[column]);
      if (isPrimary) this.claim(keyOf(parent, { [key]: now[column] }, [key]), 'key');
      else if (found) this.claim(keyOf(parent, found, parentKey), 'key', false);
      if (!isPrimary) this.claim(keyOf(parent, { [key]: now[column] }, [key]), 'key', false);
    }
  }
}
