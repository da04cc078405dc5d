import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { TlsDatabase } from './tls-database';

/** Where NODE_EXTRA_CA_CERTS is not read (Electron as Node) environments trust the CA by themselves. */
describe('trust in the cluster’s certificate without NODE_EXTRA_CA_CERTS', () => {
  it('is added to the usual authorities, and only there', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lambda-trust-'));
    const cluster = await TlsDatabase.start('cluster', path.join(folder, 'cluster'), ['localhost']);
    const stranger = await TlsDatabase.start('stranger', path.join(folder, 'stranger'), ['localhost']);
    try {
      const module = path.resolve(__dirname, '../../../src/local/lambda/runtime/cluster-route.ts');
      const script = path.join(folder, 'connect.cjs');
      fs.writeFileSync(
        script,
        `const tls = require('node:tls');
         const { trustCertificate } = require(${JSON.stringify(module)});
         const connect = (port, options) => new Promise(resolve => {
           const socket = tls.connect({ host: 'localhost', port, ...options }, () => { resolve('verified'); socket.destroy(); });
           socket.once('error', error => resolve(error.code));
         });
         (async () => {
           const before = await connect(${cluster.port});
           trustCertificate(${JSON.stringify(cluster.caFile)});
           console.log(JSON.stringify([before, await connect(${cluster.port}), await connect(${stranger.port}), await connect(${cluster.port}, { ca: [] })]));
         })();`,
      );
      const tsx = require.resolve('tsx');
      const child = spawn(
        process.execPath,
        ['--require', path.join(path.dirname(tsx), 'preflight.cjs'), '--import', `file://${tsx}`, script],
        {
          env: { ...process.env, NODE_EXTRA_CA_CERTS: '' },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      await new Promise(resolve => child.once('close', resolve));
      const unverified = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
      assert.deepEqual(JSON.parse(output), [unverified, 'verified', unverified, unverified]);
    } finally {
      cluster.close();
      stranger.close();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
