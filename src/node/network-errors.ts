/** Codes of Node's errors that mean: nobody was reached. */
export const NETWORK_ERROR_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EPIPE',
]);

/** What the SDK says of an API that did not answer, in words of people: its own name handlers and settings. */
export function plainMessage({ name, message }: Pick<Error, 'name' | 'message'>): string {
  const [, ms] = name === 'TimeoutError' ? (/(?<!\d)(\d+) ms\b/.exec(message) ?? []) : [];
  return ms === undefined ? message : `nothing came back within ${Number(ms) / 1_000} s`;
}
