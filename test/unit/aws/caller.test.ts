import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { callerLines } from '../../../src/core/aws/caller';
import { Callers, type CallersOptions } from '../../../src/node/connections/callers';
import { AwsAccount } from '../../support/aws-account';

const REGION = 'us-east-1';

describe('whose credentials a command uses', () => {
  const jane = { account: '123456789012', arn: 'arn:aws:sts::123456789012:assumed-role/Admin/jane' };
  const role = { account: '123456789012', what: "the functions' role" };

  it('is told with account and ARN', () => {
    assert.deepEqual(callerLines(jane, role), [`Account: ${jane.account}`, `You: ${jane.arn}`]);
    assert.deepEqual(callerLines(jane), callerLines(jane, role));
  });

  it('warns first where what is meant is of another account', () => {
    const [warning, gap, ...rest] = callerLines(jane, { ...role, account: '999999999999' });
    assert.match(warning ?? '', /^⚠ .*the functions' role is of 999999999999, your credentials are of 123456789012/);
    assert.equal(gap, '');
    assert.deepEqual(rest, callerLines(jane));
  });

  it('says what stands in the way where it is not known', () => {
    assert.deepEqual(callerLines({ unknown: 'no answer' }, role), [
      "Account: that of your credentials, not known (no answer); the functions' role is of 123456789012",
    ]);
    assert.deepEqual(callerLines({ unknown: 'no answer' }), [
      'Account: that of your credentials, not known (no answer)',
    ]);
  });
});

describe('asking STS whose credentials these are', () => {
  let aws: AwsAccount;
  beforeEach(async () => {
    aws = new AwsAccount();
    await aws.endpoint.listen();
  });
  afterEach(() => aws.endpoint.close());
  const callers = (options: CallersOptions = {}) => new Callers({ endpoint: aws.endpoint.url, ...options });
  const asked = (): string[] => aws.endpoint.calls.map(({ service, operation }) => `${service} ${operation}`);

  it('answers with account and ARN; asks again only after some minutes, or for other keys', async () => {
    let nowMs = 0;
    const known = callers({ nowMs: () => nowMs });
    const caller = await known.of(aws.credentials, REGION);
    assert.deepEqual(caller, {
      account: '123456789012',
      arn: 'arn:aws:sts::123456789012:assumed-role/learner/dsql-workshop',
    });
    nowMs = 299_999;
    assert.deepEqual(await known.of(aws.credentials, REGION), caller);
    assert.deepEqual(asked(), ['sts GetCallerIdentity']);
    nowMs = 300_000;
    await known.of(aws.credentials, REGION);
    assert.equal(asked().length, 2);
    const others = async () => ({ ...(await aws.credentials()), accessKeyId: 'AKIDOTHER' });
    assert.ok('unknown' in (await known.of(others, REGION)), 'not taken for the first');
  });

  it('tells why it is not known, keeps nothing of it, and never throws for it', async () => {
    const known = callers();
    const refused = { status: 403, code: 'ExpiredToken', message: 'The security token is expired' };
    aws.endpoint.failNext(() => true, refused);
    assert.deepEqual(await known.of(aws.credentials, REGION), {
      unknown: 'ExpiredToken: The security token is expired',
    });
    const none = () => Promise.reject(Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' }));
    assert.deepEqual(await known.of(none, REGION), { unknown: 'no credentials' });
    assert.ok('account' in (await known.of(aws.credentials, REGION)));
  });

  it('is not waited for long, neither for STS nor for the credentials', async () => {
    const known = callers({ answerWithinMs: 20 });
    const unknown = { unknown: 'there was no answer within 0.02 s' };
    aws.endpoint.failNext(() => true, 'silence', Infinity);
    assert.deepEqual(await known.of(aws.credentials, REGION), unknown);
    assert.deepEqual(await known.of(() => new Promise(() => undefined), REGION), unknown);
  });

  it('may be cancelled', async () => {
    const stop = new AbortController();
    const asking = callers().of(() => new Promise(() => undefined), REGION, stop.signal);
    stop.abort();
    await assert.rejects(asking, (error: unknown) => error instanceof CodedError && error.code === 'CANCELLED');
  });
});
