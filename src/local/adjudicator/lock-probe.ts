import type { PostgresServer } from '../ports';
import { ENGINE } from '../engine-schema';
import { ActiveFlights } from '../gateway/active-flights';
import type { Backend } from '../gateway/backend';
import { runText } from '../gateway/catalog-query';
import { connectAs } from '../gateway/connect-as';
import { SUPERUSER_PATH } from '../postgres/connection';
import { Flight } from '../gateway/flight';
import { bind, execute, parse } from '../gateway/wire/client-messages';
import { HELD_ROWS, PAGES, REFERRING } from './pages';
import { PASSED_KEYS } from './passed-keys';

/** Who asks: a role that may log in, and the one it has set with SET ROLE. */
export interface Asker {
  role: string;
  set?: string;
}

/** A query of the probe's, with the parameters of the statement it was made from. */
export interface ProbeQuery {
  /** Whose statement it was made from: functions in it run with that role's rights. Absent for a query of the cluster's own. */
  asker?: Asker;
  sql: string;
  oids: Buffer;
  /** Parameters as in a Bind message. */
  tail: Buffer;
  /** The search path under which the names of `sql` were written. */
  searchPath: string;
}

/** PostgreSQL waits in spite of NOWAIT for newer versions of a row, which belong to the transaction the question is about. */
const LOCK_TIMEOUT = `SELECT ${ENGINE}.set_setting('lock_timeout', '100ms', false)`;

/** Of the cluster's own queries, whoever asks them. */
const PATH = `SELECT ${ENGINE}.set_setting('search_path', '${SUPERUSER_PATH}', false)`;

/** The transaction ids, subtransactions among them, of the process `pid`. */
export const transactionsOf = (pid: number): string =>
  `ARRAY(SELECT transactionid FROM pg_locks WHERE pid = ${pid} AND locktype = 'transactionid' AND mode = 'ExclusiveLock')`;

/** Those of the process a question is about: the same, read once for all queries of `LockProbe.anyRow`. */
export const MINE = `current_setting('gateway.mine')::xid[]`;

function addSilent(flight: Flight, sql: string): void {
  flight.add(parse('', sql), { kind: 'parse', forward: false });
  flight.add(bind('', ''), { kind: 'bind', forward: false });
  flight.add(execute(), { kind: 'execute', forward: false });
}

/** Functions of the superuser's connection. Others may call none: to whom they are no use, information_schema does not show them. */
const FUNCTIONS = [
  ...PAGES,
  HELD_ROWS,
  PASSED_KEYS,
  ...REFERRING,
  'REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pg_temp FROM PUBLIC',
];

const setForTransaction = (name: string, value: string): string =>
  `SELECT ${ENGINE}.set_setting('${name}', '${value.replaceAll("'", "''")}', true)`;

/** Connections that are kept; beyond them the one that was opened first is closed. */
const MOST_CONNECTIONS = 8;

/**
 * Looks at row locks from outside the transactions that hold them. What clients have sent is asked as their role, the rest as the
 * superuser. Connections are opened when first needed, and again when they were lost.
 */
export class LockProbe {
  /** By role. */
  private readonly backends = new Map<string, Promise<Backend>>();
  private queue: Promise<unknown> = Promise.resolve();
  private readonly active = new ActiveFlights();

  constructor(private readonly postgres: PostgresServer) {}

  private async open(role: string): Promise<Backend> {
    const known = await this.backends.get(role)?.catch(() => undefined);
    if (known && !known.lost) return known;
    this.retire(role);
    const [first] = this.backends.keys();
    if (first !== undefined && this.backends.size >= MOST_CONNECTIONS) this.retire(first);
    const opened = this.connect(role);
    this.backends.set(role, opened);
    return opened;
  }

  private async connect(role: string): Promise<Backend> {
    const { address } = this.postgres;
    const backend = await connectAs(address, role, this.active);
    if (role === address.superuser) for (const sql of FUNCTIONS) await runText(backend, sql);
    await runText(backend, LOCK_TIMEOUT);
    await runText(backend, PATH);
    return backend;
  }

  /** Closes the connection of a role: it is gone, and one of its name is another. */
  retire(role: string): void {
    const backend = this.backends.get(role);
    this.backends.delete(role);
    void backend?.then(
      opened => opened.close(),
      () => undefined,
    );
  }

  private inTurn<T>(role: string, work: (backend: Backend) => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => work(await this.open(role));
    const result = this.queue.then(run, run);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** About the process `pid`: whether any of the queries has a row; a query that fails (a row is locked, a table is gone) counts as one that has. */
  async anyRow(pid: number, queries: readonly ProbeQuery[]): Promise<boolean> {
    const { superuser } = this.postgres.address;
    const roles = new Set(queries.map(({ asker }) => asker?.role ?? superuser));
    for (const role of roles) {
      const asked = queries.filter(({ asker }) => (asker?.role ?? superuser) === role);
      if (await this.anyRowAs(role, pid, asked)) return true;
    }
    return false;
  }

  private anyRowAs(role: string, pid: number, queries: readonly ProbeQuery[]): Promise<boolean> {
    return this.inTurn(role, async backend => {
      const flight = new Flight(undefined);
      const rows: (string | null)[][] = [];
      backend.dropUnnamed();
      let path: string | undefined;
      let set: string | undefined;
      addSilent(flight, `SELECT ${ENGINE}.set_setting('gateway.mine', ${transactionsOf(pid)}::text, true)`);
      for (const { sql, oids, tail, searchPath, asker } of queries) {
        if (asker?.set !== set) addSilent(flight, setForTransaction('role', asker?.set ?? 'none'));
        if (searchPath !== path) addSilent(flight, setForTransaction('search_path', searchPath));
        set = asker?.set;
        path = searchPath;
        flight.add(parse('', sql, oids), { kind: 'parse', forward: false });
        flight.add(bind('', '', tail), { kind: 'bind', forward: false });
        flight.add(execute('', 1), { kind: 'execute', forward: false, collect: rows });
      }
      await backend.fly(flight, 'sync');
      return flight.failure !== undefined || rows.length > 0;
    });
  }

  /** Rows as text, of a query of the cluster's own, by the superuser where no other role is given. @throws QueryFailed */
  query(sql: string, params: string[] = [], role = this.postgres.address.superuser): Promise<(string | null)[][]> {
    return this.inTurn(role, backend => runText(backend, sql, params));
  }

  async close(): Promise<void> {
    for (const opened of this.backends.values()) (await opened.catch(() => undefined))?.close();
  }
}
