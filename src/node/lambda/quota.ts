import { GetAccountSettingsCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { controlRequests, isLocalLambda } from '../aws-requests';
import { lambdaCallError } from './service-errors';

/** Executions of functions that the account allows at a time, of those not reserved for others. Needs `lambda:GetAccountSettings`. */
export async function lambdaConcurrency(options: {
  endpoint?: string;
  region: string;
  credentials: LambdaClientConfig['credentials'];
}): Promise<number> {
  const client = new LambdaClient({ ...options, requestHandler: controlRequests() });
  try {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    return AccountLimit?.UnreservedConcurrentExecutions ?? AccountLimit?.ConcurrentExecutions ?? 0;
  } catch (error) {
    const endpoint = options.endpoint ?? `https://lambda.${options.region}.amazonaws.com`;
    throw lambdaCallError(error, { functionName: '', local: isLocalLambda(options.endpoint), control: true, endpoint });
  } finally {
    client.destroy();
  }
}
