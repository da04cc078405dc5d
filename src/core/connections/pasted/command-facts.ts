import { addFacts, type PastedFacts } from './facts';
import type { ShellCommand } from './shell-words';
import { isUrl, tokenFacts, urlFacts } from './urls';

/** libpq's and AWS's variables. PGPASSWORD and keys are not among them. */
function variableFacts(variables: Record<string, string>): PastedFacts {
  return {
    host: variables.PGHOST ?? variables.CLUSTER_ENDPOINT ?? variables.DSQL_ENDPOINT ?? variables.CLUSTER_ID,
    port: variables.PGPORT,
    hostaddr: variables.PGHOSTADDR,
    user: variables.PGUSER,
    caFile: variables.PGSSLROOTCERT,
    region: variables.AWS_REGION ?? variables.AWS_DEFAULT_REGION,
    awsProfile: variables.AWS_PROFILE,
  };
}

const CONNINFO = /\b(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s']+))/g;

/** libpq's `host=… user=…`. */
function conninfoFacts(text: string): PastedFacts {
  const values: Record<string, string> = {};
  for (const [, key, quoted, plain] of text.matchAll(CONNINFO))
    values[(key ?? '').toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
  const { host, hostaddr, port, user, sslrootcert: caFile } = values;
  return { host, hostaddr, port, user, caFile };
}

/** psql's options that take a value, by their short and long names. */
const PSQL_SHORT = 'hpUdcfvoLFRTP';
const PSQL_LONG = new Set(
  'host port username dbname command file set variable output log-file field-separator record-separator table-attr pset'.split(
    ' ',
  ),
);

function psqlFacts(words: string[]): PastedFacts {
  const facts: PastedFacts = {};
  const positional: string[] = [];
  const take = (name: string, value: string | undefined): void => {
    if (value === undefined) return;
    if (name === 'h' || name === 'host') addFacts(facts, { host: value });
    if (name === 'p' || name === 'port') addFacts(facts, { port: value });
    if (name === 'U' || name === 'username') addFacts(facts, { user: value });
    if (name === 'd' || name === 'dbname') addFacts(facts, databaseFacts(value));
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const [, long, value] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    const [, short, attached] = /^-([A-Za-z])([\s\S]*)$/.exec(word) ?? [];
    if (long !== undefined) take(long, value ?? (PSQL_LONG.has(long) ? words[++at] : undefined));
    else if (short !== undefined && PSQL_SHORT.includes(short)) take(short, attached || words[++at]);
    else if (short === undefined) positional.push(word);
  }
  const [database, user] = positional;
  if (database !== undefined) addFacts(facts, databaseFacts(database));
  addFacts(facts, { user });
  return facts;
}

function databaseFacts(text: string): PastedFacts {
  if (isUrl(text)) return urlFacts(text);
  return text.includes('=') ? conninfoFacts(text) : {};
}

/** `aws dsql generate-db-connect-admin-auth-token`, `get-cluster` and other commands on one cluster. */
function awsFacts(words: string[]): PastedFacts {
  const options: Record<string, string> = {};
  for (let at = 0; at < words.length; at++) {
    const [, name, value] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(words[at] as string) ?? [];
    if (name === undefined) continue;
    const following = words[at + 1];
    if (value !== undefined) options[name] = value;
    else if (following !== undefined && !following.startsWith('--')) options[name] = following;
  }
  return {
    host: options.hostname ?? options.identifier,
    region: options.region,
    awsProfile: options.profile,
    user: words.some(word => /^generate-db-connect-admin-auth-token$/i.test(word)) ? 'admin' : undefined,
  };
}

/** What one command of a pasted text says. */
export function commandFacts({ variables, words }: ShellCommand): PastedFacts {
  const facts: PastedFacts = {};
  const program = (words[0] ?? '')
    .replace(/^.*[\\/]/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
  if (program === 'psql') addFacts(facts, psqlFacts(words.slice(1)));
  else if (program === 'aws') addFacts(facts, awsFacts(words.slice(1)));
  else {
    for (const word of words) {
      const token = tokenFacts(word);
      if (token) addFacts(facts, token);
      else if (isUrl(word)) addFacts(facts, urlFacts(word));
    }
    if (words.some(word => /^host=/i.test(word))) addFacts(facts, conninfoFacts(words.join(' ')));
  }
  addFacts(facts, variableFacts(variables));
  return facts;
}
