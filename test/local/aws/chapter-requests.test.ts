import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { openForRun, type OpenTarget } from '../../../src/cli/open-target';
import { runChapters } from '../../../src/cli/run-chapters';
import { JsonReport } from '../../../src/cli/json-report';
import { chapterCalls } from '../../../src/core/aws/chapter-policy';
import { policyOf } from '../../../src/core/aws/policy';
import { matchRoute } from '../../../src/local/lambda/api/routes';
import { loadChapters } from '../../../src/node/chapters/load';
import { createChapterPorts } from '../../../src/node/chapters/ports';
import { runStress } from '../../../src/stress/controller';
import { allows } from '../../support/policy-evaluation';

/** A request to Lambda as it went over the wire. */
interface Seen {
  action: string;
  functionName: string;
  body: string;
}

/** Passes requests on as they are, signatures and all, and keeps which they were. */
async function startWatcher(endpoint: string) {
  const seen: Seen[] = [];
  const target = new URL(endpoint);
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname } = new URL(request.url ?? '/', endpoint);
      const route = matchRoute(request.method ?? '', pathname);
      assert.ok(route, `${request.method} ${pathname}`);
      const body = Buffer.concat(chunks);
      const created =
        route.action === 'CreateFunction' ? (JSON.parse(body.toString()) as { FunctionName: string }) : undefined;
      const [name = ''] = route.params;
      seen.push({
        action: `lambda:${route.action}`,
        // of tags, the function's ARN
        functionName: created?.FunctionName ?? name.split(':').at(-1)!,
        body: body.toString(),
      });
      const { method, url, headers } = request;
      const onward = http.request({ host: target.hostname, port: target.port, method, path: url, headers }, answer => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    seen,
    endpoint: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('what chapters send to Lambda', () => {
  const library = loadChapters();
  let opened: OpenTarget;
  let watcher: Awaited<ReturnType<typeof startWatcher>>;

  before(async () => {
    opened = await openForRun('local', undefined, new AbortController().signal);
    watcher = await startWatcher(opened.target.lambda.endpoint!);
  });
  after(async () => {
    await watcher?.close();
    await opened?.close();
  });

  /** Runs one chapter with a prefix for its functions, as on AWS; returns what went over the wire. */
  async function requestsOf(number: number, fresh: boolean): Promise<Seen[]> {
    const { target } = opened;
    const lambda = { ...target.lambda, endpoint: watcher.endpoint, functionPrefix: 'dsql-workshop-' };
    const ports = createChapterPorts({ ...target, lambda }, runStress);
    watcher.seen.length = 0;
    try {
      const summaries = await runChapters({
        ...{ chapters: library, selected: library.filter(chapter => chapter.number === number), ports, fresh },
        figure: ({ laptop }) => Math.min(laptop, 500),
        report: new JsonReport(() => undefined),
        signal: new AbortController().signal,
      });
      assert.deepEqual(
        summaries.map(({ status }) => status),
        ['passed'],
      );
    } finally {
      await ports.close();
    }
    return [...watcher.seen];
  }

  // the first on an empty cluster, the second after a reset of everything that was built on it
  for (const [number, fresh] of [
    [0, true],
    [1, false],
  ] as const)
    it(`chapter ${number}: its policy allows every request of a run`, async () => {
      const seen = await requestsOf(number, fresh);
      const chapter = library.find(each => each.number === number)!;
      const policy = policyOf(chapterCalls(chapter, { library, functionPrefix: 'dsql-workshop-' }), {
        account: '000000000000',
        region: 'us-east-1',
      });
      for (const action of ['lambda:CreateFunction', 'lambda:InvokeFunction', 'lambda:GetFunctionConfiguration'])
        assert.ok(
          seen.some(request => request.action === action),
          action,
        );
      for (const { action, functionName, body } of seen) {
        const { Tags = {} } = (action === 'lambda:CreateFunction' ? JSON.parse(body) : {}) as {
          Tags?: Record<string, string>;
        };
        const context = Object.fromEntries(
          Object.entries(Tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
        );
        const resource = `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`;
        assert.ok(allows(policy, { action, resource, context }), `${action} ${functionName} ${JSON.stringify(Tags)}`);
      }
    });
});
