import { addFacts, type PastedFacts } from './facts';

const ARN = /^arn:aws[a-z-]*:dsql:([a-z0-9-]+):\d*:cluster\/([a-z2-7]{26})$/;

/** A cluster's ARN: its Region and id. */
export function arnFacts(text: string): PastedFacts | undefined {
  const [, region, host] = ARN.exec(text.trim()) ?? [];
  return host === undefined ? undefined : { host, region };
}

/** The answer of `aws dsql get-cluster` or `create-cluster`, a list that holds one cluster, or settings of a driver. */
export function jsonFacts(text: string): PastedFacts | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return objectFacts(value, 0);
}

function objectFacts(value: unknown, depth: number): PastedFacts | undefined {
  if (typeof value !== 'object' || value === null || depth > 4) return undefined;
  if (Array.isArray(value)) return value.length === 1 ? objectFacts(value[0], depth + 1) : undefined;
  const fields = new Map(Object.entries(value).map(([key, field]) => [key.toLowerCase(), field as unknown]));
  const text = (...names: string[]): string | undefined => {
    for (const name of names) {
      const field = fields.get(name);
      if (typeof field === 'string' || (name === 'port' && typeof field === 'number')) return String(field);
    }
    return undefined;
  };
  const facts: PastedFacts = {};
  addFacts(facts, {
    host: text('endpoint', 'host', 'hostname', 'server', 'identifier', 'clusterid'),
    port: text('port'),
    region: text('region'),
    user: text('user', 'username'),
    awsProfile: text('profile', 'awsprofile'),
  });
  addFacts(facts, arnFacts(text('arn') ?? '') ?? {});
  if (facts.host) return facts;
  // { "clusters": [ … ] }
  const inner = [...fields.values()].filter(field => typeof field === 'object' && field !== null);
  return inner.length === 1 ? objectFacts(inner[0], depth + 1) : undefined;
}
