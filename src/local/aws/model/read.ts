/** Requests of the JSON protocols as the operations and inputs of a service's model. */
import type { AwsRequest } from '../contract';
import type { Operation, ServiceModel, Shape } from './schema';

type Read = { operation: string; input: Record<string, unknown> };

/** REST-JSON: method and path tell the operation; labels, query, headers and body hold its input. */
export function readRest(model: ServiceModel, request: AwsRequest): Read | undefined {
  for (const operation of model.values()) {
    const { http } = operation;
    const labels = http?.method === request.method ? matchPath(http.path, request.path) : undefined;
    if (labels) return { operation: operation.name, input: restInput(operation, labels, request) };
  }
  return undefined;
}

/** AWS JSON: the header `X-Amz-Target` names the operation behind the service's prefix, the body is its input. */
export function readTarget(model: ServiceModel, prefix: string, request: AwsRequest): Read | undefined {
  const target = String(request.headers['x-amz-target'] ?? '');
  const operation = target.startsWith(`${prefix}.`) ? model.get(target.slice(prefix.length + 1)) : undefined;
  if (!operation) return undefined;
  return { operation: operation.name, input: plain(operation.input(), json(request.body)) as Record<string, unknown> };
}

/** `/tags/{resourceArn}`; labels as they stand in the path, decoded; `{name+}` takes further slashes. */
function matchPath(template: string, path: string): Map<string, string> | undefined {
  const names: string[] = [];
  const pattern = template
    .split(/(\{[^}]+\})/)
    .map(part => {
      if (!part.startsWith('{')) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      const greedy = part.endsWith('+}');
      names.push(part.slice(1, greedy ? -2 : -1));
      return greedy ? '(.+)' : '([^/]+)';
    })
    .join('');
  const match = new RegExp(`^${pattern}/?$`).exec(path);
  return match ? new Map(names.map((name, index) => [name, decode(match[index + 1]!)])) : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function restInput(operation: Operation, labels: Map<string, string>, request: AwsRequest): Record<string, unknown> {
  const shape = operation.input();
  if (shape.kind !== 'structure') return {};
  const inBody = [...shape.members.values()].some(({ at }) => at === 'body');
  const input: Record<string, unknown> = inBody ? { ...(json(request.body) as Record<string, unknown>) } : {};
  for (const [name, { at, wireName, shape: of }] of shape.members) {
    const value = at === 'body' ? input[name] : outside(at, wireName, of(), labels, request);
    if (value !== undefined) input[name] = at === 'body' ? plain(of(), value) : value;
  }
  return input;
}

function outside(
  at: 'label' | 'query' | 'header' | 'payload',
  wireName: string,
  shape: Shape,
  labels: Map<string, string>,
  { query, headers, body }: AwsRequest,
): unknown {
  switch (at) {
    case 'label':
      return labels.get(wireName);
    case 'query':
      if (!query.has(wireName)) return undefined;
      return shape.kind === 'list' ? query.getAll(wireName) : scalar(shape, query.get(wireName)!);
    case 'header':
      return headers[wireName] === undefined ? undefined : scalar(shape, String(headers[wireName]));
    case 'payload':
      return body.length === 0 ? undefined : payload(body);
  }
}

/** What a function is given is mostly JSON, which says more than its length. */
function payload(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return body.length;
  }
}

function scalar(shape: Shape, text: string): unknown {
  if (shape.kind === 'number' && text.trim() !== '' && !Number.isNaN(Number(text))) return Number(text);
  if (shape.kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** A value without bytes: binary parts as their length. */
function plain(shape: Shape, value: unknown): unknown {
  if (shape.kind === 'blob') return typeof value === 'string' ? Buffer.from(value, 'base64').length : value;
  if (shape.kind === 'list' && Array.isArray(value)) return value.map(item => plain(shape.item(), item));
  if (typeof value !== 'object' || value === null) return value;
  if (shape.kind === 'map')
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(shape.item(), item)]));
  if (shape.kind !== 'structure') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const member = shape.members.get(name);
      return [name, member ? plain(member.shape(), item) : item];
    }),
  );
}

function json(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return {};
  }
}
