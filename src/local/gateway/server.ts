import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Closeable } from '../../base/lifecycle';
import { systemClock, type Clock } from '../../base/clock';
import type { Dialect } from '../../core/dialect/contract';
import { Adjudicator } from '../adjudicator/adjudicator';
import { CatalogChanges, type StaleCatalog } from '../adjudicator/catalog-changes';
import { ConflictInjector, type InjectConflicts } from '../adjudicator/injection';
import { Footprints } from '../adjudicator/footprints';
import { LockProbe } from '../adjudicator/lock-probe';
import { ConflictMonitor } from '../adjudicator/monitor';
import type { Authenticator, Explainer, JobRunner, PostgresServer } from '../ports';
import { Admission } from './admission';
import { encrypt, tlsOptions, type TlsFiles } from './accept';
import { ClientConnection } from './client-connection';
import type { GatewayContext, Log } from './context';
import { ControlConnection } from './control';
import { rateExceeded, tooManyConnections } from './errors';
import { DSQL_LIMITS, type Limits } from './limits';
import { outlast, firstAnswer } from './outlast';
import { BackendPool } from './pool';
import { PracticeAdmissions } from './practice-limits';
import { StatementRegistry } from './statements';
import { WebSocketDoor } from './web-socket';

export interface GatewayOptions {
  /** Absent: the loopback addresses of both families. */
  host?: string;
  /** 0 for any free port. */
  port: number;
  /** A Unix socket to listen on as well, in a private directory: the same service, TLS too, at less CPU a message. */
  socketPath?: string;
  tls: TlsFiles;
  postgres: PostgresServer;
  dialect: Dialect;
  authenticator: Authenticator;
  explainer: Explainer;
  jobs: JobRunner;
  clock?: Clock;
  limits?: Partial<Limits>;
  occ?: OccOptions;
  log: Log;
}

/** Optimistic concurrency, as far as it can be chosen. */
export interface OccOptions {
  /** When changes of the catalogue are answered with OC001. Default `session`, as the service does. */
  staleCatalog?: StaleCatalog;
  /** Makes commits fail at random, to test retries. */
  injectConflicts?: InjectConflicts;
}

/** What the gateway is doing. */
export interface GatewayStats {
  /** Client connections, also those not yet authenticated. */
  connections: number;
  backends: number;
  /** Backends lent to a client's statement or transaction. */
  lent: number;
  /** Clients waiting for a backend. */
  waiting: number;
  parks: number;
  replays: number;
  evictions: number;
  ringsBroken: number;
  /** Conflicts made up by `injectConflicts`. */
  injected: number;
}

/** A DSQL-speaking endpoint in front of a private PostgreSQL. */
export interface Gateway extends Closeable {
  readonly port: number;
  /** Set when the gateway listens there. */
  readonly socketPath?: string;
  stats(): GatewayStats;
}

const SWEEP_MS = 1000;
/** How long DDL that has committed waits for the catalogue to be read anew. Past it a PostgreSQL that is away is waited for without it. */
const SCHEMA_PATIENCE_MS = 15_000;

/** Starts a gateway. Rejects with the listener's system error, e.g. EADDRINUSE. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const limits = { ...DSQL_LIMITS, ...options.limits };
  const clock = options.clock ?? systemClock;
  let closing: Promise<void> | undefined;
  const pool = new BackendPool(options.postgres, limits, clock);
  const control = new ControlConnection(options.postgres);
  const probe = new LockProbe(options.postgres);
  const adjudicator = new Adjudicator(pool, probe, () => context.schema);
  const monitor = new ConflictMonitor(pool, adjudicator, control);
  pool.active.onBegin = () => monitor.wake();
  const { dialect, explainer } = options;
  const context: GatewayContext = {
    ...options,
    clock,
    limits,
    pool,
    control,
    adjudicator,
    footprints: new Footprints(pool, probe, adjudicator.freedKeys),
    catalog: new CatalogChanges(options.occ?.staleCatalog ?? 'session'),
    practice: new PracticeAdmissions(clock, limits),
    injector: new ConflictInjector(options.occ?.injectConflicts),
    registry: new StatementRegistry(dialect, explainer),
    schema: await firstAnswer(() => control.schemaFacts()),
    schemaSequence: 0,
    async schemaChanged() {
      const { sequence } = context.catalog;
      const read = outlast(
        () => control.schemaFacts(),
        () => closing !== undefined,
      ).then(schema => {
        if (!schema) return;
        const { roles } = context.schema;
        context.schema = schema;
        context.schemaSequence = sequence;
        for (const [role, oid] of roles) {
          if (schema.roles.get(role) === oid) continue;
          pool.retire(role);
          probe.retire(role);
        }
      });
      await Promise.race([read, sleep(SCHEMA_PATIENCE_MS, undefined, { ref: false })]);
    },
  };
  const indexes = options.jobs.onIndexVisible(() => context.schemaChanged());
  const builds = options.jobs.onHeldUp(pids => monitor.clearWay(pids));
  const connections = new Map<net.Socket, ClientConnection | undefined>();
  const admission = new Admission(clock, limits);
  const secure = tlsOptions(options.tls);
  const webSockets = new WebSocketDoor();

  const accept = (socket: net.Socket): void => {
    connections.set(socket, undefined);
    const handshake = setTimeout(() => socket.destroy(), limits.handshakeMs);
    socket.once('close', () => {
      clearTimeout(handshake);
      connections.delete(socket);
    });
    encrypt(socket, secure, webSockets, (stream, serverName) => {
      const crowded = connections.size > limits.connections ? tooManyConnections : undefined;
      const refusal = crowded ?? (admission.admit() ? undefined : rateExceeded);
      const authenticated = (): void => {
        clearTimeout(handshake);
        webSockets.trust(stream);
      };
      const connection = new ClientConnection(context, stream, authenticated, refusal, serverName);
      connections.set(socket, connection);
    });
  };
  const servers = [await listen(options.host ?? '127.0.0.1', options.port, accept)];
  const { port } = servers[0]!.address() as net.AddressInfo;
  if (options.host === undefined) {
    // a machine without IPv6 does without
    const second = await listen('::1', port, accept).catch(() => undefined);
    if (second) servers.push(second);
  }
  const { socketPath } = options;
  const local = socketPath === undefined ? undefined : await listenOnSocket(socketPath, accept, options.log);
  if (local) servers.push(local);

  const sweep = setInterval(() => {
    const now = clock.monotonic();
    for (const connection of connections.values())
      if (connection && now - connection.sinceMs > connection.ageLimitMs) connection.close();
    for (const backend of pool.backends()) adjudicator.expire(backend, clock.monotonic(), limits.transactionAgeMs);
  }, SWEEP_MS);
  sweep.unref();

  const close = async (): Promise<void> => {
    clearInterval(sweep);
    indexes.dispose();
    builds.dispose();
    monitor.close();
    const closed = Promise.all(servers.map(server => new Promise<void>(resolve => server.close(() => resolve()))));
    for (const [socket, connection] of connections) {
      if (connection) connection.close();
      else socket.destroy();
    }
    const force = setTimeout(() => {
      for (const socket of connections.keys()) socket.destroy();
    }, CLOSE_MS);
    await closed;
    clearTimeout(force);
    pool.close();
    await control.close();
    await probe.close();
  };
  return {
    port,
    socketPath: local ? socketPath : undefined,
    close: () => (closing ??= close()),
    stats: () => ({
      connections: connections.size,
      backends: pool.size,
      lent: [...pool.backends()].filter(backend => backend.owner !== undefined || backend.busy).length,
      waiting: pool.waiting,
      parks: adjudicator.parks,
      replays: adjudicator.replays,
      evictions: adjudicator.evictions,
      ringsBroken: monitor.ringsBroken,
      injected: context.injector.injected,
    }),
  };
}

function listen(host: string, port: number, accept: (socket: net.Socket) => void): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ noDelay: true, allowHalfOpen: true }, accept);
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

/** Whoever is in the way is dead: the directory is the cluster's own. A machine without such sockets does without. */
async function listenOnSocket(
  socketPath: string,
  accept: (socket: net.Socket) => void,
  log: Log,
): Promise<net.Server | undefined> {
  fs.rmSync(socketPath, { force: true });
  const server = net.createServer({ allowHalfOpen: true }, accept);
  try {
    await once(server.listen(socketPath), 'listening');
    return server;
  } catch (error) {
    log(`the gateway does without its Unix socket: ${(error as Error).message}`);
    return undefined;
  }
}

/** How long clients have to take the goodbye. */
const CLOSE_MS = 1000;
