/**
 * Leads connections that handlers make to the cluster at port 5432 to the gateway, by its Unix socket where there is one. Handlers in the wild hard-code 5432 and read only
 * CLUSTER_ENDPOINT; every driver ends in `net.Socket.prototype.connect`, so that is where the port is changed.
 */
import dns from 'node:dns';
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import type { ClusterRoute } from '../settings';

const POSTGRES_PORT = 5432;
const LOOPBACK = '127.0.0.1';

/**
 * Names of the cluster in DNS: its own, and what clients make of a host name without a dot, which AWS's connectors take for a bare
 * cluster id (`localhost` becomes `localhost.dsql.<region>.on.aws`).
 */
function isClusterName(name: string, route: ClusterRoute): boolean {
  return name === route.clusterHost || name === route.clusterHost.replace(/^[^.]+/, route.endpoint);
}

/** Answers as `dns.lookup` does, in each of its call forms, always with the loopback address. */
function lookupLoopback(_hostname: string, options: unknown, callback?: unknown): void {
  const answer = (typeof options === 'function' ? options : callback) as (...args: unknown[]) => void;
  const all = typeof options === 'object' && options !== null && (options as { all?: boolean }).all === true;
  process.nextTick(() => (all ? answer(null, [{ address: LOOPBACK, family: 4 }]) : answer(null, LOOPBACK, 4)));
}

/** Options of a connection, redirected when they name the cluster at 5432; otherwise the same object. */
export function redirect<T extends object>(options: T, route: ClusterRoute): T {
  const { host, port, path } = options as { host?: unknown; port?: unknown; path?: unknown };
  if (path !== undefined || Number(port) !== POSTGRES_PORT) return options;
  const name = host === undefined || host === null || host === '' ? 'localhost' : String(host).toLowerCase();
  const isLoopback = name === 'localhost' || name === LOOPBACK || name === '::1';
  if (!isClusterName(name, route) && name !== route.endpoint && !isLoopback) return options;
  // the host stays as it is: certificates are checked against it
  if (route.gatewaySocket !== undefined) return { ...options, path: route.gatewaySocket };
  const changed = { ...options, port: route.gatewayPort, lookup: lookupLoopback };
  if (name === '::1') (changed as { host?: string }).host = LOOPBACK;
  return changed;
}

type Connect = (this: net.Socket, ...args: unknown[]) => net.Socket;

function routeSockets(route: ClusterRoute): void {
  const connect = net.Socket.prototype.connect as Connect;
  const routed: Connect = function (...args) {
    const first = args[0];
    if (Array.isArray(first)) {
      // net.connect() has normalised its arguments already: [options, callback], marked by a symbol, so change it in place
      if (typeof first[0] === 'object' && first[0] !== null) first[0] = redirect(first[0] as object, route);
    } else if (typeof first === 'object' && first !== null) {
      args[0] = redirect(first, route);
    } else if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
      const hasHost = typeof args[1] === 'string';
      const options = { port: Number(first), host: hasHost ? args[1] : 'localhost' };
      const changed = redirect(options, route);
      if (changed !== options) args = [changed, ...args.slice(hasHost ? 2 : 1)];
    }
    return connect.apply(this, args);
  };
  net.Socket.prototype.connect = routed;
}

function routeNames(route: ClusterRoute): void {
  const isCluster = (hostname: unknown) => typeof hostname === 'string' && isClusterName(hostname.toLowerCase(), route);
  const lookup = dns.lookup as (...args: unknown[]) => void;
  dns.lookup = ((...args: unknown[]) =>
    isCluster(args[0]) ? lookupLoopback(String(args[0]), args[1], args[2]) : lookup(...args)) as typeof dns.lookup;
  const lookupPromise = dns.promises.lookup as (...args: unknown[]) => Promise<unknown>;
  dns.promises.lookup = (async (...args: unknown[]) => {
    if (!isCluster(args[0])) return lookupPromise(...args);
    const all = (args[1] as { all?: boolean } | undefined)?.all === true;
    return all ? [{ address: LOOPBACK, family: 4 }] : { address: LOOPBACK, family: 4 };
  }) as typeof dns.promises.lookup;
}

/** Trusts the cluster's CA beside the usual ones, where NODE_EXTRA_CA_CERTS is not read. */
export function trustCertificate(caFile: string): void {
  const pem = fs.readFileSync(caFile, 'utf8');
  const create = tls.createSecureContext;
  tls.createSecureContext = options => {
    const context = create(options);
    if (!options?.ca) (context.context as { addCACert(pem: string): void }).addCACert(pem);
    return context;
  };
}

/** Installs the route in this thread. */
export function installClusterRoute(route: ClusterRoute): void {
  routeSockets(route);
  routeNames(route);
  if (process.versions.electron !== undefined) trustCertificate(route.caFile);
}
