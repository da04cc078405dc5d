/** Messages a client sends: reading them in place, and building the ones the gateway sends to PostgreSQL. */
import { HEADER_BYTES, int32, MalformedMessage, PROTOCOL_VERSION, uint16 } from './frames';

/** Type bytes of the messages a client may send after authentication. */
export const CLIENT = {
  bind: 0x42,
  close: 0x43,
  describe: 0x44,
  execute: 0x45,
  functionCall: 0x46,
  flush: 0x48,
  parse: 0x50,
  query: 0x51,
  sync: 0x53,
  terminate: 0x58,
  copyDone: 0x63,
  copyData: 0x64,
  copyFail: 0x66,
  password: 0x70,
} as const;

/** Reads a text in the client's encoding. */
export type Decode = (frame: Buffer, start: number, end: number) => string;

const STATEMENT = 0x53;
const PORTAL = 0x50;

function terminator(frame: Buffer, from: number): number {
  const end = frame.indexOf(0, from);
  if (end < 0) throw new MalformedMessage('invalid string in message');
  return end;
}

function checkLength(bytes: number, expected: number): void {
  if (bytes < expected) throw new MalformedMessage('insufficient data left in message');
  if (bytes > expected) throw new MalformedMessage('invalid message format');
}

const utf8: Decode = (frame, start, end) => frame.toString('utf8', start, end);

/** Text of a Query or PasswordMessage. @throws MalformedMessage */
export function readText(frame: Buffer, decode = utf8): string {
  const end = terminator(frame, HEADER_BYTES);
  checkLength(frame.length, end + 1);
  return decode(frame, HEADER_BYTES, end);
}

export interface ParseMessage {
  name: string;
  text: string;
  /** Parameter type oids as sent: int16 count, then int32 each. A view into the frame. */
  oids: Buffer;
}

/** @throws MalformedMessage */
export function readParse(frame: Buffer, decode = utf8): ParseMessage {
  const nameEnd = terminator(frame, HEADER_BYTES);
  const textEnd = terminator(frame, nameEnd + 1);
  const oids = frame.subarray(textEnd + 1);
  checkLength(oids.length, oids.length < 2 ? 2 : 2 + 4 * uint16(oids, 0));
  return {
    name: nameEnd === HEADER_BYTES ? '' : frame.toString('utf8', HEADER_BYTES, nameEnd),
    text: decode(frame, nameEnd + 1, textEnd),
    oids,
  };
}

export interface BindMessage {
  portal: string;
  statement: string;
  /** Everything after the two names: formats, values, result formats. A view into the frame. */
  tail: Buffer;
}

/** @throws MalformedMessage */
export function readBind(frame: Buffer): BindMessage {
  const portalEnd = terminator(frame, HEADER_BYTES);
  const statementEnd = terminator(frame, portalEnd + 1);
  return {
    portal: portalEnd === HEADER_BYTES ? '' : frame.toString('utf8', HEADER_BYTES, portalEnd),
    statement: statementEnd === portalEnd + 1 ? '' : frame.toString('utf8', portalEnd + 1, statementEnd),
    tail: frame.subarray(statementEnd + 1),
  };
}

/** Values and result formats of a Bind tail. @throws MalformedMessage */
export function readBindTail(tail: Buffer): { values: (Buffer | null)[]; resultFormats: number[] } {
  let pos = 0;
  const need = (bytes: number): void => {
    if (pos + bytes > tail.length) throw new MalformedMessage('insufficient data left in message');
  };
  const count = (): number => {
    need(2);
    const n = uint16(tail, pos);
    pos += 2;
    return n;
  };
  const formats = count();
  need(2 * formats);
  pos += 2 * formats;
  const values: (Buffer | null)[] = [];
  for (let left = count(); left > 0; left--) {
    need(4);
    const length = int32(tail, pos);
    pos += 4;
    if (length < 0) values.push(null);
    else {
      need(length);
      values.push(tail.subarray(pos, pos + length));
      pos += length;
    }
  }
  const resultFormats: number[] = [];
  for (let left = count(); left > 0; left--) resultFormats.push(count());
  return { values, resultFormats };
}

/** Target of a Describe or Close. @throws MalformedMessage */
export function readTarget(frame: Buffer): { portal: boolean; name: string } {
  const kind = frame[HEADER_BYTES];
  if (kind !== STATEMENT && kind !== PORTAL) {
    const message = frame[0] === CLIENT.close ? 'CLOSE' : 'DESCRIBE';
    throw new MalformedMessage(
      kind === undefined ? 'no data left in message' : `invalid ${message} message subtype ${kind}`,
    );
  }
  const end = terminator(frame, HEADER_BYTES + 1);
  checkLength(frame.length, end + 1);
  const name = end === HEADER_BYTES + 1 ? '' : frame.toString('utf8', HEADER_BYTES + 1, end);
  return { portal: kind === PORTAL, name };
}

/** @throws MalformedMessage */
export function readExecute(frame: Buffer): { portal: string; maxRows: number } {
  const end = terminator(frame, HEADER_BYTES);
  checkLength(frame.length, end + 5);
  return {
    portal: end === HEADER_BYTES ? '' : frame.toString('utf8', HEADER_BYTES, end),
    maxRows: int32(frame, end + 1),
  };
}

function open(type: number, bytes: number): Buffer {
  const frame = Buffer.allocUnsafe(bytes + 1);
  frame[0] = type;
  frame.writeInt32BE(bytes, 1);
  return frame;
}

/** Query. */
export function query(sql: string): Buffer {
  const length = Buffer.byteLength(sql);
  const frame = open(CLIENT.query, 4 + length + 1);
  frame.write(sql, HEADER_BYTES);
  frame[HEADER_BYTES + length] = 0;
  return frame;
}

/** No parameter types given. */
export const NO_OIDS = Buffer.from([0, 0]);

/** Parse; `oids` as in `ParseMessage`. */
export function parse(name: string, sql: string, oids: Buffer = NO_OIDS): Buffer {
  const nameLength = Buffer.byteLength(name);
  const length = Buffer.byteLength(sql);
  const frame = open(CLIENT.parse, 4 + nameLength + 1 + length + 1 + oids.length);
  let pos = HEADER_BYTES + frame.write(name, HEADER_BYTES);
  frame[pos++] = 0;
  pos += frame.write(sql, pos);
  frame[pos++] = 0;
  oids.copy(frame, pos);
  return frame;
}

/** Bind tail without parameters, results as text. */
export const NO_VALUES = Buffer.from([0, 0, 0, 0, 0, 0]);

/** Bind tail of text values, results as text. */
export function textValues(values: readonly (string | null)[]): Buffer {
  let bytes = 6;
  for (const value of values) bytes += 4 + (value === null ? 0 : Buffer.byteLength(value));
  const tail = Buffer.allocUnsafe(bytes);
  tail.writeUInt32BE(values.length, 0); // behind the number of formats, which is 0
  let pos = 4;
  for (const value of values) {
    const length = value === null ? 0 : tail.write(value, pos + 4);
    tail.writeInt32BE(value === null ? -1 : length, pos);
    pos += 4 + length;
  }
  tail.writeUInt16BE(0, pos);
  return tail;
}

/** Bind; `tail` as in `BindMessage`. */
export function bind(portal: string, statement: string, tail: Buffer = NO_VALUES): Buffer {
  const portalLength = portal === '' ? 0 : Buffer.byteLength(portal);
  const statementLength = Buffer.byteLength(statement);
  const frame = open(CLIENT.bind, 4 + portalLength + 1 + statementLength + 1 + tail.length);
  let pos = HEADER_BYTES;
  if (portalLength > 0) pos += frame.write(portal, pos);
  frame[pos++] = 0;
  pos += frame.write(statement, pos);
  frame[pos++] = 0;
  tail.copy(frame, pos);
  return frame;
}

function target(type: number, kind: number, name: string): Buffer {
  const length = Buffer.byteLength(name);
  const frame = open(type, 4 + 1 + length + 1);
  frame[HEADER_BYTES] = kind;
  frame.write(name, HEADER_BYTES + 1);
  frame[HEADER_BYTES + 1 + length] = 0;
  return frame;
}

export const describeStatement = (name: string): Buffer => target(CLIENT.describe, STATEMENT, name);
const DESCRIBE_UNNAMED = target(CLIENT.describe, PORTAL, '');
export const describePortal = (name: string): Buffer =>
  name === '' ? DESCRIBE_UNNAMED : target(CLIENT.describe, PORTAL, name);
export const closeStatement = (name: string): Buffer => target(CLIENT.close, STATEMENT, name);
export const closePortal = (name: string): Buffer => target(CLIENT.close, PORTAL, name);

/** Execute; `maxRows` 0 means all. */
export function execute(portal = '', maxRows = 0): Buffer {
  const length = Buffer.byteLength(portal);
  const frame = open(CLIENT.execute, 4 + length + 1 + 4);
  frame.write(portal, HEADER_BYTES);
  frame[HEADER_BYTES + length] = 0;
  frame.writeInt32BE(maxRows, HEADER_BYTES + length + 1);
  return frame;
}

export const SYNC = open(CLIENT.sync, 4);
export const FLUSH = open(CLIENT.flush, 4);
export const TERMINATE = open(CLIENT.terminate, 4);

export function copyData(data: Buffer): Buffer {
  const frame = open(CLIENT.copyData, 4 + data.length);
  data.copy(frame, HEADER_BYTES);
  return frame;
}

export const COPY_DONE = open(CLIENT.copyDone, 4);

/** CopyFail: for a COPY that the gateway does not know of. */
export function copyFail(reason: string): Buffer {
  const length = Buffer.byteLength(reason);
  const frame = open(CLIENT.copyFail, 4 + length + 1);
  frame.write(reason, HEADER_BYTES);
  frame[HEADER_BYTES + length] = 0;
  return frame;
}

/** StartupMessage of protocol 3.0. */
export function startup(parameters: Record<string, string>): Buffer {
  const body = Object.entries(parameters)
    .map(([name, value]) => `${name}\0${value}\0`)
    .join('');
  const bytes = Buffer.byteLength(body);
  const frame = Buffer.alloc(8 + bytes + 1);
  frame.writeInt32BE(frame.length, 0);
  frame.writeInt32BE(PROTOCOL_VERSION, 4);
  frame.write(body, 8);
  return frame;
}

/** PasswordMessage, and SASL's answers. */
export function password(body: Buffer): Buffer {
  const frame = open(CLIENT.password, 4 + body.length);
  body.copy(frame, HEADER_BYTES);
  return frame;
}
