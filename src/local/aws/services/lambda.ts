import http from 'node:http';
import * as sdk from '@aws-sdk/client-lambda';
import type { AwsAnswer, AwsCall, AwsFault, AwsRequest, AwsService } from '../contract';
import { restFault } from '../json-protocol';
import { readRest } from '../model/read';
import { modelOf } from '../model/schema';

const MODEL = modelOf(sdk);

/**
 * Lambda: each request goes on, byte for byte, to the local Lambda, whose functions really run. Both know the same principals, and the
 * signature covers the host that the client named: it holds there as it does here.
 */
export class LambdaForwarding implements AwsService {
  readonly signingName = 'lambda';
  readonly model = MODEL;
  private readonly address: URL;

  /** @param endpoint of the local Lambda API: `http://localhost:<port>`. */
  constructor(endpoint: string) {
    this.address = new URL(endpoint);
  }

  read(request: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
    return readRest(MODEL, request);
  }

  fault(fault: AwsFault): AwsAnswer {
    return restFault(fault);
  }

  answer(_: AwsCall, { method, target, headers, body }: AwsRequest): Promise<AwsAnswer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.address;
      const forwarded = http.request({ hostname, port, method, path: target, headers: { ...headers } }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 502, headers: kept(response.headers), body: Buffer.concat(chunks) }),
        );
      });
      forwarded.on('error', reject);
      forwarded.end(body);
    });
  }
}

/** Headers that belong to the answer, not to the connection that brought it. */
const kept = (headers: http.IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name === 'connection' || name === 'transfer-encoding' || name === 'keep-alive' || typeof value !== 'string'
        ? []
        : [[name, value]],
    ),
  );
