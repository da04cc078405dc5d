import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { IdentityFacts } from '../../core/doctor/contract';
import { controlRequests } from '../aws-requests';
import type { KeyProvider } from '../target';

/**
 * Whose credentials these are, asked of STS: needs no permission. The answer's `Date` tells the service's clock.
 * @param endpoint of a stand-in; AWS's own when undefined.
 */
export async function callerIdentity(
  credentials: KeyProvider,
  region: string,
  signal: AbortSignal,
  endpoint?: string,
): Promise<IdentityFacts> {
  const client = new STSClient({ region, credentials, endpoint, maxAttempts: 2, requestHandler: controlRequests() });
  let serverTimeMs: number | undefined;
  client.middlewareStack.add(
    next => async args => {
      const result = await next(args);
      const date = dateHeader(result.response);
      if (date !== undefined) serverTimeMs = Date.parse(date);
      return result;
    },
    { step: 'deserialize', name: 'readServerDate', priority: 'low' },
  );
  try {
    const answer = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    return {
      account: answer.Account ?? '',
      arn: answer.Arn ?? '',
      clockSkewMs: serverTimeMs === undefined || Number.isNaN(serverTimeMs) ? undefined : serverTimeMs - Date.now(),
    };
  } finally {
    client.destroy();
  }
}

function dateHeader(response: unknown): string | undefined {
  const headers = (response as { headers?: Record<string, string> } | undefined)?.headers;
  return headers?.date ?? headers?.Date;
}
