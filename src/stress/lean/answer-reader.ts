/** Reads HTTP/1.1 answers (RFC 9112), of which a load generator needs little, from chunks as they come. One answer at a time: nothing is pipelined. */

/** An answer. */
export interface HttpAnswer {
  status: number;
  /** Everything before the empty line, status line included. */
  head: string;
  body: string;
  /** The connection may be used again. */
  keepAlive: boolean;
}

const MAX_HEAD_BYTES = 64 * 1024;
/** Beyond what Lambda answers with: 6 MB ("Lambda quotas", invocation payload). An endpoint that sends without end must not fill the memory. */
const MAX_BODY_BYTES = 6_500_000;
const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length:[ \t]*((?:[^\r]*[^\r \t])?)[ \t]*(?=\r\n|$)/i;
const CHUNKED = /\r\ntransfer-encoding:[^\r]*\bchunked[ \t]*(?:\r\n|$)/i;
const CLOSE = /\r\nconnection:[^\r]*\bclose\b/i;
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |\r|$)/;
const CHUNK_SIZE = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i;
const EMPTY = Buffer.alloc(0);

/** The value of a header in `head`; names in any case. */
export function headerOf(head: string, name: RegExp): string | undefined {
  return name.exec(head)?.[1];
}

/** A pattern for `headerOf`. */
export const headerPattern = (name: string): RegExp =>
  new RegExp(`\\r\\n${name}:[ \\t]*((?:[^\\r]*[^\\r \\t])?)[ \\t]*(?:\\r\\n|$)`, 'i');

/**
 * Reads HTTP/1.1 answers off one connection, one at a time, from whatever pieces the socket gives: lengths, chunks, or until the end (RFC 9112,
 * 6.3).
 */
export class AnswerReader {
  private rest: Buffer = EMPTY;
  private head: string | undefined;
  private status = 0;
  /** Bytes of the body; -1: chunked; Infinity: until the connection ends. */
  private length = 0;
  private keepAlive = true;
  /** What is there of the body, where it came in parts. */
  private parts: Buffer[] = [];
  private bodyBytes = 0;
  /** Bytes left of the chunk being read; undefined between chunks; -1 in the trailer. */
  private chunkLeft: number | undefined;

  /** Takes the next bytes, which stay the caller's. @returns the answer when it is complete. Throws an `HPE_INVALID_ANSWER` for what is no HTTP. */
  push(bytes: Buffer): HttpAnswer | undefined {
    // most answers come whole: then nothing is copied
    let data = this.rest.length > 0 ? Buffer.concat([this.rest, bytes]) : bytes;
    this.rest = EMPTY;
    while (this.head === undefined) {
      const end = data.indexOf(HEAD_END);
      if (end < 0) {
        if (data.length > MAX_HEAD_BYTES) throw invalid('its head has no end');
        this.rest = Buffer.from(data);
        return undefined;
      }
      this.readHead(data.toString('latin1', 0, end));
      data = data.subarray(end + HEAD_END.length);
    }
    return this.length === -1 ? this.readChunks(data) : this.readBody(data);
  }

  /** The connection ended. @returns the answer where that is its end. Throws when it came too early. */
  end(): HttpAnswer {
    if (this.head === undefined || this.length !== Infinity) throw invalid('the connection ended within it');
    return this.finish(this.kept(), EMPTY);
  }

  private readHead(head: string): void {
    const match = STATUS_LINE.exec(head);
    if (!match) throw invalid('it does not begin as one');
    const status = Number(match[2]);
    // 100 Continue and the like: the answer is still to come
    if (status >= 100 && status < 200) return;
    this.status = status;
    this.head = head;
    this.keepAlive = match[1] === '1' && !CLOSE.test(head);
    const length = LENGTH.exec(head);
    if (status === 204 || status === 304) this.length = 0;
    else if (length && !CHUNKED.test(head)) this.length = lengthOf(length, head);
    else if (CHUNKED.test(head)) this.length = -1;
    else this.length = Infinity;
    if (this.length === Infinity) this.keepAlive = false;
    else this.bound(this.length);
  }

  private readBody(data: Buffer): HttpAnswer | undefined {
    const missing = this.length - this.bodyBytes;
    if (data.length < missing) {
      this.keep(data);
      return undefined;
    }
    const after = data.subarray(missing);
    if (this.bodyBytes === 0) return this.finish(data.toString('utf8', 0, missing), after);
    this.keep(data.subarray(0, missing));
    return this.finish(this.kept(), after);
  }

  private readChunks(bytes: Buffer): HttpAnswer | undefined {
    let data = bytes;
    for (;;) {
      if (this.chunkLeft !== undefined && this.chunkLeft > 0) {
        if (data.length === 0) return undefined;
        const part = data.subarray(0, this.chunkLeft);
        this.keep(part);
        this.chunkLeft -= part.length;
        data = data.subarray(part.length);
        continue;
      }
      const end = data.indexOf('\r\n');
      if (end < 0) {
        if (data.length > MAX_HEAD_BYTES) throw invalid('a chunk has no size');
        this.rest = Buffer.from(data);
        return undefined;
      }
      const line = data.toString('latin1', 0, end);
      data = data.subarray(end + 2);
      if (this.chunkLeft === -1) {
        // trailer fields, to the empty line
        if (line === '') return this.finish(this.kept(), data);
      } else if (this.chunkLeft === 0) {
        if (line !== '') throw invalid('a chunk is longer than its size');
        this.chunkLeft = undefined;
      } else {
        const size = CHUNK_SIZE.exec(line)?.[1];
        if (size === undefined) throw invalid('a chunk has no size');
        this.chunkLeft = size.replace(/^0+/, '') === '' ? -1 : parseInt(size, 16);
      }
    }
  }

  /** Keeps a copy of a part of the body. */
  private keep(part: Buffer): void {
    this.parts.push(Buffer.from(part));
    this.bodyBytes += part.length;
    this.bound(this.bodyBytes);
  }

  private kept(): string {
    return Buffer.concat(this.parts).toString('utf8');
  }

  private bound(bodyBytes: number): void {
    if (bodyBytes > MAX_BODY_BYTES) throw invalid(`its body is longer than ${MAX_BODY_BYTES} bytes`);
  }

  private finish(body: string, after: Buffer): HttpAnswer {
    // bytes that nobody asked for: what comes next could be taken for the answer to another call
    if (after.length > 0) throw invalid('more follows than was asked for');
    const answer = { status: this.status, head: this.head ?? '', body, keepAlive: this.keepAlive };
    this.head = undefined;
    this.rest = EMPTY;
    this.parts = [];
    this.bodyBytes = 0;
    this.chunkLeft = undefined;
    return answer;
  }
}

/** Bytes of a body as its head tells them; more than one length must be the same (RFC 9112, 6.3). */
function lengthOf(first: RegExpExecArray, head: string): number {
  const [line, value = ''] = first;
  const next = LENGTH.exec(head.slice(first.index + line.length));
  if (!/^\d+$/.test(value) || (next && next[1] !== value)) throw invalid('its length is not one number');
  return Number(value);
}

function invalid(why: string): Error {
  return Object.assign(new Error(`the answer is no HTTP/1.1: ${why}`), { code: 'HPE_INVALID_ANSWER' });
}
