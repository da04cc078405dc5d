import type { PolicyDocument } from '../../src/core/aws/policy';

/** A request as IAM sees it. */
export interface IamRequest {
  action: string;
  resource: string;
  /** Values of condition keys. */
  context?: Readonly<Record<string, string>>;
}

/** Whether a policy alone allows a request: IAM's own rules as far as our documents go, written apart from the product's code. */
export function allows(policy: PolicyDocument, { action, resource, context = {} }: IamRequest): boolean {
  return policy.Statement.some(
    ({ Action, Resource = [], Condition = {} }) =>
      Action.includes(action) &&
      Resource.some(pattern => matches(pattern, resource)) &&
      Object.entries(Condition).every(([operator, keys]) => {
        if (operator !== 'StringEquals') throw new Error(`unknown operator ${operator}`);
        return Object.entries(keys).every(([key, value]) => context[key] === value);
      }),
  );
}

/** `*` stands for any characters, also none. */
function matches(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return head === text;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
