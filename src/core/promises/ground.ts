/** The accounts that promises are tested on: made for the test, far above the workshop's own, and removed after it. */
import { sqlstateOf } from '../sql/sqlstate';
import { disturbed, noGround } from './errors';
import type { PromisePorts } from './contract';

/** Ids from here on belong to these tests. Within PostgreSQL's int. */
const FIRST_TEST_ID = 2_000_000_001;

/** What a column `balance` holds at most, by its type; other types have no bound worth testing. */
const LARGEST: Readonly<Record<string, string>> = { integer: '2147483647', bigint: '9223372036854775807' };

/** An account that no function is told of lies from here on, at random: where it is gone, another test has begun. */
const FIRST_WITNESS_ID = 2_100_000_000;
const WITNESS_IDS = 40_000_000;

const TOUCHES = 40;
/** Keeps a transaction open; there is no pg_sleep on DSQL. */
const LINGER = 'SELECT count(*) FROM generate_series(1, 60000)';

/** A row of the history, as text. */
export interface HistoryRow {
  payer: string;
  payee: string;
  amount: string;
}

export class TestGround {
  private nextId = FIRST_TEST_ID;
  private readonly witness = FIRST_WITNESS_ID + Math.floor(Math.random() * WITNESS_IDS);
  private tellsUndone: boolean | undefined;

  private constructor(
    private readonly database: PromisePorts['database'],
    /** Largest balance an account can hold, where the type says so. */
    readonly largestBalance: string | undefined,
    private readonly hasHistory: boolean,
  ) {}

  /** Removes what an interrupted test left. @throws CodedError `PROMISES_NO_ACCOUNTS` */
  static async open(database: PromisePorts['database']): Promise<TestGround> {
    try {
      const { rows } = await database.query(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name IN ('accounts', 'transactions')",
      );
      const type = rows.find(([table, column]) => table === 'accounts' && column === 'balance')?.[2];
      const hasHistory = ['payer_id', 'payee_id', 'amount'].every(name =>
        rows.some(([table, column]) => table === 'transactions' && column === name),
      );
      const ground = new TestGround(database, LARGEST[type ?? ''], hasHistory);
      await ground.clear();
      await ground.run(`INSERT INTO accounts (id, balance) VALUES (${ground.witness}, 0)`);
      return ground;
    } catch (error) {
      throw noGround(error);
    }
  }

  /** New accounts with these balances. @returns their ids, in the same order */
  async accounts(...balances: (number | string)[]): Promise<number[]> {
    const ids = balances.map(() => this.nextId++);
    const rows = balances.map((balance, i) => `(${ids[i]}, ${balance})`).join(', ');
    await this.run(`INSERT INTO accounts (id, balance) VALUES ${rows}`).catch((error: unknown) => {
      throw sqlstateOf(error) === '23505' ? disturbed() : error;
    });
    return ids;
  }

  /** @throws CodedError `PROMISES_DISTURBED` where another test, which removes all such accounts when it begins, has begun */
  async assertUndisturbed(): Promise<void> {
    if ((await this.balances([this.witness]))[0] === 'gone') throw disturbed();
  }

  /** An id that no account has. */
  unknownId(): number {
    return this.nextId++;
  }

  /** Balances as text, in the order of the ids; `gone` for an account that is not there any more. */
  async balances(ids: readonly number[]): Promise<string[]> {
    const { rows } = await this.database.query(
      `SELECT id::text, balance::text FROM accounts WHERE id IN (${ids.join(', ')})`,
    );
    return ids.map(id => rows.find(([found]) => found === String(id))?.[1] ?? 'gone');
  }

  /** The history of transfers that touch these accounts; nothing where no history is kept. */
  async history(ids: readonly number[]): Promise<HistoryRow[]> {
    if (!this.hasHistory) return [];
    const list = ids.join(', ');
    const { rows } = await this.database.query(
      `SELECT payer_id::text, payee_id::text, amount::text FROM transactions WHERE payer_id IN (${list}) OR payee_id IN (${list})`,
    );
    return rows.map(([payer, payee, amount]) => ({ payer: payer ?? '', payee: payee ?? '', amount: amount ?? '' }));
  }

  /** In one snapshot: the account's balance, and what the history says that it has paid. */
  async paid(id: number): Promise<{ balance: number; recorded: number }> {
    const { rows } = await this.database.query(
      `SELECT balance::text, (SELECT coalesce(sum(amount), 0)::text FROM transactions WHERE payer_id = ${id}) FROM accounts WHERE id = ${id}`,
    );
    return { balance: Number(rows[0]?.[0]), recorded: Number(rows[0]?.[1]) };
  }

  /**
   * Writes an account's row again and again without changing it, a transaction each, in one round trip. Each transaction lasts some
   * milliseconds and the next begins at once, so that whoever writes the row meets one and loses. Losing one itself is no error.
   */
  async touch(id: number): Promise<void> {
    const one = `BEGIN; UPDATE accounts SET balance = balance WHERE id = ${id}; ${LINGER}; COMMIT;`;
    await this.database.query(one.repeat(TOUCHES)).catch(() => undefined);
  }

  /** Adds 1 to each account, in one transaction. @returns false when it lost a conflict, and added nothing */
  async addOne(ids: readonly number[]): Promise<boolean> {
    try {
      await this.database.query(`UPDATE accounts SET balance = balance + 1 WHERE id IN (${ids.join(', ')})`);
      return true;
    } catch (error) {
      if (sqlstateOf(error) === '40001') return false;
      throw error;
    }
  }

  /**
   * How many transactions the cluster has undone so far: failed, rolled back, or refused at COMMIT, of whoever. Nothing where it does not
   * tell, as on AWS.
   */
  async undone(): Promise<number | undefined> {
    if (this.tellsUndone === false) return undefined;
    try {
      const { rows } = await this.database.query('SHOW dsql_local.undone_transactions');
      this.tellsUndone = true;
      return Number(rows[0]?.[0]);
    } catch (error) {
      if (this.tellsUndone || sqlstateOf(error) === undefined) throw error;
      this.tellsUndone = false;
      return undefined;
    }
  }

  async clear(): Promise<void> {
    await this.run(`DELETE FROM accounts WHERE id >= ${FIRST_TEST_ID}`);
    if (this.hasHistory)
      await this.run(`DELETE FROM transactions WHERE payer_id >= ${FIRST_TEST_ID} OR payee_id >= ${FIRST_TEST_ID}`);
  }

  /** A write of ours may meet a late conflict with a call that was given up; it is then repeated. */
  private async run(sql: string): Promise<void> {
    for (let left = 5; ; left--) {
      try {
        await this.database.query(sql, { onSchemaConflict: () => undefined });
        return;
      } catch (error) {
        if (sqlstateOf(error) !== '40001' || left === 0) throw error;
      }
    }
  }
}
