import * as sdk from '@aws-sdk/client-lambda';
import type { AwsAnswer, AwsCall, AwsFault, AwsRequest, AwsService } from '../contract';
import { restFault } from '../json-protocol';
import { readRest } from '../model/read';
import { modelOf } from '../model/schema';
import { forward } from './forward';

const MODEL = modelOf(sdk);

/** Lambda: each request goes on to the local Lambda, whose functions really run. Both know the same principals. */
export class LambdaForwarding implements AwsService {
  readonly signingName = 'lambda';
  readonly model = MODEL;
  private readonly address: URL;

  /**
   * @param endpoint of the local Lambda API: `http://localhost:<port>`.
   * @param onInvoked after a function ran: Lambda makes its log group then.
   */
  constructor(
    endpoint: string,
    private readonly onInvoked: (functionName: string, region: string) => void = () => undefined,
  ) {
    this.address = new URL(endpoint);
  }

  read(request: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
    return readRest(MODEL, request);
  }

  fault(fault: AwsFault): AwsAnswer {
    return restFault(fault);
  }

  async answer({ operation, input, region }: AwsCall, request: AwsRequest): Promise<AwsAnswer> {
    const answer = await forward(this.address, request);
    if (operation === 'Invoke' && answer.status < 300) this.onInvoked(String(input.FunctionName), region);
    return answer;
  }
}
