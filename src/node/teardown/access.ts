import type { Closeable } from '../../base/lifecycle';
import { teardownErrors } from '../../core/teardown/errors';
import { controlRequests, throttlePauseMs } from '../aws-requests';
import { pause } from '../clusters/pause';
import type { KeyProvider } from '../target';
import { isThrottled, teardownCallError, type Asked } from './call-errors';

export interface AccessOptions {
  credentials: KeyProvider;
  /** Of a stand-in; AWS's own, or what AWS_ENDPOINT_URL says, when undefined. */
  endpoint?: string;
  /** Until a request counts as unanswered. */
  requestTimeoutMs?: number;
  /** First wait when there were too many requests; each further one is twice as long. */
  throttlePauseMs?: number;
  /** Of the SDK, for each call. */
  maxAttempts?: number;
}

/** After what the SDK does of itself: with 5 s to begin with, calls are waited for up to two and a half minutes. */
const THROTTLED_ATTEMPTS = 6;

interface Destroyable {
  destroy(): void;
}

/** How the AWS clients of a teardown are made and called: one client for each service and Region, failures as CodedErrors. */
export class Access implements Closeable {
  private readonly clients = new Map<string, Destroyable>();

  constructor(readonly options: AccessOptions) {}

  /** The client of a service in a Region, made at its first use. */
  client<T extends Destroyable>(make: new (config: ReturnType<Access['config']>) => T, region: string): T {
    const key = `${make.name} ${region}`;
    const known = this.clients.get(key);
    if (known instanceof make) return known;
    const client = new make(this.config(region));
    this.clients.set(key, client);
    return client;
  }

  /** Runs a call; when there were too many requests it waits and runs it again. Rejects with CodedErrors, but for what `missing` takes. */
  async call<T>(asked: Asked, work: () => Promise<T>, missing?: (error: unknown) => T | undefined): Promise<T> {
    let waitMs = this.options.throttlePauseMs ?? throttlePauseMs();
    for (let attempt = 1; ; attempt++) {
      if (asked.signal?.aborted) throw teardownErrors.cancelled();
      try {
        return await work();
      } catch (error) {
        const instead = missing?.(error);
        if (instead !== undefined) return instead;
        if (!isThrottled(error) || attempt === THROTTLED_ATTEMPTS) throw teardownCallError(error, asked);
        await pause(waitMs, asked.signal);
        waitMs *= 2;
      }
    }
  }

  close(): Promise<void> {
    for (const client of this.clients.values()) client.destroy();
    this.clients.clear();
    return Promise.resolve();
  }

  private config(region: string) {
    const { socketTimeout, ...requests } = controlRequests();
    const { credentials, endpoint, requestTimeoutMs = socketTimeout, maxAttempts = 4 } = this.options;
    return {
      region,
      credentials,
      ...(endpoint !== undefined && { endpoint }),
      maxAttempts,
      // without the last, the SDK only writes a warning
      requestHandler: { ...requests, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true },
    };
  }
}
