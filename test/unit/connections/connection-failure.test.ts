import assert from 'node:assert/strict';
import {
  classifyConnectionFailure,
  connectionFailureError,
  isConnectionFailure,
  isPassing,
  type ConnectionAttempt,
  type ConnectionFailure,
  type ConnectionFailureCode,
} from '../../../src/core/connections/connection-failure';

const DENIED = { sqlstate: '08006', message: 'unable to accept connection, access denied' };
/** What the service and the network are documented and seen to say. */
const SAID: [failure: ConnectionFailure, code: ConnectionFailureCode][] = [
  [DENIED, 'ACCESS_DENIED'],
  [{ ...DENIED, hint: 'Signature expired: 20261121T000000Z is now earlier than …' }, 'TOKEN_EXPIRED'],
  [{ ...DENIED, hint: 'Signature not yet current: 20261121T000000Z is still later than …' }, 'CLOCK_SKEWED'],
  [{ ...DENIED, hint: 'Wrong user to action mapping. user: admin, action: DbConnect' }, 'TOKEN_ACTION_MISMATCH'],
  [{ ...DENIED, hint: 'User: arn:aws:iam::1:user/x is not authorized to access this resource' }, 'NOT_AUTHORIZED'],
  [
    { sqlstate: '08006', message: 'unable to accept connection, waking up cluster, please retry later' },
    'CLUSTER_WAKING',
  ],
  [{ sqlstate: '53300', message: 'Unable to accept connection, too many open connections.' }, 'TOO_MANY_CONNECTIONS'],
  [{ sqlstate: '53400', message: 'Unable to accept connection, rate exceeded.' }, 'CONNECTION_RATE_EXCEEDED'],
  [{ sqlstate: '0A000', message: 'setting configuration parameter "x" not supported' }, 'STARTUP_PARAMETER_REFUSED'],
  [{ sqlstate: '28000', message: 'IAM authentication failed for user "x"' }, 'ACCESS_DENIED'],
  [{ systemCode: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND x' }, 'HOST_NOT_FOUND'],
  [{ systemCode: 'EAI_AGAIN', message: 'getaddrinfo EAI_AGAIN x' }, 'HOST_NOT_FOUND'],
  [{ systemCode: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }, 'CONNECTION_REFUSED'],
  [{ systemCode: 'ETIMEDOUT', message: 'connect ETIMEDOUT' }, 'CONNECT_TIMEOUT'],
  [{ message: 'timeout expired' }, 'CONNECT_TIMEOUT'],
  [{ systemCode: 'SELF_SIGNED_CERT_IN_CHAIN', message: 'self-signed certificate' }, 'CERTIFICATE_REFUSED'],
  [{ systemCode: 'ERR_TLS_CERT_ALTNAME_INVALID', message: 'Hostname/IP does not match' }, 'CERTIFICATE_REFUSED'],
  [{ systemCode: 'ECONNRESET', message: 'read ECONNRESET' }, 'CONNECTION_FAILED'],
];
const ATTEMPT: ConnectionAttempt = {
  profileName: 'orders',
  kind: 'aws',
  host: 'x.dsql.eu-west-1.on.aws',
  port: 5432,
  region: 'eu-west-1',
  user: 'teller',
  awsProfile: 'bank',
};

describe('a failed connection', () => {
  for (const [failure, code] of SAID) {
    it(`is ${code}: ${failure.message}${failure.hint ? ` (${failure.hint})` : ''}`, () => {
      assert.equal(classifyConnectionFailure(failure), code);
      assert.ok(isConnectionFailure(code));
      const error = connectionFailureError(failure, ATTEMPT);
      assert.equal(error.code, code);
      assert.ok(error.message.startsWith('"orders": '));
      assert.ok(error.message.includes(failure.hint ?? failure.message));
      assert.ok((error.nextStep ?? '').length > 5);
    });
  }

  it('has the remedy for this user and profile', () => {
    const step = (failure: ConnectionFailure, changes: Partial<ConnectionAttempt> = {}): string =>
      connectionFailureError(failure, { ...ATTEMPT, ...changes }).nextStep ?? '';
    assert.match(step(DENIED), /AWS IAM GRANT teller TO .*dsql:DbConnect\./);
    assert.match(step(DENIED, { user: 'front-desk' }), /AWS IAM GRANT "front-desk" TO /);
    const here = step(DENIED, { kind: 'local', arn: 'arn:aws:iam::0:role/a' });
    assert.match(here, /AWS IAM GRANT teller TO 'arn:aws:iam::0:role\/a'; the role must exist WITH LOGIN\.$/);
    assert.match(step(SAID[4]![0], { kind: 'local', user: 'admin' }), /connect as the database role/);
    const odd = step(DENIED, { user: 'admin', awsProfile: 'my bank; $(id)' });
    assert.match(odd, /get-caller-identity --profile 'my bank; \$\(id\)'\)/);
    assert.match(step(DENIED, { user: 'admin' }), /get-caller-identity --profile bank.*dsql:DbConnectAdmin.*eu-west-1/);
    assert.match(step({ systemCode: 'ECONNREFUSED', message: '' }, { kind: 'local' }), /Start the local cluster/);
  });

  it('passes by itself only where waiting helps', () => {
    const passing = SAID.map(([, code]) => code).filter(isPassing);
    assert.deepEqual([...new Set(passing)], ['CLUSTER_WAKING', 'CONNECTION_RATE_EXCEEDED']);
  });
});
