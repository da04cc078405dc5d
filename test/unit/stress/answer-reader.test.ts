import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AnswerReader, headerOf, headerPattern, type HttpAnswer } from '../../../src/stress/lean/answer-reader';
import { anyCharacter } from '../../support/any-character';

/** Feeds `bytes` cut at the given places. */
function read(bytes: Buffer, cuts: readonly number[], reader = new AnswerReader()): HttpAnswer | undefined {
  const places = [...new Set(cuts.map(cut => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let answer: HttpAnswer | undefined;
  [...places, bytes.length].reduce((from, to) => {
    if (to > from) {
      assert.equal(answer, undefined, 'an answer before its end');
      // the caller's buffer is used again at once
      const part = Buffer.from(bytes.subarray(from, to));
      answer = reader.push(part);
      part.fill(0);
    }
    return Math.max(from, to);
  }, 0);
  return answer;
}

const chunked = (parts: readonly string[], trailer: string): string =>
  `${parts.map(part => `${Buffer.byteLength(part).toString(16)};x=1\r\n${part}\r\n`).join('')}0\r\n${trailer}\r\n`;

describe('HTTP answers', () => {
  const text = fc.string({ unit: anyCharacter, maxLength: 40 });
  const cuts = fc.array(fc.nat(2_000), { maxLength: 8 });

  it('of known length are read however they are cut, one after the other', () => {
    fc.assert(
      fc.property(text, text, cuts, cuts, (first, second, ...where) => {
        const reader = new AnswerReader();
        for (const [i, body] of [first, second].entries()) {
          const head = `HTTP/1.1 200 OK\r\nX-Amz-Function-Error: Unhandled\r\ncontent-LENGTH:  ${Buffer.byteLength(body)}`;
          const answer = read(Buffer.from(`${head}\r\n\r\n${body}`), where[i] ?? [], reader);
          assert.deepEqual(answer, { status: 200, head, body, keepAlive: true });
        }
      }),
    );
  });

  it('in chunks are read however they are cut', () => {
    fc.assert(
      fc.property(fc.array(text.filter(part => part !== '')), cuts, fc.boolean(), (parts, where, hasTrailer) => {
        const head = 'HTTP/1.1 429 Too Many Requests\r\nTransfer-Encoding: chunked\r\nConnection: close';
        const bytes = Buffer.from(`${head}\r\n\r\n${chunked(parts, hasTrailer ? 'x: y\r\n' : '')}`);
        assert.deepEqual(read(bytes, where), { status: 429, head, body: parts.join(''), keepAlive: false });
      }),
    );
  });

  it('may be announced by 100 Continue, have no body, or last until the connection ends', () => {
    const empty = read(Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nx: y\r\n\r\n'), [5, 30]);
    assert.deepEqual([empty?.status, empty?.body, empty?.keepAlive], [204, '', true]);
    const twice = read(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\na'), []);
    assert.equal(twice?.body, 'a');
    const reader = new AnswerReader();
    assert.equal(read(Buffer.from('HTTP/1.0 200 OK\r\n\r\n{"balance":1}'), [20, 25], reader), undefined);
    const last = reader.end();
    assert.deepEqual([last.body, last.keepAlive], ['{"balance":1}', false]);
  });

  for (const [what, bytes] of [
    ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`],
    ['a chunk without size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    ['a chunk longer than its size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n'],
    ['a length below zero', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\ncontent-length: 1e3\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\nx: y\r\nContent-Length: 2\r\n\r\na'],
    ['more than one answer', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\naHTTP/1.1 200 OK\r\n'],
  ] as const)
    it(`are refused: ${what}`, () => {
      assert.throws(() => read(Buffer.from(bytes), []), { code: 'HPE_INVALID_ANSWER' });
    });

  for (const [what, head] of [
    ['as announced', 'content-length: 7000001'],
    ['as announced, beyond what a number holds', `content-length: ${'9'.repeat(400)}`],
    ['in chunks', 'transfer-encoding: chunked'],
    ['in one chunk', 'transfer-encoding: chunked\r\nx: y'],
    ['until the connection ends', 'x: y'],
  ] as const)
    it(`are refused when they are longer than Lambda's can be, however much is still to come: ${what}`, () => {
      const reader = new AnswerReader();
      const part = Buffer.from(what === 'in chunks' ? `10000\r\n${'x'.repeat(0x10000)}\r\n` : 'x'.repeat(0x10000));
      const endless = (): void => {
        assert.equal(reader.push(Buffer.from(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`)), undefined);
        if (what === 'in one chunk') assert.equal(reader.push(Buffer.from('ffffffff\r\n')), undefined);
        for (let bytes = 0; bytes < 7_000_000; bytes += 0x10000) assert.equal(reader.push(part), undefined);
      };
      assert.throws(endless, { code: 'HPE_INVALID_ANSWER', message: /longer than/ });
    });

  it('that break off are errors', () => {
    for (const bytes of ['', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc']) {
      const reader = new AnswerReader();
      assert.equal(bytes === '' ? undefined : reader.push(Buffer.from(bytes)), undefined);
      assert.throws(() => reader.end(), { code: 'HPE_INVALID_ANSWER' });
    }
  });

  it('never hang or crash the reader, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (noise, where) => {
        const head = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        for (const bytes of [Buffer.from(noise), Buffer.concat([head, noise])]) {
          try {
            read(bytes, where);
          } catch (error) {
            const isOurs = (error as { code?: unknown }).code === 'HPE_INVALID_ANSWER';
            assert.ok(isOurs || /an answer before its end/.test((error as Error).message), String(error));
          }
        }
      }),
    );
  });

  it('show their headers by name in any case', () => {
    const head = 'HTTP/1.1 400 Bad\r\nX-Amzn-ErrorType:  ThrottlingException \r\nx-other: a';
    assert.equal(headerOf(head, headerPattern('x-amzn-errortype')), 'ThrottlingException');
    assert.equal(headerOf(head, headerPattern('x-other')), 'a');
    assert.equal(headerOf(head, headerPattern('other')), undefined);
  });
});
