/**
 * AWS's Query protocol (STS, IAM, CloudFormation): requests are forms in which lists and structures are written as dotted names, answers
 * are XML. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import type { AwsAnswer, AwsFault, AwsRequest } from './contract';

/** What an answer is made of: structures by member, lists in order; undefined members are left out. */
export type QueryValue =
  string | number | boolean | Date | undefined | readonly QueryValue[] | { readonly [name: string]: QueryValue };

/**
 * The operation and the input of a request: `Tags.member.1.Key=a` is `{ Tags: [{ Key: 'a' }] }`. Scalars stay text, as the protocol has no
 * types. Undefined when the body names no action.
 */
export function readQuery(request: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const operation = form.get('Action');
  if (!operation) return undefined;
  const root: Branch = new Map();
  for (const [name, value] of form) if (name !== 'Action' && name !== 'Version') put(root, name.split('.'), value);
  return { operation, input: Object.fromEntries([...root].map(([name, branch]) => [name, plain(branch)])) };
}

/** A successful answer: `<OperationResponse><OperationResult>…`. `namespace` is the service's, as its model's `xmlNamespace` has it. */
export function queryAnswer(
  operation: string,
  namespace: string,
  result: Readonly<Record<string, QueryValue>> = {},
): AwsAnswer {
  const body = element(`${operation}Result`, result);
  const metadata = element('ResponseMetadata', { RequestId: crypto.randomUUID() });
  return document(200, `<${operation}Response xmlns="${escape(namespace)}">${body}${metadata}</${operation}Response>`);
}

/** A failure: `<ErrorResponse><Error><Code>…`. */
export function queryFault({ status, code, message }: AwsFault, namespace: string): AwsAnswer {
  const error = element('Error', { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message });
  const id = element('RequestId', crypto.randomUUID());
  return document(status, `<ErrorResponse xmlns="${escape(namespace)}">${error}${id}</ErrorResponse>`);
}

type Branch = Map<string, Branch | string>;

function put(branch: Branch, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    branch.set(name, value);
    return;
  }
  const known = branch.get(name);
  const inner: Branch = known instanceof Map ? known : new Map<string, Branch | string>();
  branch.set(name, inner);
  put(inner, rest, value);
}

function plain(branch: Branch | string): unknown {
  if (typeof branch === 'string') return branch;
  const list = branch.get('member');
  if (list instanceof Map && branch.size === 1)
    return [...list].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => plain(item));
  return Object.fromEntries([...branch].map(([name, inner]) => [name, plain(inner)]));
}

function element(name: string, value: QueryValue): string {
  return value === undefined ? '' : `<${name}>${content(value)}</${name}>`;
}

function content(value: Exclude<QueryValue, undefined>): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return escape(String(value));
  if (isList(value)) return value.map(item => element('member', item)).join('');
  return Object.entries(value)
    .map(([name, inner]) => element(name, inner))
    .join('');
}

const isList = (value: object): value is readonly QueryValue[] => Array.isArray(value);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};
const escape = (text: string): string => text.replace(/[&<>"\r]/g, sign => ENTITIES[sign]!);

const document = (status: number, xml: string): AwsAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>${xml}`,
});
