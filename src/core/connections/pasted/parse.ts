import { CodedError } from '../../../base/errors';
import { CLUSTER_ID, parseEndpoint } from '../endpoint';
import { isIpAddress } from '../entry-reader';
import { commandFacts } from './command-facts';
import { addFacts, type PastedFacts } from './facts';
import { arnFacts, jsonFacts } from './json-facts';
import { shellCommands } from './shell-words';
import { isUrl, tokenFacts, urlFacts } from './urls';

/** A connection as a pasted text describes it; what the text does not say is left out. */
export interface PastedConnection {
  /** Host name of the cluster; undefined where only its id is known, and not its Region. */
  host?: string;
  region?: string;
  clusterId?: string;
  port?: number;
  /** IP address to connect to in place of the host's own. */
  hostaddr?: string;
  user?: string;
  awsProfile?: string;
  schema?: string;
}

const USER = /^[A-Za-z_\u0080-\uffff][\w$.@\u0080-\uffff-]{0,62}$/;
const AWS_PROFILE = /^[\w.@/+-][\w .@/+:-]{0,127}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const ENDPOINT_INSIDE = /\b[a-z2-7]{26}\.dsql[\w-]*\.[a-z0-9-]+\.on\.aws\b/gi;

/**
 * Understands what people have at hand: an endpoint, a cluster id or ARN, a `psql` or `aws dsql` command line with its variables, a
 * `postgres://` or JDBC URL, libpq's `host=…`, the JSON of `aws dsql get-cluster`, or a text in which one endpoint stands. Passwords and
 * tokens in it are neither in the answer nor in an error.
 * @throws CodedError `CONNECTION_TEXT_UNKNOWN`, `REGION_MISMATCH`.
 */
export function parseConnectionText(text: string): PastedConnection {
  const facts = factsOf(text.trim());
  const host = facts.host?.toLowerCase();
  if (host === undefined) throw unknownText();
  const region = facts.region !== undefined && REGION.test(facts.region) ? facts.region : undefined;
  const connection: PastedConnection = {};
  if (CLUSTER_ID.test(host) && region === undefined) connection.clusterId = host;
  else {
    const endpoint = endpointOf(host, region);
    connection.host = endpoint.host;
    connection.region = endpoint.region;
    if (endpoint.clusterId !== undefined) connection.clusterId = endpoint.clusterId;
  }
  const port = Number(facts.port);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) connection.port = port;
  if (facts.hostaddr !== undefined && isIpAddress(facts.hostaddr)) connection.hostaddr = facts.hostaddr;
  if (facts.user !== undefined && USER.test(facts.user)) connection.user = facts.user;
  if (facts.awsProfile !== undefined && AWS_PROFILE.test(facts.awsProfile)) connection.awsProfile = facts.awsProfile;
  if (facts.schema !== undefined && USER.test(facts.schema)) connection.schema = facts.schema;
  return connection;
}

function factsOf(text: string): PastedFacts {
  const whole = arnFacts(text) ?? jsonFacts(text);
  if (whole) return whole;
  if (/^\S+$/.test(text) && isAddress(text)) return { host: text.replace(/[:/].*$/, ''), port: portOf(text) };
  if (!/\s/.test(text)) {
    const single = tokenFacts(text) ?? (isUrl(text) ? urlFacts(text) : undefined);
    if (single) return single;
  }
  const facts: PastedFacts = {};
  const commands = shellCommands(text).map(commandFacts);
  for (const found of commands) addFacts(facts, found);
  if (facts.host !== undefined && (isAddress(facts.host) || CLUSTER_ID.test(facts.host.toLowerCase()))) return facts;
  // in prose, or in a file of another tool: one endpoint, however often
  const inside = new Set([...text.matchAll(ENDPOINT_INSIDE)].map(([endpoint]) => endpoint.toLowerCase()));
  const [only] = inside;
  return inside.size === 1 ? { ...facts, host: only } : { ...facts, host: undefined };
}

const portOf = (text: string): string | undefined => /:(\d+)$/.exec(text)?.[1];

function isAddress(text: string): boolean {
  if (CLUSTER_ID.test(text.toLowerCase())) return true;
  try {
    parseEndpoint(text);
    return !text.includes('@') && !text.includes('?') && !/^[a-z]+:\/\//i.test(text);
  } catch {
    return false;
  }
}

function endpointOf(host: string, region: string | undefined): ReturnType<typeof parseEndpoint> {
  try {
    return parseEndpoint(host, region);
  } catch (error) {
    // its message may quote the text; a mismatch is of two checked parts
    if (error instanceof CodedError && error.code === 'REGION_MISMATCH') throw error;
    throw unknownText();
  }
}

function unknownText(): CodedError {
  return new CodedError('CONNECTION_TEXT_UNKNOWN', 'no Aurora DSQL cluster was found in the text', {
    nextStep:
      'Paste an endpoint (<id>.dsql.<region>.on.aws), a cluster id or ARN, a psql or aws dsql command line, a postgres:// or JDBC URL, or the JSON of aws dsql get-cluster.',
  });
}
