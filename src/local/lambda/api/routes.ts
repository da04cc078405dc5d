/** Which operation a request is. */

/** A matched request. `params` are decoded path parts. */
export interface Route {
  /** IAM action, without `lambda:`. */
  action: string;
  params: string[];
}

type Entry = readonly [method: string, pattern: RegExp, action: string];

const F = '/2015-03-31/functions';
const ROUTES: readonly Entry[] = [
  ['POST', new RegExp(`^${F}/?$`), 'CreateFunction'],
  ['GET', new RegExp(`^${F}/?$`), 'ListFunctions'],
  ['GET', new RegExp(`^${F}/([^/]+)$`), 'GetFunction'],
  ['DELETE', new RegExp(`^${F}/([^/]+)$`), 'DeleteFunction'],
  ['GET', new RegExp(`^${F}/([^/]+)/configuration$`), 'GetFunctionConfiguration'],
  ['PUT', new RegExp(`^${F}/([^/]+)/configuration$`), 'UpdateFunctionConfiguration'],
  ['PUT', new RegExp(`^${F}/([^/]+)/code$`), 'UpdateFunctionCode'],
  ['GET', new RegExp(`^${F}/([^/]+)/versions$`), 'ListVersionsByFunction'],
  ['POST', new RegExp(`^${F}/([^/]+)/versions$`), 'PublishVersion'],
  ['GET', new RegExp(`^${F}/([^/]+)/aliases$`), 'ListAliases'],
  ['POST', new RegExp(`^${F}/([^/]+)/aliases$`), 'CreateAlias'],
  ['GET', new RegExp(`^${F}/([^/]+)/aliases/([^/]+)$`), 'GetAlias'],
  ['PUT', new RegExp(`^${F}/([^/]+)/aliases/([^/]+)$`), 'UpdateAlias'],
  ['DELETE', new RegExp(`^${F}/([^/]+)/aliases/([^/]+)$`), 'DeleteAlias'],
  ['GET', /^\/2017-03-31\/tags\/([^/]+)$/, 'ListTags'],
  ['POST', /^\/2017-03-31\/tags\/([^/]+)$/, 'TagResource'],
  ['DELETE', /^\/2017-03-31\/tags\/([^/]+)$/, 'UntagResource'],
  ['GET', /^\/2016-08-19\/account-settings\/?$/, 'GetAccountSettings'],
];

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @returns undefined for what the local service does not offer */
export function matchRoute(method: string, path: string): Route | undefined {
  if (method === 'POST') {
    const invoke = INVOKE.exec(path);
    if (invoke) return { action: 'InvokeFunction', params: [decode(invoke[1]!)] };
  }
  for (const [verb, pattern, action] of ROUTES) {
    if (verb !== method) continue;
    const match = pattern.exec(path);
    if (match) return { action, params: match.slice(1).map(decode) };
  }
  return undefined;
}
