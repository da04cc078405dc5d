import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodedError } from '../../../src/base/errors';
import { parseEndpoint } from '../../../src/core/connections/endpoint';
import { anyCharacter } from '../../support/any-character';

const ID = 'abcdefghijklmnopqrstuvwx23';

describe('parseEndpoint', () => {
  const host = `${ID}.dsql.us-east-1.on.aws`;
  const same: [string, string | undefined][] = [
    [host, undefined],
    [` ${host.toUpperCase()} `, undefined],
    [`https://${host}/`, undefined],
    [`postgres://admin@${host}:5432/postgres?sslmode=verify-full`, undefined],
    [ID, 'us-east-1'],
    [host, 'us-east-1'],
  ];
  for (const [text, region] of same) {
    it(`understands ${text.trim()}`, () => {
      assert.deepEqual(parseEndpoint(text, region), { host, region: 'us-east-1', clusterId: ID });
    });
  }

  it('understands the hosts connectors accept too', () => {
    assert.equal(parseEndpoint(`${ID}.dsql-ab12.eu-west-1.on.aws`).region, 'eu-west-1');
    assert.deepEqual(parseEndpoint('x.dsql-ab12.eu-west-1.vpce.amazonaws.com'), {
      host: 'x.dsql-ab12.eu-west-1.vpce.amazonaws.com',
      region: 'eu-west-1',
    });
  });

  it('refuses another Region than the host names, and an id without one', () => {
    assert.throws(() => parseEndpoint(host, 'us-west-2'), { code: 'REGION_MISMATCH' });
    assert.throws(() => parseEndpoint(ID), { code: 'REGION_MISSING' });
  });

  it('answers any text with an endpoint or a coded error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: anyCharacter }), fc.webUrl()), text => {
        try {
          parseEndpoint(text);
        } catch (error) {
          assert.ok(error instanceof CodedError && error.nextStep, String(error));
        }
      }),
    );
  });
});
