/** The HTTP side of the Lambda API: reads requests, checks signatures, writes answers. */
import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import { allows, type IamPrincipal } from '../../identity/principals';
import type { CodeDownloads } from './code-downloads';
import { serveControlPlane } from './control-plane';
import { accessDenied, LambdaApiError, requestTooLarge, serviceFailed, unknownOperation } from './errors';
import type { FunctionsApi } from './functions-api';
import { isForLogs, type LogsApi } from './logs-api';
import { LoopbackListener } from './loopback-listener';
import type { InvokeApi, InvokeResponse } from './invoke-api';
import { matchRoute, type Route } from './routes';
import type { SignatureVerifier } from './signature';

/** A CreateFunction holds at most 50 MB of zip as base64, and some configuration. */
const MAX_BODY_BYTES = 70 * 1024 * 1024;
/** Of a request that names no key of ours nothing more is kept: any web page and any other user of the machine may send one. */
const MAX_STRANGE_BODY_BYTES = 64 * 1024;

export interface ServerParts {
  verifier: SignatureVerifier<IamPrincipal>;
  /** The logs of functions, as the service of CloudWatch Logs serves them. */
  logs: { verifier: SignatureVerifier<IamPrincipal>; api: LogsApi };
  functions: FunctionsApi;
  invocations: InvokeApi;
  downloads: CodeDownloads;
  log(text: string): void;
}

export class LambdaServer {
  private readonly listener = new LoopbackListener((request, response) => this.receive(request, response));

  constructor(private readonly parts: ServerParts) {}

  /** @returns the port. Rejects with the error of `listen`. */
  listen(port: number): Promise<number> {
    return this.listener.listen(port);
  }

  close(): void {
    this.listener.close();
  }

  private receive(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    let size = 0;
    let most = MAX_STRANGE_BODY_BYTES;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > most && this.parts.verifier.isKnown(request.headers.authorization)) most = MAX_BODY_BYTES;
      if (size <= most) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('error', () => undefined);
    request.on('end', () => {
      const requestId = randomUUID();
      try {
        if (size > MAX_BODY_BYTES) throw requestTooLarge(MAX_BODY_BYTES, 'CreateFunction');
        this.serve(request, response, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), requestId);
      } catch (error) {
        this.fail(response, error, requestId);
      }
    });
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse, body: Buffer, requestId: string): void {
    const target = request.url ?? '/';
    const method = request.method ?? 'GET';
    const code = this.download(method, target);
    if (code) {
      response.writeHead(200, { 'content-type': 'application/zip', 'content-length': code.length });
      response.end(code);
      return;
    }
    const wanted = request.headers['x-amz-target'];
    if (isForLogs(wanted)) return this.serveLogs(wanted, request, response, body, requestId);
    const principal = this.parts.verifier.verify({ method, target, headers: request.headers, body }, Date.now());
    const at = target.indexOf('?');
    const path = at < 0 ? target : target.slice(0, at);
    const route = matchRoute(method, path);
    if (!route) throw unknownOperation(method, path);
    if (!allows(principal, `lambda:${route.action}`))
      throw accessDenied(principal.arn, route.action, this.resource(route));
    const query = new URLSearchParams(at < 0 ? '' : target.slice(at + 1));
    if (route.action === 'InvokeFunction') this.invoke(request, response, route, query, body, requestId);
    else {
      const answer = serveControlPlane(this.parts.functions, route, query, body);
      send(response, answer.status, requestId, answer.body === undefined ? '' : JSON.stringify(answer.body));
    }
  }

  private serveLogs(
    wanted: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
    body: Buffer,
    requestId: string,
  ): void {
    const { verifier, api } = this.parts.logs;
    const { method = 'POST', url: target = '/', headers } = request;
    try {
      const principal = verifier.verify({ method, target, headers, body }, Date.now());
      if (!allows(principal, 'logs:FilterLogEvents')) throw accessDenied(principal.arn, 'FilterLogEvents', '*', 'logs');
      send(response, 200, requestId, JSON.stringify(api.serve(wanted, body)));
    } catch (error) {
      if (!(error instanceof LambdaApiError)) throw error;
      // JSON 1.1 names the error in the body
      send(response, 400, requestId, JSON.stringify({ __type: error.type, message: error.message }));
    }
  }

  private download(method: string, target: string): Buffer | undefined {
    const at = target.indexOf('?');
    return at < 0
      ? undefined
      : this.parts.downloads.read(method, target.slice(0, at), new URLSearchParams(target.slice(at + 1)));
  }

  private invoke(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    route: Route,
    query: URLSearchParams,
    body: Buffer,
    requestId: string,
  ): void {
    const header = (name: string) => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    this.parts.invocations.invoke(
      {
        functionName: route.params[0]!,
        qualifier: query.get('Qualifier') ?? undefined,
        invocationType: header('x-amz-invocation-type') ?? 'RequestResponse',
        tailLog: header('x-amz-log-type') === 'Tail',
        clientContext: header('x-amz-client-context') ?? '',
        body,
        requestId,
        isAbandoned: () => response.destroyed,
      },
      result => sendInvocation(response, requestId, result),
      error => this.fail(response, error, requestId),
    );
  }

  private resource(route: Route): string {
    return route.params[0] === undefined ? '*' : this.parts.functions.arn(route.params[0]);
  }

  private fail(response: http.ServerResponse, error: unknown, requestId: string): void {
    if (!(error instanceof LambdaApiError))
      this.parts.log(`request ${requestId} failed: ${error instanceof Error ? error.message : String(error)}`);
    const { type, status, members, message, headers } = error instanceof LambdaApiError ? error : serviceFailed(error);
    const more = Object.entries(headers).flat();
    send(response, status, requestId, JSON.stringify({ ...members, message }), ['x-amzn-errortype', type, ...more]);
  }
}

function sendInvocation(response: http.ServerResponse, requestId: string, result: InvokeResponse): void {
  const headers: string[] = [];
  if (result.executedVersion !== undefined) headers.push('x-amz-executed-version', result.executedVersion);
  if (result.functionError !== undefined) headers.push('x-amz-function-error', result.functionError);
  if (result.logResult !== undefined) headers.push('x-amz-log-result', result.logResult);
  send(response, result.status, requestId, result.payload, headers);
}

function send(
  response: http.ServerResponse,
  status: number,
  requestId: string,
  body: string,
  headers: string[] = [],
): void {
  if (response.destroyed) return;
  headers.push('x-amzn-requestid', requestId);
  if (status !== 204)
    headers.push('content-type', 'application/json', 'content-length', String(Buffer.byteLength(body)));
  response.writeHead(status, headers);
  response.end(body);
}
