/** Maps matched requests other than Invoke to calls of `FunctionsApi`, and their results to a status and a body. */
import { invalidContent, unknownOperation } from './errors';
import type { FunctionsApi } from './functions-api';
import type { Route } from './routes';
import type { Body } from './validation';

export interface ControlAnswer {
  status: number;
  body?: Record<string, unknown>;
}

function parseBody(bytes: Buffer): Body {
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw invalidContent((error as Error).message);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidContent('an object is expected');
  return value as Body;
}

function maxItems(query: URLSearchParams): number {
  const wanted = Number(query.get('MaxItems') ?? 50);
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, 50) : 50;
}

const created = (body: Record<string, unknown>): ControlAnswer => ({ status: 201, body });
const ok = (body: Record<string, unknown>): ControlAnswer => ({ status: 200, body });
const nothing: ControlAnswer = { status: 204 };

/** @throws LambdaApiError */
export function serveControlPlane(
  api: FunctionsApi,
  route: Route,
  query: URLSearchParams,
  bytes: Buffer,
): ControlAnswer {
  const [first = '', second = ''] = route.params;
  const marker = query.get('Marker') ?? undefined;
  const reference = () => api.reference(first, query.get('Qualifier') ?? undefined);
  switch (route.action) {
    case 'CreateFunction':
      return created(api.create(parseBody(bytes)));
    case 'ListFunctions':
      return ok(api.list(marker, maxItems(query), query.get('FunctionVersion') === 'ALL'));
    case 'GetFunction':
      return ok(api.get(reference()));
    case 'GetFunctionConfiguration':
      return ok(api.configuration(reference()));
    case 'DeleteFunction':
      api.delete(reference());
      return nothing;
    case 'UpdateFunctionCode':
      return ok(api.updateCode(reference(), parseBody(bytes)));
    case 'UpdateFunctionConfiguration':
      return ok(api.updateConfiguration(reference(), parseBody(bytes)));
    case 'ListVersionsByFunction':
      return ok(api.listVersions(reference(), marker, maxItems(query)));
    case 'PublishVersion':
      return created(api.publishVersion(reference(), parseBody(bytes)));
    case 'ListAliases':
      return ok(api.listAliases(reference()));
    case 'CreateAlias':
      return created(api.putAlias(reference(), parseBody(bytes)));
    case 'GetAlias':
      return ok(api.getAlias(reference(), second));
    case 'UpdateAlias':
      return ok(api.putAlias(reference(), parseBody(bytes), second));
    case 'DeleteAlias':
      api.deleteAlias(reference(), second);
      return nothing;
    case 'ListTags':
      return ok(api.tags(first));
    case 'TagResource':
      api.setTags(first, (parseBody(bytes)['Tags'] ?? {}) as Record<string, string>, []);
      return nothing;
    case 'UntagResource':
      api.setTags(first, {}, query.getAll('tagKeys'));
      return nothing;
    case 'GetAccountSettings':
      return ok(api.accountSettings());
    default:
      throw unknownOperation(route.action, '');
  }
}
