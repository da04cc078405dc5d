import assert from 'node:assert/strict';
import { Deferred } from '../../../src/base/deferred';
import { Consent } from '../../../src/vscode/functions/consent';

describe('a question asked once a session', () => {
  it('is not asked again when it was answered, of its subject alone', async () => {
    const consent = new Consent();
    const asked: boolean[] = [];
    const ask = (answer: boolean) => () => {
      asked.push(answer);
      return Promise.resolve(answer);
    };
    assert.deepEqual([await consent.to('a', ask(true)), await consent.to('b', ask(false))], [true, false]);
    assert.deepEqual([await consent.to('a', ask(false)), await consent.to('b', ask(true))], [true, false]);
    assert.deepEqual(asked, [true, false]);
  });

  it('is asked again when it was put off, or could not be asked', async () => {
    const consent = new Consent();
    assert.equal(await consent.to('a', () => Promise.resolve(undefined)), false);
    await assert.rejects(
      consent.to('a', () => Promise.reject(new Error('no credentials'))),
      /no credentials/,
    );
    assert.equal(await consent.to('a', () => Promise.resolve(true)), true);
  });

  it('is a no while it stands', async () => {
    const consent = new Consent();
    const answer = new Deferred<boolean>();
    const first = consent.to('a', () => answer.promise);
    assert.equal(await consent.to('a', () => Promise.resolve(true)), false);
    answer.resolve(true);
    assert.equal(await first, true);
  });
});
