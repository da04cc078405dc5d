import assert from 'node:assert/strict';
import { invocationHint } from '../../../src/cli/invocation-hint';

describe('the hint after a function has failed', () => {
  const failed = (errorMessage: string) => invocationHint({ errorType: 'error', errorMessage, trace: [] });

  it('names the command that cures it', () => {
    assert.match(failed('unable to accept connection, access denied') ?? '', /dsql-workshop role --apply/);
    assert.match(failed('permission denied for table accounts') ?? '', /dsql-workshop role --apply/);
    assert.match(failed('relation "accounts" does not exist') ?? '', /dsql-workshop setup/);
  });

  it('is given, too, for an error that the function answers itself', () => {
    const answer = { error: 'relation "accounts" does not exist', errorCode: '42P01', duration: 138 };
    assert.match(invocationHint(answer) ?? '', /dsql-workshop setup/);
  });

  it('is not given for what is not known', () => {
    assert.equal(failed('Insufficient balance'), undefined);
    for (const payload of [undefined, null, 'text', {}, []]) assert.equal(invocationHint(payload), undefined);
  });
});
