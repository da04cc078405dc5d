import type { PostgresServer } from '../ports';
import { ActiveFlights } from '../gateway/active-flights';
import type { Backend } from '../gateway/backend';
import { runText } from '../gateway/catalog-query';
import { connectBackend } from '../gateway/connect';
import { Flight } from '../gateway/flight';
import { bind, execute, parse } from '../gateway/wire/client-messages';

/** A query of the probe's, with the parameters of the statement it was made from. */
export interface ProbeQuery {
  sql: string;
  oids: Buffer;
  /** Parameters as in a Bind message. */
  tail: Buffer;
  /** The search path under which the names of `sql` were written. */
  searchPath: string;
}

/** Whether one of the transactions `mine` holds a row whose xmax is `holder`; a number alone does not say whether it is a multixact's. */
const HOLDS = `CREATE FUNCTION pg_temp.holds(holder xid, mine xid[]) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF holder = ANY (mine) THEN RETURN true; END IF;
  IF holder = '0'::xid THEN RETURN false; END IF;
  RETURN EXISTS (SELECT FROM pg_get_multixact_members(holder) m WHERE m.xid = ANY (mine));
EXCEPTION WHEN OTHERS THEN RETURN false;
END $$`;

/** The rows of tables whose xmax is one of `mine`. Raises where a name is not a table's, or the table has more than `most` bytes; CTEs have no table. */
const HELD_ROWS = `CREATE FUNCTION pg_temp.held_rows(names text[], path text, mine xid[], most bigint)
RETURNS TABLE (held_table text, place tid) LANGUAGE plpgsql AS $$
DECLARE
  item record;
BEGIN
  PERFORM dsql_engine.set_setting('search_path', path, true);
  FOR item IN SELECT DISTINCT c.oid, c.relkind, n.nspname, c.relname FROM unnest(names) AS name
      JOIN pg_class c ON c.oid = to_regclass(name) JOIN pg_namespace n ON n.oid = c.relnamespace LOOP
    CONTINUE WHEN item.relkind = 'v'; -- the tables beneath are named too
    IF item.relkind <> 'r' OR pg_relation_size(item.oid) > most THEN
      RAISE EXCEPTION 'not searched';
    END IF;
    held_table := format('%I.%I', item.nspname, item.relname);
    FOR place IN EXECUTE format('SELECT ctid FROM ONLY %s WHERE xmax <> ''0'' AND pg_temp.holds(xmax, $1)', held_table) USING mine LOOP
      RETURN NEXT;
    END LOOP;
  END LOOP;
END $$`;

/** PostgreSQL waits in spite of NOWAIT for newer versions of a row, which belong to the transaction the question is about. */
const LOCK_TIMEOUT = `SELECT dsql_engine.set_setting('lock_timeout', '100ms', false)`;

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

/** A connection that looks at row locks from outside, as the superuser. Opened when first needed, and again when it was lost. */
export class LockProbe {
  private backend: Promise<Backend> | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly active = new ActiveFlights();

  constructor(private readonly postgres: PostgresServer) {}

  private async open(): Promise<Backend> {
    const known = await this.backend?.catch(() => undefined);
    if (known && !known.lost) return known;
    const { address } = this.postgres;
    this.backend = connectBackend(address, address.superuser, this.active, address.password).then(async backend => {
      await runText(backend, HOLDS);
      await runText(backend, HELD_ROWS);
      await runText(backend, LOCK_TIMEOUT);
      return backend;
    });
    return this.backend;
  }

  private inTurn<T>(work: (backend: Backend) => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => work(await this.open());
    const result = this.queue.then(run, run);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** About the process `pid`: whether any of the queries has a row; a query that fails (a row is locked, a table is gone) counts as one that has. */
  anyRow(pid: number, queries: readonly ProbeQuery[]): Promise<boolean> {
    return this.inTurn(async backend => {
      const flight = new Flight(undefined);
      const rows: (string | null)[][] = [];
      backend.dropUnnamed();
      let path: string | undefined;
      addSilent(flight, `SELECT dsql_engine.set_setting('gateway.mine', ${transactionsOf(pid)}::text, true)`);
      for (const { sql, oids, tail, searchPath } of queries) {
        if (searchPath !== path)
          addSilent(
            flight,
            `SELECT dsql_engine.set_setting('search_path', '${searchPath.replaceAll("'", "''")}', true)`,
          );
        path = searchPath;
        flight.add(parse('', sql, oids), { kind: 'parse', forward: false });
        flight.add(bind('', '', tail), { kind: 'bind', forward: false });
        flight.add(execute('', 1), { kind: 'execute', forward: false, collect: rows });
      }
      await backend.fly(flight, 'sync');
      return flight.failure !== undefined || rows.length > 0;
    });
  }

  /** Rows as text. @throws QueryFailed */
  query(sql: string, params: string[] = []): Promise<(string | null)[][]> {
    return this.inTurn(backend => runText(backend, sql, params));
  }

  async close(): Promise<void> {
    const backend = await this.backend?.catch(() => undefined);
    backend?.close();
  }
}
