/** How requests to AWS's APIs are sent: what the SDK leaves open. Its variables are for slow networks, and for rehearsals. */
import { ADDRESS_ATTEMPTS } from '../base/address-attempts';

/** A connection on which nothing moves for so long is given up. Uploads move all the time, however slow they are. */
const IDLE_TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 10_000;
const POLL_PAUSE_MS = 2_000;
const THROTTLE_PAUSE_MS = 5_000;

/** Of the SDK's request handler. Of an agent that is not made yet it takes over the options. */
interface ControlRequests {
  connectionTimeout: number;
  socketTimeout: number;
  httpAgent: typeof ADDRESS_ATTEMPTS;
  httpsAgent: typeof ADDRESS_ATTEMPTS;
}

/**
 * Settings for the request handler of a client of a control plane. Without them the SDK waits for an answer without end, and its own
 * `requestTimeout` only warns. `DSQL_WORKSHOP_AWS_TIMEOUT_MS` sets the idle time otherwise.
 */
export function controlRequests(): ControlRequests {
  const socketTimeout = milliseconds(process.env.DSQL_WORKSHOP_AWS_TIMEOUT_MS) ?? IDLE_TIMEOUT_MS;
  const connectionTimeout = Math.min(CONNECT_TIMEOUT_MS, socketTimeout);
  return { connectionTimeout, socketTimeout, httpAgent: ADDRESS_ATTEMPTS, httpsAgent: ADDRESS_ATTEMPTS };
}

/** Milliseconds between two looks at something that takes its time; `DSQL_WORKSHOP_AWS_POLL_MS` sets it otherwise. */
export const pollPauseMs = (): number => milliseconds(process.env.DSQL_WORKSHOP_AWS_POLL_MS) ?? POLL_PAUSE_MS;

/** Milliseconds of the first wait after too many requests, where a command waits longer than the SDK does; paced as the looks are. */
export const throttlePauseMs = (): number => milliseconds(process.env.DSQL_WORKSHOP_AWS_POLL_MS) ?? THROTTLE_PAUSE_MS;

function milliseconds(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

/**
 * URL that stands in for Lambda by the SDKs' own variables, for what is sent without an SDK client; undefined for AWS's.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function lambdaEndpointOf(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return undefined;
  return env.AWS_ENDPOINT_URL_LAMBDA || env.AWS_ENDPOINT_URL || undefined;
}

/** Whether a URL is a local service's own, and none that those variables put in the place of AWS's. */
export const isLocalLambda = (endpoint: string | undefined, env: NodeJS.ProcessEnv = process.env): boolean =>
  endpoint !== undefined && endpoint !== lambdaEndpointOf(env);
