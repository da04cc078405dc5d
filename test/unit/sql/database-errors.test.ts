import assert from 'node:assert/strict';
import { DatabaseError } from 'pg';
import { databaseError } from '../../../src/node/database-errors';

/** What a driver throws of a server's error. */
function ofServer(code: string, message: string): DatabaseError {
  return Object.assign(new DatabaseError(message, message.length, 'error'), { code });
}

describe('errors of the database', () => {
  for (const [code, message, nextStep] of [
    ['0A000', 'unsupported statement: Truncate', /DELETE|DROP TABLE/],
    ['42704', 'type "serial" does not exist', /IDENTITY|uuid/i],
    ['42501', 'permission denied for table accounts', /GRANT … ON TABLE/],
    ['42501', 'permission denied for function database_to_xml', /do without one of the system’s own/],
    ['2BP01', 'role "r" cannot be dropped because some objects depend on it', /REVOKE ALL/],
    ['28000', 'no role', /AWS IAM GRANT/],
  ] as const)
    it(`lead on from ${code} ${message}`, () => {
      const error = databaseError(ofServer(code, message));
      assert.equal(error.code, 'DATABASE');
      assert.equal(error.details?.sqlstate, code);
      assert.match(error.nextStep ?? '', nextStep);
    });

  it('lead on from a refused connection by what its hint says', () => {
    for (const [hint, nextStep] of [
      ['Signature expired: 20261123T111000Z is now earlier than 20261123T125500Z', /set the clock/],
      ['Signature not yet current: 20261123T151000Z is still later than 20261123T131500Z', /set the clock/],
      ['Wrong user to action mapping. user: admin, action: DbConnect', /database user/],
      ['Access denied', /AWS profile and Region/],
    ] as const) {
      const refused = Object.assign(ofServer('08006', 'unable to accept connection, access denied'), { hint });
      assert.match(databaseError(refused).nextStep ?? '', nextStep, hint);
    }
  });

  for (const [code, nextStep] of [
    ['ENOTFOUND', /endpoint of the target/],
    ['EAI_AGAIN', /connected to a network/],
  ] as const)
    it(`lead on from a name that is not resolved: ${code}`, () => {
      const error = databaseError(Object.assign(new Error(`getaddrinfo ${code} a.example`), { code }));
      assert.equal(error.code, 'HOST_NOT_FOUND');
      assert.match(error.nextStep ?? '', nextStep);
    });

  it('lead on from a certificate that is not trusted, whyever', () => {
    for (const code of ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'UNABLE_TO_GET_ISSUER_CERT'])
      assert.equal(databaseError(Object.assign(new Error('not valid'), { code })).code, 'CERTIFICATE_REFUSED');
  });

  it('add nothing where nothing is known', () => {
    assert.equal(databaseError(ofServer('42703', 'column "nope" does not exist')).nextStep, undefined);
  });
});
