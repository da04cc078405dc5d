import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createLambdaPort, type ClosableLambdaPort } from '../../../src/node/lambda/port';
import { removeDirectory, socketDirectory } from '../../support/scratch';
import { ADMIN, CLUSTER_HOST, LambdaFixture, REGION, ROLE } from './lambda-fixture';
import { TlsDatabase } from './tls-database';

const fixture = (name: string) => path.resolve(__dirname, '../../fixtures/lambda', name);

const DRIVERS = ['pg', 'postgres', 'drizzle'];

/** Handlers hard-code port 5432 and `ssl: true`: inside the local Lambda that reaches the gateway, and its certificate verifies. */
describe('Lambda service: the way to the cluster', () => {
  let folder: string;
  let gateway: TlsDatabase;
  let elsewhere: TlsDatabase;
  let lambda: LambdaFixture;
  let port: ClosableLambdaPort;
  const ownBefore = process.env['NODE_EXTRA_CA_CERTS'];

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lambda-route-'));
    gateway = await TlsDatabase.start('gateway', path.join(folder, 'cluster'), [
      'localhost',
      '127.0.0.1',
      CLUSTER_HOST,
    ]);
    elsewhere = await TlsDatabase.start('elsewhere', path.join(folder, 'elsewhere'), ['localhost']);
    // the user's own CA must stay trusted beside the cluster's
    process.env['NODE_EXTRA_CA_CERTS'] = elsewhere.caFile;
    lambda = await LambdaFixture.start({
      cluster: { endpoint: 'localhost', gatewayPort: gateway.port, clusterHost: CLUSTER_HOST, caFile: gateway.caFile },
    });
    port = createLambdaPort({ endpoint: lambda.service.endpoint, region: REGION, credentials: ADMIN });
  });
  after(async () => {
    if (ownBefore === undefined) delete process.env['NODE_EXTRA_CA_CERTS'];
    else process.env['NODE_EXTRA_CA_CERTS'] = ownBefore;
    port?.dispose();
    await lambda?.close();
    gateway?.close();
    elsewhere?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  for (const driver of DRIVERS)
    for (const host of ['localhost', CLUSTER_HOST])
      it(`leads ${driver} at ${host}:5432 to the gateway`, async () => {
        gateway.visits.length = 0;
        const name = `${driver}-${host.length}`;
        await port.deploy({
          name,
          directory: fixture(driver),
          environment: { CLUSTER_ENDPOINT: host },
          roleArn: ROLE.arn,
        });
        const { payload } = await port.invoke(name, {});
        assert.deepEqual(payload, [{ name: 'gateway' }]);
        assert.deepEqual(gateway.visits, [{ serverName: host, user: 'myapp' }]);
      });

  it('leads every way of connecting, and resolves the name of the cluster', async () => {
    await lambda.create(
      'sockets',
      `const net = require('node:net'), tls = require('node:tls'), dns = require('node:dns');
       const host = ${JSON.stringify(CLUSTER_HOST)};
       const peer = socket => new Promise((resolve, reject) => {
         socket.once('error', reject);
         socket.once(socket.encrypted ? 'secureConnect' : 'connect', () => { resolve(socket.remotePort); socket.destroy(); });
       });
       exports.handler = async () => ({
         options: await peer(net.connect({ host, port: 5432 })),
         numbers: await peer(net.connect(5432, host)),
         text: await peer(net.createConnection('5432', 'localhost')),
         noHost: await peer(net.connect(5432)),
         socket: await peer(new net.Socket().connect(5432, host)),
         callback: await new Promise(resolve => { const s = new net.Socket(); s.connect(5432, '127.0.0.1', () => { resolve(s.remotePort); s.destroy() }) }),
         tls: await peer(tls.connect({ host, port: 5432 })),
         tlsNumbers: await peer(tls.connect(5432, 'localhost')),
         lookup: await new Promise(resolve => dns.lookup(host, (e, address) => resolve(address))),
         lookupAll: await dns.promises.lookup(host, { all: true }),
       });`,
    );
    const { lookup, lookupAll, ...ports } = (await lambda.invoke('sockets')).payload as Record<string, unknown>;
    for (const [way, reached] of Object.entries(ports)) assert.equal(reached, gateway.port, way);
    assert.equal(Object.keys(ports).length, 8);
    assert.equal(lookup, '127.0.0.1');
    assert.deepEqual(lookupAll, [{ address: '127.0.0.1', family: 4 }]);
  });

  it('leaves other ports and other hosts alone, and trusts the user’s own CA', async () => {
    await lambda.create(
      'others',
      `const tls = require('node:tls'), net = require('node:net');
       exports.handler = async () => {
         const port = await new Promise((resolve, reject) => {
           const s = tls.connect({ host: 'localhost', port: ${elsewhere.port} }, () => { resolve(s.remotePort); s.destroy(); }).once('error', reject);
         });
         const refused = await new Promise(resolve => net.connect({ host: '127.1.2.3', port: 5432 }).once('error', e => resolve([e.code, e.port])));
         return { port, refused };
       }`,
    );
    assert.deepEqual((await lambda.invoke('others')).payload, {
      port: elsewhere.port,
      refused: ['ECONNREFUSED', 5432],
    });
  });

  it('does not trust a certificate of nobody', async () => {
    const stranger = await TlsDatabase.start('stranger', path.join(folder, 'stranger'), ['localhost']);
    try {
      await lambda.create(
        'stranger',
        `exports.handler = () => new Promise(resolve => require('node:tls').connect({ host: 'localhost', port: ${stranger.port} }).once('error', e => resolve(e.code)))`,
      );
      assert.equal((await lambda.invoke('stranger')).payload, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    } finally {
      stranger.close();
    }
  });

  for (const [kind, files] of Object.entries({
    CommonJS: {
      'index.js':
        'const { DsqlSigner } = require("@aws-sdk/dsql-signer"); const pg = require("pg");\nexports.handler = HANDLER',
    },
    'an ES module': {
      'index.mjs':
        'import { DsqlSigner } from "@aws-sdk/dsql-signer";\nimport pg from "pg";\nexport const handler = HANDLER',
    },
  }))
    it(`brings the signer and the driver to ${kind} that does not bundle them`, async () => {
      const body = `async () => {
        const signer = new DsqlSigner({ hostname: process.env.CLUSTER_ENDPOINT, region: process.env.AWS_REGION });
        const client = new pg.Client({ host: process.env.CLUSTER_ENDPOINT, user: 'myapp', database: 'postgres', password: await signer.getDbConnectAuthToken(), ssl: true });
        await client.connect();
        const { rows } = await client.query('SELECT 1');
        await client.end();
        return rows;
      }`;
      const name = `unbundled-${Object.keys(files)[0]!.slice('index.'.length)}`;
      const source = Object.fromEntries(
        Object.entries(files).map(([file, text]) => [file, text.replace('HANDLER', () => body)]),
      );
      await lambda.create(name, source, { Environment: { Variables: { CLUSTER_ENDPOINT: 'localhost' } } });
      assert.deepEqual((await lambda.invoke(name)).payload, [{ name: 'gateway' }]);
    });
});

const suite = (): void => {
  let folder: string;
  let gateway: TlsDatabase;
  let lambda: LambdaFixture;
  let port: ClosableLambdaPort;

  before(async () => {
    folder = socketDirectory();
    const gatewaySocket = path.join(folder, 'gateway');
    gateway = await TlsDatabase.start('gateway', path.join(folder, 'cluster'), [CLUSTER_HOST], { path: gatewaySocket });
    lambda = await LambdaFixture.start({
      // nothing listens at port 1
      cluster: {
        endpoint: 'localhost',
        gatewayPort: 1,
        gatewaySocket,
        clusterHost: CLUSTER_HOST,
        caFile: gateway.caFile,
      },
    });
    port = createLambdaPort({ endpoint: lambda.service.endpoint, region: REGION, credentials: ADMIN });
  });
  after(async () => {
    port?.dispose();
    await lambda?.close();
    gateway?.close();
    removeDirectory(folder);
  });

  for (const driver of DRIVERS)
    it(`leads ${driver} there, over TLS to the name it asked for`, async () => {
      gateway.visits.length = 0;
      const environment = { CLUSTER_ENDPOINT: CLUSTER_HOST };
      await port.deploy({ name: driver, directory: fixture(driver), environment, roleArn: ROLE.arn });
      const { payload } = await port.invoke(driver, {});
      assert.deepEqual(payload, [{ name: 'gateway' }]);
      assert.deepEqual(gateway.visits, [{ serverName: CLUSTER_HOST, user: 'myapp' }]);
    });
};

// Windows has no such sockets for us
if (process.platform !== 'win32') describe('Lambda service: the way to a gateway with a Unix socket', suite);
