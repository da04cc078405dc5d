import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface SeenRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** Credential scope of the signature: `us-east-1/dsql/aws4_request`. */
  scope: string;
  body: Record<string, unknown>;
}

/** An answer given in place of the usual one, once. */
export interface Refusal {
  status: number;
  type: string;
  message: string;
}

interface Cluster {
  identifier: string;
  arn: string;
  status: string;
  creationTime: number;
  deletionProtectionEnabled: boolean;
  tags: Record<string, string>;
  multiRegionProperties?: { witnessRegion: string; clusters: string[] };
  endpoint: string;
}

const ACCOUNT = '123456789012';

/**
 * A stand-in for the control plane's REST API (version 2018-05-10) over HTTP on loopback: paths, bodies and state transitions of the
 * service model, one state further at each look. Every request is kept, so that tests see what would go to AWS.
 */
export class DsqlApi {
  readonly requests: SeenRequest[] = [];
  readonly clusters = new Map<string, Cluster>();
  private refusals: { matches: (request: SeenRequest) => boolean; refusal: Refusal }[] = [];
  private count = 0;
  private readonly server = http.createServer((request, response) => this.serve(request, response));

  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise(resolve => this.server.close(() => resolve()));
  }

  /** The next request that matches gets the refusal. */
  refuse(matches: (request: SeenRequest) => boolean, refusal: Refusal): void {
    this.refusals.push({ matches, refusal });
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const [, scope = 'unsigned'] =
        /Credential=[^/]+\/\d{8}\/([^,]+),/.exec(request.headers.authorization ?? '') ?? [];
      const seen: SeenRequest = {
        method: request.method ?? '',
        url: request.url ?? '',
        scope,
        body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
      };
      this.requests.push(seen);
      const index = this.refusals.findIndex(({ matches }) => matches(seen));
      const refused = index >= 0 ? this.refusals.splice(index, 1)[0]?.refusal : undefined;
      const { status, body, type } = refused
        ? { status: refused.status, type: refused.type, body: { message: refused.message } }
        : this.answer(seen);
      response.writeHead(status, { 'content-type': 'application/json', ...(type && { 'x-amzn-errortype': type }) });
      response.end(JSON.stringify(body));
    });
  }

  private answer({ method, url, scope, body }: SeenRequest): { status: number; body: unknown; type?: string } {
    const region = scope.split('/')[0] ?? '';
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (pathname === '/cluster' && method === 'POST') return { status: 200, body: this.create(region, body) };
    if (pathname === '/cluster') return { status: 200, body: this.page(region, searchParams.get('next-token')) };
    const cluster = this.clusters.get(pathname.split('/')[2] ?? '');
    if (!cluster || cluster.arn.split(':')[3] !== region)
      return { status: 404, type: 'ResourceNotFoundException', body: { message: 'cluster not found' } };
    if (method === 'GET') {
      const answer = { ...cluster };
      this.advance(cluster);
      return { status: 200, body: answer };
    }
    if (method === 'DELETE') {
      if (cluster.deletionProtectionEnabled)
        return { status: 409, type: 'ConflictException', body: { message: 'deletion protection is enabled' } };
      cluster.status = cluster.multiRegionProperties ? 'PENDING_DELETE' : 'DELETING';
      return { status: 200, body: cluster };
    }
    Object.assign(cluster, body, { status: 'UPDATING' });
    return { status: 200, body: cluster };
  }

  private create(region: string, body: Record<string, unknown>): Cluster {
    const identifier = `${'abcdefghijklmnopqrstuvwxy'}${'abcdefgh'[this.count++ % 8]}`;
    const multi = body.multiRegionProperties as { witnessRegion: string; clusters?: string[] } | undefined;
    const cluster: Cluster = {
      identifier,
      arn: `arn:aws:dsql:${region}:${ACCOUNT}:cluster/${identifier}`,
      status: multi ? 'PENDING_SETUP' : 'CREATING',
      creationTime: 1_760_000_000,
      deletionProtectionEnabled: body.deletionProtectionEnabled === true,
      tags: (body.tags ?? {}) as Record<string, string>,
      ...(multi && { multiRegionProperties: { ...multi, clusters: multi.clusters ?? [] } }),
      endpoint: `${identifier}.dsql.${region}.on.aws`,
    };
    this.clusters.set(identifier, cluster);
    return cluster;
  }

  /** Two clusters a page. */
  private page(region: string, token: string | null): unknown {
    const all = [...this.clusters.values()].filter(({ arn }) => arn.split(':')[3] === region);
    const start = Number(token ?? 0);
    const nextToken = start + 2 < all.length ? String(start + 2) : undefined;
    return { clusters: all.slice(start, start + 2).map(({ identifier, arn }) => ({ identifier, arn })), nextToken };
  }

  private advance(cluster: Cluster): void {
    const peers = (cluster.multiRegionProperties?.clusters ?? []).flatMap(
      arn => this.clusters.get(arn.split('/')[1] ?? '') ?? [],
    );
    const peered = peers.some(peer => peer.multiRegionProperties?.clusters.includes(cluster.arn));
    if (cluster.status === 'DELETING') this.clusters.delete(cluster.identifier);
    else if (cluster.status === 'PENDING_DELETE') {
      if (peers.every(({ status }) => status === 'PENDING_DELETE' || status === 'DELETING'))
        cluster.status = 'DELETING';
    } else if (cluster.status !== 'PENDING_SETUP' || peered) cluster.status = 'ACTIVE';
  }
}
