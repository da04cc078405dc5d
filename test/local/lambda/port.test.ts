import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createLambdaPort, type ClosableLambdaPort } from '../../../src/node/lambda/port';
import { ADMIN, LambdaFixture, REGION, ROLE } from './lambda-fixture';

const fixture = (name: string) => path.resolve(__dirname, '../../fixtures/lambda', name);

describe('LambdaPort', () => {
  let lambda: LambdaFixture;
  let port: ClosableLambdaPort;
  before(async () => {
    lambda = await LambdaFixture.start();
    port = createLambdaPort({ endpoint: lambda.service.endpoint, region: REGION, credentials: ADMIN });
  });
  after(async () => {
    port.dispose();
    await lambda.close();
  });

  it('creates, then updates only what changed', async () => {
    const source = path.join(lambda.folder, 'source');
    fs.mkdirSync(source);
    const write = (answer: string) =>
      fs.writeFileSync(
        path.join(source, 'index.ts'),
        `export const handler = async () => [${answer}, process.env.MODE]`,
      );
    const deploy = async (mode: string) => {
      const told: string[] = [];
      const deployment = await port.deploy(
        { name: 'steps', directory: source, environment: { MODE: mode }, roleArn: ROLE.arn },
        text => told.push(text),
      );
      return { deployment, told };
    };
    write('1');
    assert.equal(await port.exists('steps'), false);
    const first = await deploy('a');
    assert.equal(first.deployment.created, true);
    assert.equal(first.deployment.changed, true);
    assert.equal(first.deployment.functionArn, 'arn:aws:lambda:us-east-1:000000000000:function:steps');
    assert.ok(first.deployment.bundleBytes > 0 && first.deployment.durationMs > 0);
    assert.equal(first.told[1], 'Creating steps');
    assert.equal(await port.exists('steps'), true);
    assert.deepEqual((await port.invoke('steps', {})).payload, [1, 'a']);

    const same = await deploy('a');
    assert.equal(same.deployment.created, false);
    assert.equal(same.deployment.changed, false, 'what is as wanted is left alone');
    assert.equal(same.deployment.codeSha256, first.deployment.codeSha256);
    assert.ok(!same.told.some(text => text.startsWith('Updating')), same.told.join());

    write('2');
    const code = await deploy('a');
    assert.notEqual(code.deployment.codeSha256, first.deployment.codeSha256);
    assert.deepEqual(
      code.told.filter(text => text.startsWith('Updating')),
      ['Updating the code of steps'],
    );
    assert.deepEqual((await port.invoke('steps', {})).payload, [2, 'a']);

    const configuration = await deploy('b');
    assert.deepEqual(
      configuration.told.filter(text => text.startsWith('Updating')),
      ['Updating the configuration of steps'],
    );
    assert.deepEqual((await port.invoke('steps', {})).payload, [2, 'b']);

    await port.remove('steps');
    assert.equal(await port.exists('steps'), false);
  });

  it('gives log and mapped stack of a failure', async () => {
    await port.deploy({ name: 'esm', directory: fixture('esm'), environment: {}, roleArn: ROLE.arn });
    assert.deepEqual((await port.invoke('esm', {})).payload, ['awaited', 'function']);
    const failed = await port.invoke('esm', { fail: true }, { tailLog: true });
    assert.equal(failed.functionError, 'Unhandled');
    const { errorMessage, trace } = failed.payload as { errorMessage: string; trace: string[] };
    assert.equal(errorMessage, 'here');
    assert.match(trace[1]!, /index\.mts:7:25/);
    assert.match(failed.log!, /^START RequestId: [\s\S]*Invoke Error[\s\S]*REPORT RequestId/);
  });

  it('names what is wrong and what to do', async () => {
    const unreachable = createLambdaPort({ endpoint: 'http://127.0.0.1:9', region: REGION, credentials: ADMIN });
    const stranger = createLambdaPort({
      endpoint: lambda.service.endpoint,
      region: REGION,
      credentials: { ...ADMIN, secretAccessKey: 'wrong' },
    });
    const role = createLambdaPort({ endpoint: lambda.service.endpoint, region: REGION, credentials: ROLE });
    try {
      await assert.rejects(port.invoke('nowhere', {}), { code: 'LAMBDA_FUNCTION_NOT_FOUND', nextStep: /deploy/ });
      await assert.rejects(port.remove('nowhere'), { code: 'LAMBDA_FUNCTION_NOT_FOUND' });
      await assert.rejects(stranger.exists('nowhere'), { code: 'LAMBDA_CREDENTIALS_REFUSED' });
      await assert.rejects(role.invoke('nowhere', {}), { code: 'LAMBDA_ACCESS_DENIED' });
      await assert.rejects(unreachable.invoke('nowhere', {}), {
        code: 'LAMBDA_UNREACHABLE',
        message: /127\.0\.0\.1:9/,
      });
      const broken = { name: 'x', directory: fixture('broken'), environment: {}, roleArn: ROLE.arn };
      await assert.rejects(port.deploy(broken), { code: 'LAMBDA_BUNDLE_FAILED' });
      assert.equal(await port.exists('x'), false);
    } finally {
      for (const one of [unreachable, stranger, role]) one.dispose();
    }
  });

  it('sends an Invoke once, whatever comes back', async () => {
    let requests = 0;
    const server = http.createServer((_request, response) => {
      requests++;
      if (requests === 1) response.destroy();
      else response.writeHead(500, { 'x-amzn-errortype': 'ServiceException' }).end('{}');
    });
    server.listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const { port: serverPort } = server.address() as { port: number };
    const flaky = createLambdaPort({ endpoint: `http://127.0.0.1:${serverPort}`, region: REGION, credentials: ADMIN });
    try {
      await assert.rejects(flaky.invoke('bank', {}), { code: 'LAMBDA_OUTCOME_UNKNOWN', message: /may have run/ });
      assert.equal(requests, 1);
      await assert.rejects(flaky.invoke('bank', {}), { code: 'LAMBDA_CALL_FAILED' });
      assert.equal(requests, 2);
      await assert.rejects(flaky.exists('bank'), { code: 'LAMBDA_CALL_FAILED' });
      assert.ok(requests > 3, 'control calls are tried again');
    } finally {
      flaky.dispose();
      server.close();
      server.closeAllConnections();
    }
  });

  it('stops waiting when it is cancelled', async () => {
    await lambda.create('slow', 'exports.handler = () => new Promise(r => setTimeout(r, 10000))');
    const cancel = new AbortController();
    const waiting = port.invoke('slow', {}, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 50);
    await assert.rejects(waiting, { code: 'CANCELLED' });
    const cancelled = AbortSignal.abort();
    const source = { name: 'never', directory: fixture('pg'), environment: {}, roleArn: ROLE.arn };
    await assert.rejects(port.deploy(source, undefined, cancelled), { code: 'CANCELLED' });
    assert.equal(await port.exists('never'), false);
  });
});
