import type { AwsAnswer, AwsCall, AwsFault, AwsRequest, AwsService } from '../contract';
import { targetAnswer, targetFault } from '../json-protocol';

const TARGET = 'AmazonSSM.';

/** The parameter store of Systems Manager (API 2014-11-06), as far as the CDK CLI asks it: the version of its bootstrap stack. */
export class SsmService implements AwsService {
  readonly signingName = 'ssm';

  /** @param parameters by name */
  constructor(private readonly parameters: Readonly<Record<string, string>>) {}

  read({ headers, body }: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
    const target = String(headers['x-amz-target'] ?? '');
    if (target !== `${TARGET}GetParameter`) return undefined;
    return { operation: 'GetParameter', input: JSON.parse(body.toString('utf8')) as Record<string, unknown> };
  }

  fault(fault: AwsFault): AwsAnswer {
    return targetFault(fault, 'com.amazonaws.ssm');
  }

  answer({ input }: AwsCall): AwsAnswer {
    const Name = String(input.Name);
    const Value = this.parameters[Name];
    if (Value === undefined)
      return this.fault({ status: 400, code: 'ParameterNotFound', message: `${Name} is not there` });
    return targetAnswer({ Parameter: { Name, Type: 'String', Value, Version: 1 } });
  }
}
