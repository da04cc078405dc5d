import type { AwsAnswer, AwsCall, AwsFault, AwsRequest, AwsService } from '../contract';
import type { ServiceModel } from '../model/schema';
import { queryAnswer, queryFault, readQuery, type QueryValue } from '../query-protocol';

/** A service of AWS's Query protocol; each says what it answers. */
export abstract class QueryService implements AwsService {
  /** Inputs of this protocol come as text, whatever their type. */
  readonly texts = true;
  abstract readonly signingName: string;

  /** @param namespace the service's, as its model's `xmlNamespace` has it */
  constructor(
    readonly model: ServiceModel,
    private readonly namespace: string,
  ) {}

  read(request: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
    const read = readQuery(request);
    return read && this.model.has(read.operation) ? read : undefined;
  }

  fault(fault: AwsFault): AwsAnswer {
    return queryFault(fault, this.namespace);
  }

  async answer(call: AwsCall, request: AwsRequest): Promise<AwsAnswer> {
    return queryAnswer(call.operation, this.namespace, await this.result(call, request));
  }

  /** The members of the answer. @throws AwsFaultError */
  protected abstract result(
    call: AwsCall,
    request: AwsRequest,
  ): Record<string, QueryValue> | Promise<Record<string, QueryValue>>;
}
