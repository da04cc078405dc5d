import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import type { DoctorCheckId, DoctorFinding, DoctorStatus } from '../../../src/core/doctor/contract';
import { CHECK_ORDER, examine } from '../../../src/core/doctor/examine';
import type { LocalCluster } from '../../../src/local/cluster';
import { profileCredentials } from '../../../src/node/connections/credentials';
import { createDoctorPorts, type DoctorPortsOptions } from '../../../src/node/doctor/ports';
import { doctorSubject } from '../../../src/node/doctor/subject';
import type { AwsKeys, Target } from '../../../src/node/target';
import { localTarget } from '../../../src/node/target-local';
import { connect, startTestCluster } from '../../support/cluster';
import { removeDirectory, temporaryDirectory } from '../../support/postgres';

type Report = Record<DoctorCheckId, DoctorFinding>;

const statuses = (report: Report): Partial<Record<DoctorCheckId, DoctorStatus>> =>
  Object.fromEntries(CHECK_ORDER.map(check => [check, report[check].status]));

describe('the connection doctor', () => {
  let cluster: LocalCluster;
  let target: Target;
  before(async () => {
    cluster = await startTestCluster();
    target = localTarget(cluster.info);
    const admin = await connect(cluster.info);
    await admin.query('CREATE ROLE mapped WITH LOGIN');
    await admin.query(`AWS IAM GRANT mapped TO '${cluster.info.lambdaRole.arn}'`);
    await admin.query('CREATE ROLE unmapped WITH LOGIN');
    await admin.end();
  });
  after(() => cluster.close());

  async function report(
    user = 'admin',
    more: Partial<DoctorPortsOptions> & { schema?: string; timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<Report> {
    const { schema, timeoutMs, signal, ...options } = more;
    const subject = doctorSubject(options.target ?? target, user, { schema });
    const ports = createDoctorPorts({ target, subject, ...options });
    const findings: [DoctorCheckId, DoctorFinding][] = [];
    for await (const finding of examine(subject, ports, { timeoutMs, signal })) findings.push([finding.check, finding]);
    assert.deepEqual(
      findings.map(([check]) => check),
      CHECK_ORDER,
    );
    const text = JSON.stringify(findings);
    assert.ok(!text.includes(cluster.info.admin.secretAccessKey), 'a secret shows');
    assert.ok(!text.includes(cluster.info.admin.accessKeyId), 'an access key id shows');
    assert.doesNotMatch(text, /X-Amz-Signature=/);
    return Object.fromEntries(findings) as Report;
  }

  const withKeys = (change: (keys: AwsKeys) => AwsKeys): Target => ({
    ...target,
    credentials: { admin: async () => change(await target.credentials.admin()) },
  });

  it('finds a healthy connection healthy', async () => {
    const found = await report();
    assert.deepEqual(statuses(found), {
      ...Object.fromEntries(CHECK_ORDER.map(check => [check, 'ok'])),
      clock: 'skipped',
    });
    assert.match(found.tls.observed, /^TLSv1\.3, certificate of /);
    assert.match(found.identity.observed, /arn:aws:iam::000000000000:role\//);
    assert.match(found.token.observed, /DbConnectAdmin, good for 900 s/);
    assert.equal(found.connect.observed, 'Connected as admin. PostgreSQL 16');
  });

  it('tells a name that does not exist, and examines the credentials all the same', async () => {
    const found = await report('admin', {
      target: { ...target, endpoint: 'no-such-cluster.invalid' },
      timeoutMs: 3_000,
    });
    assert.equal(found.dns.status, 'failed');
    assert.equal(found.dns.fixes.length > 0, true);
    assert.deepEqual([found.network.status, found.connect.status], ['skipped', 'skipped']);
    assert.equal(found.credentials.status, 'ok');
  });

  it('tells a closed port', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise(resolve => server.close(resolve));
    const found = await report('admin', { target: { ...target, port } });
    assert.equal(found.network.status, 'failed');
    assert.equal(found.network.fixes[0]?.command, 'dsql-workshop local');
  });

  it('tells a server that speaks no TLS, and one that does not answer', async () => {
    const sockets = new Set<net.Socket>();
    for (const answer of ['N', undefined]) {
      const server = net.createServer(socket => {
        sockets.add(socket.on('error', () => undefined));
        socket.once('data', () => answer && socket.write(answer));
      });
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      // the checks before it have no more, and need it on a busy machine
      const timeoutMs = answer ? 30_000 : 2_000;
      const found = await report('admin', { target: { ...target, endpoint: '127.0.0.1', port }, timeoutMs });
      assert.equal(found.tls.status, 'failed');
      assert.match(found.tls.observed, answer ? /speaks no TLS/ : /did not answer within 2 s/);
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    }
  });

  it('tells a certificate of an authority that is not trusted', async () => {
    const found = await report('admin', { target: { ...target, caFile: undefined } });
    assert.equal(found.tls.status, 'failed');
    assert.equal(found.connect.status, 'skipped');
    assert.match(found.tls.fixes[0]?.text ?? '', /authority/);
  });

  it('tells missing and expired credentials, with how to sign in', async () => {
    const missing: Target = {
      ...target,
      credentials: { admin: () => Promise.reject(new Error('Could not load credentials from any providers')) },
    };
    const none = await report('admin', { target: missing });
    assert.equal(none.credentials.status, 'failed');
    assert.equal(none.credentials.fixes[0]?.command, 'aws sso login');
    assert.deepEqual([none.identity.status, none.token.status, none.connect.status], ['skipped', 'skipped', 'skipped']);
    const old = await report('admin', {
      target: withKeys(keys => ({ ...keys, sessionToken: 'session', expiration: new Date(Date.now() - 1_000) })),
    });
    assert.match(old.credentials.observed, /temporary.*They expired at/);
    const soon = await report('admin', {
      target: withKeys(keys => ({ ...keys, expiration: new Date(Date.now() + 60_000) })),
    });
    assert.equal(soon.credentials.status, 'warning');
  });

  it('tells what is known to be wrong with them, and no other remedy', async () => {
    const credentials = { admin: profileCredentials('no such profile', target.region) };
    const { credentials: finding } = await report('admin', { target: { ...target, credentials } });
    assert.match(finding.observed, /^No AWS credentials: there is no AWS profile "no such profile": there /);
    assert.equal(finding.fixes.length, 1);
    assert.match(finding.fixes[0]?.text ?? '', /aws configure --profile 'no such profile'$/);
  });

  it('gives up credentials that never come', async () => {
    const target_ = { ...target, credentials: { admin: () => new Promise<AwsKeys>(() => undefined) } };
    const found = await report('admin', { target: target_, timeoutMs: 2_000 });
    assert.match(found.credentials.observed, /did not answer within 2 s/);
  });

  it('shows the words of the server for keys and Regions that it does not know', async () => {
    for (const wrong of [
      withKeys(keys => ({ ...keys, secretAccessKey: 'wrong' })),
      { ...target, region: 'eu-west-1' },
    ]) {
      const { connect: finding } = await report('admin', { target: wrong });
      assert.equal(finding.status, 'failed');
      assert.deepEqual(finding.server, {
        message: 'unable to accept connection, access denied',
        sqlstate: '08006',
        hint: undefined,
      });
      assert.match(finding.fixes[0]?.text ?? '', /Region/);
    }
  });

  it('tells that a principal may not be admin, and how a role is mapped to it', async () => {
    const { connect: finding } = await report('admin', { as: 'lambda' });
    assert.match(finding.server?.hint ?? '', /is not authorized to perform: dsql:DbConnectAdmin/);
    assert.match(finding.observed, /may not connect as admin/);
    assert.ok(finding.fixes.some(({ sql }) => sql?.includes(`TO '${cluster.info.lambdaRole.arn}'`)));
  });

  it('tells an unmapped role and gives SQL that cures it when run as admin', async () => {
    const sick = await report('unmapped', { as: 'lambda' });
    assert.equal(sick.connect.status, 'failed');
    const sql = sick.connect.fixes.find(fix => fix.sql)?.sql ?? '';
    const admin = await connect(cluster.info);
    for (const statement of sql.split('\n')) {
      if (!statement.startsWith('CREATE ROLE')) await admin.query(statement);
    }
    await admin.end();
    assert.equal((await report('unmapped', { as: 'lambda' })).connect.status, 'ok');
  });

  it('writes names in its SQL as SQL has them: it runs as it stands, and cures', async () => {
    const admin = await connect(cluster.info);
    try {
      await admin.query('CREATE ROLE "front-desk" WITH LOGIN');
      await admin.query(`AWS IAM GRANT "front-desk" TO '${cluster.info.lambdaRole.arn}'`);
      const options = { as: 'lambda', schema: 'order' } as const;
      const found = await report('front-desk', options);
      const sql = `${found.session.fixes[0]?.sql}\nCREATE TABLE "order".accounts (id int PRIMARY KEY);\n${found.role.fixes[0]?.sql}`;
      await admin.query('SET search_path TO "order"');
      for (const statement of sql.split(';\n')) await admin.query(statement);
      const cured = await report('front-desk', options);
      assert.deepEqual([cured.session.status, cured.role.status], ['ok', 'ok']);
    } finally {
      await admin.end();
    }
  });

  it('tells a role without privileges, and a schema that is not there', async () => {
    const found = await report('mapped', { as: 'lambda', schema: 'nowhere' });
    assert.equal(found.connect.status, 'ok');
    assert.equal(found.role.status, 'warning');
    assert.match(found.role.fixes[0]?.sql ?? '', /^GRANT SELECT.*TO mapped;$/);
    assert.equal(found.session.status, 'failed');
    assert.equal((await report('admin', { schema: 'public' })).session.status, 'ok');
  });

  it('skips what is left when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const found = await report('admin', { signal: controller.signal });
    assert.deepEqual(new Set(Object.values(statuses(found))), new Set(['skipped']));
  });

  describe('with STS', () => {
    let requests: string[];
    let answer: { status: number; body: string; date?: () => Date };
    let sts: http.Server;
    let stsEndpoint: string;
    before(async () => {
      sts = http.createServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          requests.push(`${request.headers.authorization ?? ''} ${body}`);
          const date = answer.date && { date: answer.date().toUTCString() };
          response.writeHead(answer.status, { 'content-type': 'text/xml', ...date });
          response.end(answer.body);
        });
      });
      await new Promise<void>(resolve => sts.listen(0, '127.0.0.1', resolve));
      stsEndpoint = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
    });
    after(() => sts.close());
    beforeEach(() => {
      requests = [];
      answer = {
        status: 200,
        body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
          <Arn>arn:aws:sts::123456789012:assumed-role/Developer/alice</Arn><UserId>AROA:alice</UserId><Account>123456789012</Account>
          </GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
      };
    });
    const unknown = (): Target => ({ ...target, arns: undefined });

    it('asks whose the credentials are, with a signed request', async () => {
      const { identity, clock } = await report('admin', { target: unknown(), stsEndpoint });
      assert.equal(identity.observed, 'arn:aws:sts::123456789012:assumed-role/Developer/alice (account 123456789012).');
      assert.equal(clock.status, 'ok');
      assert.equal(requests.length, 1);
      assert.match(requests[0] ?? '', /^AWS4-HMAC-SHA256 .*\/sts\/aws4_request.* Action=GetCallerIdentity/);
    });

    it('tells a clock that is too far off', async () => {
      answer.date = () => new Date(Date.now() + 20 * 60_000);
      const { clock } = await report('admin', { target: unknown(), stsEndpoint });
      assert.equal(clock.status, 'failed');
      assert.match(clock.observed, /^This machine is 1[12]\d\d s behind the service/);
    });

    it('goes on when STS refuses', async () => {
      answer = {
        status: 403,
        body: '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>',
      };
      const { identity, connect: finding } = await report('admin', { target: unknown(), stsEndpoint });
      assert.equal(identity.status, 'warning');
      assert.match(identity.observed, /is expired/);
      assert.equal(finding.status, 'ok');
    });
  });

  it('reads a certificate authority file that is of another cluster as what it is', async () => {
    const directory = temporaryDirectory();
    try {
      const caFile = path.join(directory, 'ca.pem');
      fs.writeFileSync(caFile, 'not a certificate');
      const { tls } = await report('admin', { target: { ...target, caFile } });
      assert.equal(tls.status, 'failed');
    } finally {
      removeDirectory(directory);
    }
  });
});
