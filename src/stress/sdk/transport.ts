import http from 'node:http';
import https from 'node:https';
import { InvokeCommand, LambdaClient, LambdaServiceException } from '@aws-sdk/client-lambda';
import { outcomeOfAnswer, outcomeOfRefusal } from '../../core/stress/answer';
import { classifyThrown, messageOf } from '../../core/stress/classify';
import { neverConnected } from '../../core/stress/not-made';
import type { Transfer } from '../../core/bank/transfer';
import type { CallOutcome, Transport } from '../../core/stress/outcome';
import { ADDRESS_ATTEMPTS } from '../../base/address-attempts';
import type { LambdaTarget } from '../../protocol/stress';
import { transferPayload } from '../payload';

/**
 * Invokes through `@aws-sdk/client-lambda` as a person would, with two differences that a load run needs: one attempt per call, because
 * a transfer is not idempotent, and as many sockets as asked for in place of the SDK's 50.
 */
export class SdkTransport implements Transport {
  private readonly client: LambdaClient;

  constructor(
    target: LambdaTarget,
    private readonly functionName: string,
    connections: number,
  ) {
    const agent = { keepAlive: true, maxSockets: connections, ...ADDRESS_ATTEMPTS };
    this.client = new LambdaClient({
      region: target.region,
      endpoint: target.endpoint,
      credentials: target.credentials,
      maxAttempts: 1,
      requestHandler: {
        httpAgent: new http.Agent(agent),
        httpsAgent: new https.Agent(agent),
        connectionTimeout: 10_000,
        // The wait for a socket is a part of the load model here, not a mistake to warn of.
        socketAcquisitionWarningTimeout: 2 ** 31 - 1,
      },
    });
  }

  send(transfer: Transfer, settle: (outcome: CallOutcome) => void): void {
    this.client
      .send(new InvokeCommand({ FunctionName: this.functionName, Payload: Buffer.from(transferPayload(transfer)) }))
      .then(
        answer =>
          outcomeOfAnswer({
            status: answer.StatusCode ?? 200,
            functionError: answer.FunctionError,
            payload: answer.Payload ? Buffer.from(answer.Payload).toString('utf8') : '',
          }),
        failureOfSdk,
      )
      .then(settle, () => undefined);
  }

  close(): void {
    this.client.destroy();
  }
}

/** What the SDK says where the service said nothing, and what it calls that. */
const NOTHING_TOLD = 'UnknownError';
const UNNAMED = 'Unknown';

/** A service's answer is classified by its status, and told as the lean transport tells it; all else by its code. */
function failureOfSdk(error: unknown): CallOutcome {
  const status = error instanceof LambdaServiceException ? error.$metadata.httpStatusCode : undefined;
  if (!(error instanceof LambdaServiceException) || status === undefined) {
    const notMade = neverConnected(error);
    return { errorClass: classifyThrown(error), retries: 0, message: messageOf(error), ...(notMade && { notMade }) };
  }
  const name = error.name === UNNAMED ? '' : error.name;
  const told = error.message === NOTHING_TOLD ? '' : error.message;
  return outcomeOfRefusal(status, name, told);
}
