import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outcomeOfAnswer } from '../../../src/core/stress/answer';
import { messageOf } from '../../../src/core/stress/classify';
import { ErrorSamples } from '../../../src/core/stress/error-samples';
import { anyCharacter } from '../../support/any-character';

describe('what failed calls were told', () => {
  it('is kept once a class, over workers, through shared memory', () => {
    const [a, b] = [new ErrorSamples(), new ErrorSamples()];
    b.note('timeout', 'too late');
    a.note('other', 'first');
    a.note('other', 'second');
    b.note('other', 'third');
    assert.deepEqual(ErrorSamples.first([new ErrorSamples(a.buffer), b]), { timeout: 'too late', other: 'first' });
    const merged = new ErrorSamples();
    merged.absorb(new Uint8Array(b.buffer.slice(0)));
    merged.absorb(new Uint8Array(3));
    assert.deepEqual(ErrorSamples.first([merged]), { timeout: 'too late', other: 'third' });
  });

  it('is one printable line of bounded length, whatever was said', () => {
    const text = fc.oneof(fc.string({ maxLength: 2_000 }), fc.string({ unit: anyCharacter, maxLength: 2_000 }));
    fc.assert(
      fc.property(text, said => {
        const samples = new ErrorSamples();
        samples.note('other', said);
        const { other = '' } = ErrorSamples.first([samples]);
        assert.ok(Array.from(other).length <= 241);
        assert.doesNotMatch(other, /[\p{Cc}\n\r]/u);
      }),
    );
    const samples = new ErrorSamples();
    samples.note('auth', 'The signature does not match.\n\nThe Canonical String …\nx-amz-security-token:SECRET');
    assert.deepEqual(ErrorSamples.first([samples]), { auth: 'The signature does not match.' });
    samples.note('other', '😀'.repeat(500));
    assert.match(ErrorSamples.first([samples]).other ?? '', /^(😀){121}$/u);
    samples.note('timeout', `a${'😀'.repeat(500)}`);
    assert.match(ErrorSamples.first([samples]).timeout ?? '', /^a(😀){120}$/u, 'never half a character');
  });

  it('is found in answers and in errors', () => {
    const told = (status: number, payload: string, more = {}): string | undefined =>
      outcomeOfAnswer({ status, payload, ...more }).message;
    assert.equal(
      told(404, '{"Message":"Function not found: x"}', { exception: 'ResourceNotFoundException:http://…' }),
      'HTTP 404 ResourceNotFoundException: Function not found: x',
    );
    assert.equal(told(500, '<h1>oops'), 'HTTP 500: <h1>oops');
    assert.equal(told(200, ''), 'the answer is empty');
    assert.equal(told(200, '<h1>oops'), 'the answer is no JSON: <h1>oops');
    assert.equal(told(200, '{"error":{"code":40001}}'), '{"code":40001}');
    assert.equal(
      told(200, '{"errorType":"TypeError","errorMessage":"x is null"}', { functionError: 'Unhandled' }),
      'TypeError: x is null',
    );
    assert.equal(told(200, '{"error":"change conflicts (OC000)","errorCode":"40001"}'), 'change conflicts (OC000)');
    assert.equal(told(200, '{"balance":1,"duration":1,"retries":0}'), undefined);
    assert.equal(messageOf(Object.assign(new Error(''), { code: 'ECONNRESET' })), 'ECONNRESET');
    assert.equal(messageOf(new Error('', { cause: new Error('inner') })), 'inner');
    assert.equal(messageOf(new TypeError('')), 'TypeError');
    assert.equal(messageOf({ name: 7, code: 8 }), '[object Object]');
  });
});
