import assert from 'node:assert/strict';
import type { CodedError } from '../../../src/base/errors';
import { CREDENTIAL_ERRORS } from '../../../src/node/aws-errors';
import { cloudWatchError } from '../../../src/node/cloudwatch/service-errors';
import { clusterCallError } from '../../../src/node/clusters/service-errors';
import { lambdaCallError } from '../../../src/node/lambda/service-errors';
import { teardownCallError } from '../../../src/node/teardown/call-errors';

const call = { action: 'dsql:ListClusters', region: 'us-east-1' };
const CALLS: Readonly<Record<string, (error: unknown) => CodedError>> = {
  clusters: error => clusterCallError(error, call),
  cloudwatch: error => cloudWatchError(error, call),
  lambda: error =>
    lambdaCallError(error, { ...call, functionName: 'transfer', local: false, endpoint: 'https://lambda.example' }),
  teardown: error => teardownCallError(error, call),
};
const named = (name: string): Error => Object.assign(new Error('refused'), { name });

describe('what calls to AWS fail with', () => {
  for (const [service, coded] of Object.entries(CALLS)) {
    it(`${service}: credentials that are not taken, in the spelling of every protocol`, () => {
      for (const name of CREDENTIAL_ERRORS) {
        const { code, nextStep } = coded(named(name));
        assert.match(code, /CREDENTIALS/, name);
        assert.ok(nextStep, name);
      }
    });

    it(`${service}: a network where none of a host's addresses answers`, () => {
      const refused = Object.assign(new Error('connect ECONNREFUSED ::1:443'), { code: 'ECONNREFUSED' });
      const everywhere = new AggregateError([refused, refused]);
      const inSdk = coded(new Error('send failed', { cause: everywhere }));
      assert.equal(inSdk.code, coded(refused).code);
      assert.notEqual(inSdk.code, coded(new Error('send failed')).code);
    });
  }
});
