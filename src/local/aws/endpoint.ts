import type http from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { LocalPrincipal } from '../../protocol/local-cluster';
import { parseAuthorization } from '../../core/sigv4';
import type { Closeable } from '../../base/lifecycle';
import { LambdaApiError, unknownKey } from '../lambda/api/errors';
import { LoopbackListener } from '../lambda/api/loopback-listener';
import { SignatureVerifier } from '../lambda/api/signature';
import {
  AwsFaultError,
  type AwsAnswer,
  type AwsBreakdown,
  type AwsCall,
  type AwsFault,
  type AwsRequest,
  type AwsService,
} from './contract';

export interface AwsEndpointOptions {
  services: readonly AwsService[];
  /** Whose signatures are taken. */
  principals: readonly LocalPrincipal[];
}

/**
 * All services behind one address, told apart by the scope of each request's signature, as AWS_ENDPOINT_URL makes the SDKs ask.
 * Signatures are checked. Calls are kept in the order in which they came.
 */
export class AwsEndpoint implements Closeable {
  readonly calls: AwsCall[] = [];
  private readonly services: ReadonlyMap<string, AwsService>;
  private readonly verifiers = new Map<string, SignatureVerifier>();
  private readonly faults: { matches: (call: AwsCall) => boolean; fault: AwsFault | AwsBreakdown; left: number }[] = [];
  private readonly listener = new LoopbackListener((request, response) => this.receive(request, response));
  private port = 0;

  constructor(private readonly options: AwsEndpointOptions) {
    this.services = new Map(options.services.map(service => [service.signingName, service]));
  }

  async listen(): Promise<void> {
    this.port = await this.listener.listen(0);
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** The next calls that match, one unless told otherwise, are answered with the fault, or break down. */
  failNext(matches: (call: AwsCall) => boolean, fault: AwsFault | AwsBreakdown, times = 1): void {
    this.faults.push({ matches, fault, left: times });
  }

  /** Faults that no call has met yet are dropped. */
  clearFaults(): void {
    this.faults.length = 0;
  }

  /** The service that signs by this name. */
  service(signingName: string): AwsService | undefined {
    return this.services.get(signingName);
  }

  close(): Promise<void> {
    this.listener.close();
    return Promise.resolve();
  }

  private receive(request: http.IncomingMessage, response: http.ServerResponse): void {
    const answered = buffer(request).then(async body => {
      const answer = await this.serve(request, body);
      if (answer === 'silence') return;
      if (answer === 'reset' || answer === 'lost') return void request.socket.resetAndDestroy();
      response.writeHead(answer.status, { 'x-amzn-requestid': crypto.randomUUID(), ...answer.headers });
      response.end(answer.body);
    });
    // a client that went away in the middle of its request
    answered.catch(() => request.socket.destroy());
  }

  private async serve(incoming: http.IncomingMessage, body: Buffer): Promise<AwsAnswer | AwsBreakdown> {
    const { method = 'GET', url: target = '/', headers } = incoming;
    const signed = parseAuthorization(headers.authorization ?? '');
    const scope = signed?.scope;
    const service = scope && this.services.get(scope.service);
    if (!scope || !service)
      return plain(403, scope ? `the stand-in has no service ${scope.service}` : 'the request is not signed');
    let principal: LocalPrincipal;
    try {
      principal = service.unsignedBodies
        ? this.owner(signed?.accessKeyId)
        : this.verifier(scope.service, scope.region).verify({ method, target, headers, body }, Date.now());
    } catch (error) {
      if (!(error instanceof LambdaApiError)) throw error;
      return service.fault({ status: error.status, code: error.type, message: error.message });
    }
    const { pathname, searchParams } = new URL(target, this.url);
    return this.answer(service, {
      service: scope.service,
      region: scope.region,
      method,
      path: pathname,
      query: searchParams,
      target,
      headers,
      body,
      principal,
    });
  }

  private async answer(service: AwsService, request: AwsRequest): Promise<AwsAnswer | AwsBreakdown> {
    const read = service.read(request);
    if (!read)
      return service.fault({
        status: 404,
        code: 'UnknownOperationException',
        message: `the stand-in does not know ${request.method} ${request.path}`,
      });
    const by = request.principal.arn;
    const call: AwsCall = { service: request.service, region: request.region, by, ...read };
    this.calls.push(call);
    const failure = this.faults.find(({ matches, left }) => left > 0 && matches(call));
    if (failure) failure.left -= 1;
    if (failure?.fault === 'lost') {
      await service.answer(call, request);
      return 'lost';
    }
    if (failure) return typeof failure.fault === 'string' ? failure.fault : service.fault(failure.fault);
    try {
      return await service.answer(call, request);
    } catch (error) {
      if (error instanceof AwsFaultError) return service.fault(error.fault);
      const message = error instanceof Error ? error.message : String(error);
      return service.fault({ status: 500, code: 'InternalServerException', message });
    }
  }

  private owner(accessKeyId: string | undefined): LocalPrincipal {
    const owner = this.options.principals.find(each => each.accessKeyId === accessKeyId);
    if (!owner) throw unknownKey();
    return owner;
  }

  private verifier(service: string, region: string): SignatureVerifier {
    const key = `${service}/${region}`;
    let verifier = this.verifiers.get(key);
    if (!verifier)
      this.verifiers.set(key, (verifier = new SignatureVerifier(this.options.principals, region, service)));
    return verifier;
  }
}

const plain = (status: number, message: string): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});
