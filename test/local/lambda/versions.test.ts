import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { GetFunctionCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { createLambdaPort, type ClosableLambdaPort } from '../../../src/node/lambda/port';
import { ADMIN, LambdaFixture, REGION, ROLE } from './lambda-fixture';

const handler = (answer: string) =>
  `import { word } from './word';\n\nexport const handler = async () => ({ answer: ${JSON.stringify(answer)}, word, mode: process.env.MODE });\n`;

/** What the editor does with functions, against the local service. */
describe('versions of a function', () => {
  let lambda: LambdaFixture;
  let port: ClosableLambdaPort;
  let directory: string;

  const write = (answer: string) => fs.writeFileSync(path.join(directory, 'index.ts'), handler(answer));
  const deploy = (progress?: (text: string) => void) =>
    port.deploy({ name: 'bank', directory, environment: { MODE: 'test' }, roleArn: ROLE.arn, publish: true }, progress);
  const answer = async () => ((await port.invoke('bank', {})).payload as { answer: string }).answer;

  before(async () => {
    lambda = await LambdaFixture.start();
    port = createLambdaPort({ endpoint: lambda.service.endpoint, region: REGION, credentials: ADMIN });
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-fn-'));
    fs.writeFileSync(path.join(directory, 'word.ts'), "export const word: string = 'hello';\n");
  });
  after(async () => {
    port?.dispose();
    await lambda?.close();
    if (directory) fs.rmSync(directory, { recursive: true, force: true });
  });

  it('are published when code changes, and only then', async () => {
    write('one');
    assert.equal((await deploy()).version, '1');
    assert.equal((await deploy()).version, '1');
    write('two');
    assert.equal((await deploy()).version, '2');
    assert.deepEqual(
      (await port.versions('bank')).map(({ version }) => version),
      ['2', '1'],
    );
    const again = await lambda.client.send(new PublishVersionCommand({ FunctionName: 'bank' }));
    assert.equal(again.Version, '2', 'unchanged: no new version, as in AWS');
  });

  it('are compared with the working tree through the source map, without packages', async () => {
    assert.equal((await port.compare('bank', directory)).same, true);
    write('three');
    const comparison = await port.compare('bank', directory);
    assert.equal(comparison.same, false);
    const text = (files: { path: string; text: string }[]) => files.find(file => file.path === 'index.ts')?.text;
    assert.equal(text(comparison.deployed), handler('two'));
    assert.equal(text(comparison.working), handler('three'));
    assert.deepEqual(comparison.deployed.map(file => file.path).sort(), ['index.ts', 'word.ts']);
    assert.deepEqual(await port.sources('bank'), comparison.deployed, 'to be looked at without a folder');
    await assert.rejects(port.sources('nobody'), { code: 'LAMBDA_FUNCTION_NOT_FOUND' });
  });

  it('are looked up no further once that is given up', async () => {
    const signal = AbortSignal.abort();
    const lookups: Promise<unknown>[] = [
      port.list(signal),
      port.describe('bank', signal),
      port.versions('bank', signal),
      port.sources('bank', signal),
      port.compare('bank', directory, signal),
      port.exists('bank', signal),
      port.remove('bank', signal),
    ];
    await Promise.all(lookups.map(lookup => assert.rejects(lookup, { code: 'CANCELLED' })));
    assert.equal(await port.exists('bank'), true);
  });

  it('can be rolled back to: the previous code by default, a named version on request', async () => {
    write('three');
    await deploy();
    assert.equal(await answer(), 'three');
    const said: string[] = [];
    assert.equal((await port.rollBack('bank', undefined, text => said.push(text))).version, '2');
    assert.equal(await answer(), 'two');
    assert.deepEqual(said, ['Fetching the code of version 2', 'Putting version 2 back']);
    await port.rollBack('bank', '1');
    assert.equal(await answer(), 'one');
    await assert.rejects(port.rollBack('bank', '9'), { code: 'LAMBDA_VERSION_NOT_FOUND' });
    await assert.rejects(port.rollBack('nobody', undefined), { code: 'LAMBDA_FUNCTION_NOT_FOUND' });
  });

  it('survive a restart of the service, code and all', async () => {
    await lambda.restart();
    await port.rollBack('bank', '3');
    assert.equal(await answer(), 'three');
  });

  it("keep the learner's settings over a deployment", async () => {
    await port.configure('bank', { memoryMb: 1024, timeoutSeconds: 7, environment: { MODE: 'mine', EXTRA: 'x' } });
    write('four');
    await deploy();
    const state = await port.describe('bank');
    assert.deepEqual(
      [state?.memoryMb, state?.timeoutSeconds, state?.environment],
      [1024, 7, { MODE: 'test', EXTRA: 'x', NODE_OPTIONS: '--enable-source-maps' }],
    );
    assert.equal(await port.describe('nobody'), undefined);
    assert.ok((await port.list()).some(({ name }) => name === 'bank'));
  });

  it('are fetched by a URL that cannot be made up', async () => {
    const { Code } = await lambda.client.send(new GetFunctionCommand({ FunctionName: 'bank' }));
    const url = new URL(Code!.Location!);
    assert.equal((await fetch(url)).status, 200);
    for (const change of [
      () => url.searchParams.set('expires', String(Date.now() + 9e9)),
      () => url.searchParams.set('signature', 'f'.repeat(64)),
      () => (url.pathname = url.pathname.replace('bank', '../bank')),
    ]) {
      change();
      assert.equal((await fetch(url)).status, 403);
    }
  });
});
