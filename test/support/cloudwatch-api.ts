import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request for metric data as it came over the wire. */
export interface SeenMetricRequest {
  target: string;
  /** Credential scope of the signature: `us-east-1/monitoring/aws4_request`. */
  scope: string;
  body: {
    StartTime: number;
    EndTime: number;
    NextToken?: string;
    MetricDataQueries: {
      Id: string;
      MetricStat: {
        Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: string }[] };
        Period: number;
        Stat: string;
      };
    }[];
  };
}

/** Values of one metric of one cluster; times in seconds since the epoch. */
export interface StoredMetric {
  dimension: string;
  identifier: string;
  name: string;
  points: [atSeconds: number, value: number][];
}

/** How many points an answer holds before it goes on in the next page. */
const PAGE = 3;

/**
 * A stand-in for CloudWatch's GetMetricData (AWS JSON 1.0, version 2010-08-01) over HTTP on loopback: it answers from the metrics it was
 * given, page by page. Every request is kept, so that tests see what would go to AWS.
 */
export class CloudWatchApi {
  readonly requests: SeenMetricRequest[] = [];
  metrics: StoredMetric[] = [];
  /** Answered once instead of data. */
  refusal: { status: number; type: string; message: string } | undefined;
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, scope = 'unsigned'] =
        /Credential=[^/]+\/\d{8}\/([^,]+),/.exec(request.headers.authorization ?? '') ?? [];
      const body = JSON.parse(Buffer.concat(chunks).toString()) as SeenMetricRequest['body'];
      this.requests.push({ target: String(request.headers['x-amz-target']), scope, body });
      const { refusal } = this;
      this.refusal = undefined;
      response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
      const failure = refusal && { __type: `com.amazonaws.cloudwatch#${refusal.type}`, message: refusal.message };
      response.end(JSON.stringify(failure ?? this.answer(body)));
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise(resolve => this.server.close(() => resolve()));
  }

  private answer({ MetricDataQueries, StartTime, EndTime, NextToken }: SeenMetricRequest['body']): unknown {
    const from = Number(NextToken ?? 0);
    let more = false;
    const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat: { Metric } }) => {
      const { Name, Value } = Metric.Dimensions[0] ?? { Name: '', Value: '' };
      const stored = this.metrics.find(
        each => each.dimension === Name && each.identifier === Value && each.name === Metric.MetricName,
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
