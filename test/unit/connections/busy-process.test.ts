import assert from 'node:assert/strict';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { isPortAnswering } from '../../../src/local/ports-in-use';
import { findRunningCluster } from '../../../src/node/target-local';
import { CLUSTER_FILE } from '../../../src/protocol/local-cluster';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

const WITHIN_MS = 100;
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', arn: 'arn:aws:iam::000000000000:role/admin' };

/** Nothing of this process runs meanwhile, as while modules are loaded on a slow machine. */
function beBusy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

describe('whether something answers, asked by a process that is busy itself', () => {
  let server: net.Server;
  let port: number;
  before(done => void (server = net.createServer().listen(0, '127.0.0.1', done)));
  before(() => (port = (server.address() as AddressInfo).port));
  after(done => void server.close(done));

  it('is told by what came in time, though it is looked at late', async () => {
    const answers = isPortAnswering(port, WITHIN_MS);
    beBusy(3 * WITHIN_MS);
    assert.equal(await answers, true);
  });

  it('finds the cluster that runs', async () => {
    const dataDir = temporaryDirectory();
    try {
      const texts = {
        region: 'us-east-1',
        caFile: 'ca.pem',
        dataDir,
        clusterId: 'id',
        lambdaEndpoint: 'http://localhost:1',
      };
      const roles = { admin: KEYS, lambdaRole: KEYS, generatorRole: KEYS };
      const info = { endpoint: 'localhost', port, pid: process.pid, ...texts, ...roles };
      fs.writeFileSync(path.join(dataDir, CLUSTER_FILE), JSON.stringify(info));
      const found = findRunningCluster(dataDir, WITHIN_MS);
      beBusy(3 * WITHIN_MS);
      assert.equal((await found)?.port, port);
    } finally {
      removeDirectory(dataDir);
    }
  });
});
