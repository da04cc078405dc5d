import http from 'node:http';
import { ADDRESS_ATTEMPTS } from '../../../base/address-attempts';
import type { AwsAnswer, AwsRequest } from '../contract';

/**
 * Sends a request on, byte for byte. Signatures hold there as they do here: they cover the host that the client named.
 * @param address of the service that really answers.
 */
export function forward(address: URL, { method, target, headers, body }: AwsRequest): Promise<AwsAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = address;
    const to = { hostname, port, ...ADDRESS_ATTEMPTS };
    const forwarded = http.request({ ...to, method, path: target, headers: { ...headers } }, response => {
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

/** Headers that belong to the answer, not to the connection that brought it. */
const kept = (headers: http.IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name === 'connection' || name === 'transfer-encoding' || name === 'keep-alive' || typeof value !== 'string'
        ? []
        : [[name, value]],
    ),
  );
