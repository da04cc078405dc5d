import type { PastedFacts } from './facts';

const SCHEME = /^(?:jdbc:)?(?:aws-dsql:|aws-wrapper:)?(?:postgres(?:ql)?|wss|https?):\/\//i;

const CLUSTER_AFTER =
  /^([\s\S]*)@(?:[a-z2-7]{26}\.dsql[\w-]*\.[a-z0-9-]+\.on\.aws|[\w.-]+\.vpce\.amazonaws\.com)(?=[:/?#]|$)/i;

/** Whether a word is a URL that may name a cluster. */
export const isUrl = (word: string): boolean => SCHEME.test(word);

/** `postgres://`, `jdbc:postgresql://` and the like. The password is left out, also where it holds `@`, `:` or `/` unescaped. */
export function urlFacts(url: string): PastedFacts {
  const rest = url.replace(SCHEME, '');
  // an unescaped token as the password holds `/`, `?` and `&`: what stands behind the `@` tells
  const userEnd = CLUSTER_AFTER.exec(rest)?.[1]?.length ?? rest.replace(/[?#][\s\S]*$/, '').lastIndexOf('@');
  const userInfo = rest.slice(0, Math.max(userEnd, 0));
  const [, host, port, query = ''] = /^([^/:?#]*)(?::(\d+))?[^?#]*[?#]?([\s\S]*)$/.exec(rest.slice(userEnd + 1)) ?? [];
  const parameters = new Map<string, string>();
  for (const pair of query.split(/[&;]/)) {
    const [, name, value] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    if (name !== undefined && value !== undefined) parameters.set(name.toLowerCase(), decode(value));
  }
  return {
    host: host || parameters.get('host'),
    port: port ?? parameters.get('port'),
    hostaddr: parameters.get('hostaddr'),
    user: userInfo ? decode(userInfo.replace(/:[\s\S]*$/, '')) : parameters.get('user'),
    region: parameters.get('region'),
    awsProfile: parameters.get('profile') ?? parameters.get('awsprofile'),
    schema: parameters.get('currentschema'),
    caFile: parameters.get('sslrootcert'),
  };
}

const TOKEN = /^([^\s/?]+)\/?\?(?=[^\s]*Action=DbConnect)(?=[^\s]*X-Amz-)/;

/** An authentication token that was pasted in place of an endpoint: host, Region and kind of user are in it. The rest is dropped. */
export function tokenFacts(word: string): PastedFacts | undefined {
  const [, host] = TOKEN.exec(word.replace(/^https:\/\//i, '')) ?? [];
  if (host === undefined) return undefined;
  const [, region] = /X-Amz-Credential=[^&]*?(?:%2F|\/)\d{8}(?:%2F|\/)([a-z0-9-]+)(?:%2F|\/)dsql/i.exec(word) ?? [];
  return { host, region, user: /Action=DbConnectAdmin\b/.test(word) ? 'admin' : undefined };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
