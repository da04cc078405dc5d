/** How the JSON protocols answer. */
import type { AwsAnswer, AwsFault } from './contract';

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export const restAnswer = (body: unknown): AwsAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export const restFault = ({ status, code, message }: AwsFault): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
  body: JSON.stringify({ message }),
});

/** https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export const targetAnswer = (body: unknown): AwsAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(body),
});

/** @param namespace of the service's shapes: `com.amazonaws.cloudwatch`. */
export const targetFault = ({ status, code, message }: AwsFault, namespace: string): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({ __type: `${namespace}#${code}`, message }),
});
