const UNRESERVED_LEFT = /[!'()*]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * Percent-encodes as SigV4 wants it: everything but `A-Z a-z 0-9 - _ . ~`, upper-case hex, UTF-8. A lone surrogate is read as U+FFFD,
 * so that no text makes it throw.
 */
function uriEncode(text: string): string {
  return encodeURIComponent(text.replace(LONE_SURROGATE, '\uFFFD')).replace(
    UNRESERVED_LEFT,
    c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * The canonical path of a path as it stands in the request line. Services other than S3 sign the path encoded once more, segment by
 * segment, with `.`, `..` and empty segments resolved.
 */
export function canonicalPath(requestPath: string): string {
  const segments: string[] = [];
  for (const segment of requestPath.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(uriEncode(segment));
  }
  const slash = requestPath.endsWith('/') && segments.length > 0 ? '/' : '';
  return `/${segments.join('/')}${slash}`;
}

/** Query parameters as `[name, value]`, decoded. */
export type QueryParameters = readonly (readonly [name: string, value: string])[];

/** The canonical query string: names and values encoded, sorted by encoded name, then by encoded value. */
export function canonicalQuery(parameters: QueryParameters): string {
  return parameters
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Parses a raw query string. `+` stands for itself, as in AWS's own parsing. @returns undefined for a malformed percent escape. */
export function parseQuery(raw: string): [string, string][] | undefined {
  if (raw === '') return [];
  try {
    return raw.split('&').map(pair => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? [decodeURIComponent(pair), '']
        : [decodeURIComponent(pair.slice(0, equals)), decodeURIComponent(pair.slice(equals + 1))];
    });
  } catch {
    return undefined;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
