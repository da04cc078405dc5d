/** Invoke: synchronous, asynchronous and dry run. No HTTP: the server turns the result into a response. */
import { randomUUID } from 'node:crypto';
import { distFile } from '../../assets';
import type { LocalPrincipal } from '../../../protocol/local-cluster';
import { Environment, type EnvironmentEvents } from '../environments/environment';
import type { FunctionLog } from '../environments/function-log';
import { invocationLog, MAX_RESPONSE_BYTES, responseTooLargePayload, type Outcome } from '../environments/outcome';
import type { EnvironmentPool } from '../environments/pool';
import { maxConcurrencyOf, type FunctionReference, type FunctionVersion } from '../functions/model';
import { runtimeEnvironment } from '../functions/runtime-environment';
import type { FunctionStore } from '../functions/store';
import type { HostSettings } from '../settings';
import type { LambdaApiError } from './errors';
import { invalidContent, invalidParameter, requestTooLarge } from './errors';
import type { FunctionsApi } from './functions-api';

/** Largest payloads, as of 2025: 6 MB synchronous, 1 MB asynchronous. */
const MAX_PAYLOAD_BYTES = 6_291_456;
const MAX_EVENT_BYTES = 1_048_576;
const LOG_TAIL_BYTES = 4096;

export interface InvokeRequest {
  functionName: string;
  qualifier?: string;
  invocationType: string;
  tailLog: boolean;
  clientContext: string;
  body: Buffer;
  requestId: string;
  /** True once the caller is gone. */
  isAbandoned(): boolean;
}

export interface InvokeResponse {
  status: 200 | 202 | 204;
  executedVersion?: string;
  functionError?: string;
  /** Base64 of the last 4 KB. */
  logResult?: string;
  payload: string;
}

type Done = (response: InvokeResponse) => void;
type Refused = (error: LambdaApiError) => void;

/** What an invocation runs; `arn` as its caller named it. */
interface Called {
  name: string;
  version: FunctionVersion;
  arn: string;
}

/** What becomes of one run: one of the two is called, once. */
interface Listeners {
  refused: Refused;
  done(outcome: Outcome): void;
}

export class InvokeApi {
  private readonly script = distFile('lambda-environment.js');

  constructor(
    private readonly functions: FunctionsApi,
    private readonly store: FunctionStore,
    private readonly pool: EnvironmentPool,
    private readonly log: FunctionLog,
    private readonly settings: HostSettings,
  ) {}

  /** Answers through `done` or `refused`, or throws what can be said at once. Callbacks, not promises: this is the hot path. */
  invoke(request: InvokeRequest, done: Done, refused: Refused): void {
    const reference = this.functions.reference(request.functionName, request.qualifier);
    const called = this.called(reference);
    const { version } = called;
    if (request.body.length > MAX_PAYLOAD_BYTES) throw requestTooLarge(MAX_PAYLOAD_BYTES, 'InvokeFunction');
    const executedVersion = version.version;
    switch (request.invocationType) {
      case 'DryRun':
        done({ status: 204, payload: '' });
        return;
      case 'Event':
        this.invokeLater(reference, request);
        done({ status: 202, payload: '' });
        return;
      case 'RequestResponse':
        this.run(called, request, request.body.toString('utf8'), {
          refused,
          done: outcome => {
            if (outcome.badPayload !== undefined) {
              refused(invalidContent(outcome.badPayload));
              return;
            }
            const tooLarge =
              outcome.payload.length > MAX_RESPONSE_BYTES / 3 &&
              Buffer.byteLength(outcome.payload) > MAX_RESPONSE_BYTES;
            const response: InvokeResponse = {
              status: 200,
              executedVersion,
              payload: tooLarge ? responseTooLargePayload() : outcome.payload,
            };
            if (tooLarge || outcome.functionError) response.functionError = 'Unhandled';
            if (request.tailLog) {
              const text = Buffer.from(invocationLog(request.requestId, executedVersion, version.memoryMb, outcome));
              response.logResult = text.subarray(Math.max(0, text.length - LOG_TAIL_BYTES)).toString('base64');
            }
            done(response);
          },
        });
        return;
      default:
        throw invalidParameter(`Unknown invocation type: ${request.invocationType}`);
    }
  }

  /** Asynchronous: accepted now, tried again after errors as Lambda does, with the code that is deployed by then, never answered. */
  private invokeLater(reference: FunctionReference, request: InvokeRequest): void {
    if (request.body.length > MAX_EVENT_BYTES) throw requestTooLarge(MAX_EVENT_BYTES, 'InvokeFunction');
    const payload = request.body.toString('utf8');
    try {
      if (payload !== '') JSON.parse(payload);
    } catch (error) {
      throw invalidContent((error as Error).message);
    }
    const attempt = (retry: number) => {
      const again = () => {
        const delayMs = this.settings.limits.asyncRetryDelaysMs[retry];
        if (delayMs !== undefined && this.store.get(reference.name))
          setTimeout(() => attempt(retry + 1), delayMs).unref();
      };
      const run = { ...request, tailLog: false, isAbandoned: () => false };
      try {
        this.run(this.called(reference), run, payload, {
          refused: again,
          done: outcome => outcome.functionError && again(),
        });
      } catch {
        again();
      }
    };
    attempt(0);
  }

  /** @throws LambdaApiError 404 */
  private called(reference: FunctionReference): Called {
    const { stored, version } = this.functions.resolve(reference);
    return { name: stored.name, version, arn: this.functions.arn(stored.name, reference.qualifier) };
  }

  private run(
    { name, version, arn }: Called,
    request: InvokeRequest,
    payload: string,
    { refused, done }: Listeners,
  ): void {
    this.pool.submit(
      { functionName: name, id: version.revisionId, maxConcurrency: maxConcurrencyOf(version) },
      events => this.createEnvironment(name, version, events),
      {
        requestId: request.requestId,
        payload,
        invokedArn: arn,
        wantMemoryUsed: request.tailLog,
        clientContext: request.clientContext,
        isAbandoned: request.isAbandoned,
        refuse: error => refused(error as LambdaApiError),
        done: outcome => {
          if (outcome.output !== '' || outcome.functionError)
            this.log.append(name, invocationLog(request.requestId, version.version, version.memoryMb, outcome));
          done(outcome);
        },
      },
    );
  }

  /** As whom a function runs: the role that its configuration names; the execution role where that is of another account. */
  private roleOf({ roleArn }: FunctionVersion): LocalPrincipal {
    return this.settings.principals.find(({ arn }) => arn === roleArn) ?? this.settings.executionRole;
  }

  private createEnvironment(name: string, version: FunctionVersion, events: EnvironmentEvents): Environment {
    const { cluster, limits, region } = this.settings;
    const role = this.roleOf(version);
    const taskRoot = this.store.taskRoot(name, version);
    const logGroupName = `/aws/lambda/${name}`;
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    const logStreamName = `${day}/[${version.version}]${randomUUID().replaceAll('-', '')}`;
    const timeoutMs = version.timeoutSeconds * 1000;
    return new Environment(
      {
        script: this.script,
        data: {
          taskRoot,
          handler: version.handler,
          functionName: name,
          functionVersion: version.version,
          memoryMb: version.memoryMb,
          logGroupName,
          logStreamName,
          cluster,
          maxConcurrency: maxConcurrencyOf(version),
        },
        variables: runtimeEnvironment({
          functionName: name,
          version,
          region,
          role,
          taskRoot,
          logGroupName,
          logStreamName,
        }),
        timeoutMs,
        initTimeoutMs: Math.max(limits.initTimeoutMs, timeoutMs),
      },
      events,
    );
  }
}
