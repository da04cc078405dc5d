import * as sdk from '@aws-sdk/client-cloudwatch';
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

/** Values of one metric of one resource; times in seconds since the epoch. */
export interface StoredMetric {
  /** Name and value of the dimension: `ClusterId`, the cluster's identifier. */
  dimension: string;
  identifier: string;
  name: string;
  points: [atSeconds: number, value: number][];
}

/** GetMetricData as far as the stand-in heeds it. */
interface MetricDataInput {
  StartTime: number;
  EndTime: number;
  NextToken?: string;
  MetricDataQueries: {
    Id: string;
    MetricStat?: { Metric: { MetricName: string; Dimensions?: { Name: string; Value: string }[] } };
  }[];
}

const MODEL = modelOf(sdk);
const TARGET = 'GraniteServiceVersion20100801';
const NAMESPACE = 'com.amazonaws.cloudwatch';
/** So many points an answer holds before it goes on in the next page: paging is met. */
const PAGE = 3;

/** CloudWatch (API 2010-08-01, AWS JSON 1.0): metrics that it was given, page by page. */
export class CloudWatchService implements AwsService {
  readonly signingName = 'monitoring';
  readonly model = MODEL;
  metrics: StoredMetric[] = [];

  read(request: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
    return readTarget(MODEL, TARGET, request);
  }

  fault(fault: AwsFault): AwsAnswer {
    return targetFault(fault, NAMESPACE);
  }

  answer({ operation, input }: AwsCall): AwsAnswer {
    if (operation === 'GetMetricData') return targetAnswer(this.data(input as unknown as MetricDataInput));
    throw new AwsFaultError({
      status: 404,
      code: 'UnknownOperationException',
      message: `the stand-in does not answer ${operation}`,
    });
  }

  private data({ MetricDataQueries, StartTime, EndTime, NextToken }: MetricDataInput): unknown {
    const from = Number(NextToken ?? 0);
    let more = false;
    const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat }) => {
      const { MetricName, Dimensions = [] } = MetricStat?.Metric ?? { MetricName: '' };
      const stored = this.metrics.find(
        ({ dimension, identifier, name }) =>
          name === MetricName && Dimensions.some(({ Name, Value }) => Name === dimension && Value === identifier),
      );
      const points = (stored?.points ?? []).filter(([at]) => at >= StartTime && at < EndTime);
      more ||= points.length > from + PAGE;
      const page = points.slice(from, from + PAGE);
      return {
        Id,
        Label: Id,
        Timestamps: page.map(([at]) => at),
        Values: page.map(([, value]) => value),
        StatusCode: 'Complete',
      };
    });
    return { MetricDataResults, ...(more ? { NextToken: String(from + PAGE) } : {}) };
  }
}
