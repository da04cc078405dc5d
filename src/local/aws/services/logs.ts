import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import {
  AwsFaultError,
  type AwsAnswer,
  type AwsCall,
  type AwsFault,
  type AwsRequest,
  type AwsService,
} from '../contract';
import { targetAnswer, targetFault } from '../json-protocol';
import { readTarget } from '../model/read';
import { modelOf } from '../model/schema';
import { forward } from './forward';

const MODEL = modelOf(sdk);
const TARGET = 'Logs_20140328';
/** So few in an answer that paging is met. */
const PAGE = 2;

export interface StoredLogGroup {
  name: string;
  /** `arn:aws:logs:<region>:<account>:log-group:<name>` */
  arn: string;
  storedBytes: number;
  creationTime: number;
  tags: Record<string, string>;
}

interface Asked {
  logGroupName?: string;
  logGroupNamePrefix?: string;
  nextToken?: string;
  resourceArn?: string;
  tags?: Record<string, string>;
}

/** CloudWatch Logs (API 2014-03-28): log groups and their tags; events are those of the local Lambda's functions. */
export class LogsService implements AwsService {
  readonly signingName = 'logs';
  readonly model = MODEL;
  readonly groups = new Map<string, StoredLogGroup>();

  /** @param eventsAt the local Lambda API, which is asked for events; without it there are none to ask for. */
  constructor(private readonly eventsAt?: string) {}

  read(request: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
    return readTarget(MODEL, TARGET, request);
  }

  fault(fault: AwsFault): AwsAnswer {
    return targetFault(fault, 'com.amazonaws.logs');
  }

  answer({ operation, input, region }: AwsCall, request: AwsRequest): AwsAnswer | Promise<AwsAnswer> {
    if (operation === 'FilterLogEvents' && this.eventsAt !== undefined) return forward(new URL(this.eventsAt), request);
    const asked = input as Asked;
    const here = [...this.groups.values()].filter(({ arn }) => arn.split(':')[3] === region);
    const find = (wanted: (group: StoredLogGroup) => boolean): StoredLogGroup => {
      const group = here.find(wanted);
      if (group) return group;
      throw new AwsFaultError({
        status: 400,
        code: 'ResourceNotFoundException',
        message: 'The specified log group does not exist.',
      });
    };
    switch (operation) {
      case 'DescribeLogGroups': {
        const found = here.filter(({ name }) => name.startsWith(asked.logGroupNamePrefix ?? ''));
        const from = Number(asked.nextToken ?? 0);
        return targetAnswer({
          logGroups: found.slice(from, from + PAGE).map(({ name, arn, storedBytes, creationTime }) => ({
            logGroupName: name,
            logGroupArn: arn,
            arn: `${arn}:*`,
            storedBytes,
            creationTime,
          })),
          ...(from + PAGE < found.length && { nextToken: String(from + PAGE) }),
        });
      }
      case 'ListTagsForResource':
        return targetAnswer({ tags: find(({ arn }) => arn === asked.resourceArn).tags });
      case 'TagResource':
        Object.assign(find(({ arn }) => arn === asked.resourceArn).tags, asked.tags);
        return targetAnswer({});
      case 'DeleteLogGroup':
        this.groups.delete(find(({ name }) => name === asked.logGroupName).arn);
        return targetAnswer({});
      default:
        throw new AwsFaultError({ status: 404, code: 'UnknownOperationException', message: operation });
    }
  }
}
