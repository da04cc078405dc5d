import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { distFile } from '../../../src/local/assets';
import { startLambdaService } from '../../../src/local/lambda/service';
import { isAlive } from '../../../src/node/process-alive';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';
import { ACCOUNT_ID, ADMIN, CLUSTER_HOST, LambdaFixture, REGION, ROLE, until } from './lambda-fixture';

/** The process id of the host is what a handler sees as its own. */
async function hostPid(lambda: LambdaFixture): Promise<number> {
  return (await lambda.invoke('pid')).payload as number;
}

/** Kills the host. @returns the process id of the one after it */
async function hostAfterDeath(lambda: LambdaFixture, before: number): Promise<number> {
  process.kill(before, 'SIGKILL');
  let after = before;
  await until(async () => {
    after = await hostPid(lambda).catch(() => before);
    return after !== before;
  });
  assert.ok(!isAlive(before));
  return after;
}

const PID_HANDLER = 'exports.handler = async () => process.pid';

describe('Lambda service: its process', () => {
  it('is restarted on the same port, with its functions, when it dies', async () => {
    const lambda = await LambdaFixture.start();
    try {
      await lambda.create('pid', PID_HANDLER);
      await hostAfterDeath(lambda, await hostPid(lambda));
    } finally {
      await lambda.close();
    }
  });

  it('is restarted however often it dies, as by a handler that takes it down each time', async () => {
    const lambda = await LambdaFixture.start({ restartPauseMs: 50 });
    try {
      await lambda.create('pid', PID_HANDLER);
      let pid = await hostPid(lambda);
      for (let death = 0; death < 7; death++) pid = await hostAfterDeath(lambda, pid);
      assert.equal(lambda.logged.filter(line => / ended .* is restarted/.test(line)).length, 7);
    } finally {
      await lambda.close();
    }
  });

  it('is started again where it is killed while it starts', async () => {
    const folder = temporaryDirectory();
    const log: string[] = [];
    const caFile = path.join(folder, 'ca.pem');
    fs.writeFileSync(caFile, '');
    let host: ChildProcess | undefined;
    const first = (message: unknown): void => void (host ??= (message as { process: ChildProcess }).process);
    subscribe('child_process', first);
    const starting = startLambdaService({
      dataDir: folder,
      region: REGION,
      accountId: ACCOUNT_ID,
      principals: [ADMIN],
      executionRole: ROLE,
      cluster: { endpoint: 'localhost', gatewayPort: 1, clusterHost: CLUSTER_HOST, caFile },
      log: line => log.push(line),
    });
    unsubscribe('child_process', first);
    // at once: with whatever takes its time before, the host might have become ready
    host?.kill('SIGKILL');
    const lambda = await starting;
    try {
      assert.equal(host?.signalCode, 'SIGKILL');
      assert.ok((await fetch(lambda.endpoint)).status > 0);
      assert.equal(log.length, 1, log.join('\n'));
    } finally {
      await lambda.close();
      removeDirectory(folder);
    }
  });

  it('is restarted as soon as what was in its way has gone', async () => {
    const lambda = await LambdaFixture.start({ restartPauseMs: 50 });
    const code = path.join(lambda.folder, 'lambda');
    try {
      await lambda.create('pid', PID_HANDLER);
      const pid = await hostPid(lambda);
      fs.renameSync(code, `${code}-away`);
      fs.writeFileSync(code, '');
      process.kill(pid, 'SIGKILL');
      await until(() => lambda.logged.some(line => line.includes('cannot be restarted yet')));
      fs.rmSync(code);
      fs.renameSync(`${code}-away`, code);
      await until(async () => (await hostPid(lambda).catch(() => pid)) !== pid);
      assert.equal(lambda.logged.filter(line => line.includes('cannot be restarted yet')).length, 1);
    } finally {
      await lambda.close();
    }
  });

  it('ends with close, though a handler loops', async () => {
    const lambda = await LambdaFixture.start();
    await lambda.create('pid', PID_HANDLER);
    await lambda.create('loops', 'exports.handler = () => { for (;;); }', { Timeout: 900 });
    const pid = await hostPid(lambda);
    const looping = lambda.invoke('loops').catch(() => 'cut');
    await lambda.service.close();
    await lambda.service.close();
    assert.ok(!isAlive(pid));
    assert.equal(await looping, 'cut');
    await lambda.close();
  });

  it('ends with close at once, though its host is being restarted and never answers', async () => {
    const lambda = await LambdaFixture.start({ startMs: 3_600_000 });
    let restarted: ChildProcess | undefined;
    const stop = (message: unknown): void => {
      restarted = (message as { process: ChildProcess }).process;
      // it has no process yet
      queueMicrotask(() => restarted?.kill('SIGSTOP'));
    };
    try {
      await lambda.create('pid', PID_HANDLER);
      const pid = await hostPid(lambda);
      subscribe('child_process', stop);
      process.kill(pid, 'SIGKILL');
      await until(() => restarted !== undefined);
      unsubscribe('child_process', stop);
      await lambda.service.close();
      assert.equal(restarted?.signalCode, 'SIGKILL');
    } finally {
      unsubscribe('child_process', stop);
      await lambda.close();
    }
  });

  it('ends when its parent is killed', async () => {
    const lambda = await LambdaFixture.start();
    let parent: ChildProcess | undefined;
    try {
      const script = path.join(lambda.folder, 'parent.cjs');
      fs.writeFileSync(
        script,
        `const { fork } = require('node:child_process');
         process.on('message', ({ host, settings }) => {
           const child = fork(host, [], { execArgv: [] });
           child.on('message', message => process.send({ ...message, pid: child.pid }));
           child.send({ type: 'start', settings });
         });`,
      );
      parent = fork(script, [], { execArgv: [] });
      const ready = new Promise<{ pid: number; port: number }>(resolve =>
        parent!.once('message', message => resolve(message as never)),
      );
      const limits = {
        maxEnvironments: 1,
        maxParallelInits: 1,
        maxQueuedInvocations: 1,
        idleTimeoutMs: 1000,
        initTimeoutMs: 1000,
        asyncRetryDelaysMs: [],
      };
      const cluster = {
        endpoint: 'localhost',
        gatewayPort: 1,
        clusterHost: CLUSTER_HOST,
        caFile: path.join(lambda.folder, 'ca.pem'),
      };
      const settings = {
        port: 0,
        dataDir: path.join(lambda.folder, 'second'),
        region: REGION,
        accountId: ACCOUNT_ID,
        principals: [ADMIN, ROLE],
        executionRole: ROLE,
        cluster,
        limits,
      };
      parent.send({ host: distFile('lambda-host.js'), settings });
      const { pid, port } = await ready;
      assert.ok(port > 0 && isAlive(pid));
      parent.kill('SIGKILL');
      await until(() => !isAlive(pid));
    } finally {
      parent?.kill('SIGKILL');
      await lambda.close();
    }
  });

  it('says when its port is taken', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => other.once('listening', resolve));
    const { port } = other.address() as net.AddressInfo;
    try {
      await assert.rejects(LambdaFixture.start({ port }), { code: 'LAMBDA_PORT_TAKEN', nextStep: /--lambda-port/ });
    } finally {
      other.close();
    }
  });

  it('says when its process is not ready in time, as one that gets no threads never is', async () => {
    await assert.rejects(LambdaFixture.start({ startMs: 1 }), { code: 'LAMBDA_START_FAILED', nextStep: /ulimit -u/ });
  });

  it('starts where the user’s own file of certificates cannot be read, as Node does', async () => {
    const before = process.env['NODE_EXTRA_CA_CERTS'];
    const folder = temporaryDirectory();
    process.env['NODE_EXTRA_CA_CERTS'] = folder;
    try {
      await (await LambdaFixture.start()).close();
    } finally {
      if (before === undefined) delete process.env['NODE_EXTRA_CA_CERTS'];
      else process.env['NODE_EXTRA_CA_CERTS'] = before;
      removeDirectory(folder);
    }
  });

  it('says when its folder cannot be used', async () => {
    const lambda = await LambdaFixture.start();
    try {
      const file = path.join(lambda.folder, 'file');
      fs.writeFileSync(file, '');
      const caFile = path.join(lambda.folder, 'ca.pem');
      const start = startLambdaService({
        dataDir: path.join(file, 'lambda'),
        region: REGION,
        accountId: ACCOUNT_ID,
        principals: [ADMIN, ROLE],
        executionRole: ROLE,
        cluster: { endpoint: 'localhost', gatewayPort: 1, clusterHost: CLUSTER_HOST, caFile },
      });
      await assert.rejects(start, { code: 'LAMBDA_START_FAILED' });
    } finally {
      await lambda.close();
    }
  });
});
