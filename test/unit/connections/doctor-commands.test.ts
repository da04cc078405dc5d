import assert from 'node:assert/strict';
import type { DoctorCheckId, DoctorPorts, DoctorSubject } from '../../../src/core/doctor/contract';
import { examine } from '../../../src/core/doctor/examine';

/** What the AWS CLI takes for a profile's name, and a shell for more than a word. */
const PROFILE = "ada's keys";
const OPTION = ` --profile 'ada'\\''s keys'`;

const subject: DoctorSubject = {
  kind: 'aws',
  name: 'bank',
  host: 'aaaaaaaaaaaaaaaaaaaaaaaaaa.dsql.eu-central-1.on.aws',
  port: 5432,
  region: 'eu-central-1',
  user: 'admin',
  awsProfile: PROFILE,
};

const healthy: DoctorPorts = {
  resolve: () => Promise.resolve(['192.0.2.1']),
  reach: () => Promise.resolve(),
  secure: () => Promise.resolve({ protocol: 'TLSv1.3', subject: 'a', issuer: 'b', validTo: '2999-01-01' }),
  credentials: () => Promise.resolve({ accessKeyIdEnd: 'ABCD', temporary: false }),
  identity: () => Promise.resolve(undefined),
  token: () => Promise.resolve({ host: 'a', action: 'DbConnectAdmin', expiresSeconds: 900 }),
  look: () => Promise.reject(new Error('nobody looks')),
};

describe('the commands that the doctor names', () => {
  async function commandsOf(check: DoctorCheckId, ports: Partial<DoctorPorts>): Promise<(string | undefined)[]> {
    for await (const finding of examine(subject, { ...healthy, ...ports }))
      if (finding.check === check) return finding.fixes.map(({ command }) => command);
    return [];
  }
  const failing = (): Promise<never> => Promise.reject(new Error('no'));

  it('can be pasted whatever the AWS profile is called', async () => {
    assert.deepEqual(await commandsOf('dns', { resolve: failing }), [
      `aws dsql list-clusters --region eu-central-1${OPTION}`,
    ]);
    assert.deepEqual(await commandsOf('credentials', { credentials: failing }), [
      `aws sso login${OPTION}`,
      `aws configure list${OPTION}`,
    ]);
    assert.deepEqual(await commandsOf('identity', { identity: failing }), [`aws sts get-caller-identity${OPTION}`]);
    assert.deepEqual(await commandsOf('token', { token: failing }), [`aws sso login${OPTION}`]);
  });
});
