/** Messages a server sends: building the gateway's own answers, and reading PostgreSQL's. */
import type { ServerError } from '../../ports';
import { HEADER_BYTES, int32, PROTOCOL_VERSION, uint16 } from './frames';

/** Type bytes of the messages a server sends. */
export const SERVER = {
  parseComplete: 0x31,
  bindComplete: 0x32,
  closeComplete: 0x33,
  notification: 0x41,
  commandComplete: 0x43,
  dataRow: 0x44,
  error: 0x45,
  copyIn: 0x47,
  copyOut: 0x48,
  emptyQuery: 0x49,
  backendKey: 0x4b,
  notice: 0x4e,
  authentication: 0x52,
  parameterStatus: 0x53,
  rowDescription: 0x54,
  copyBoth: 0x57,
  ready: 0x5a,
  copyDone: 0x63,
  copyData: 0x64,
  noData: 0x6e,
  portalSuspended: 0x73,
  parameterDescription: 0x74,
  negotiateVersion: 0x76,
} as const;

/** The transaction state ReadyForQuery carries. */
export type TransactionStatus = 'I' | 'T' | 'E';

function message(type: number, ...parts: (Buffer | string)[]): Buffer {
  const buffers = parts.map(part => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part));
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header[0] = type;
  header.writeInt32BE(4 + buffers.reduce((sum, b) => sum + b.length, 0), 1);
  return Buffer.concat([header, ...buffers]);
}

const END = Buffer.from([0]);

function int16Bytes(value: number): Buffer {
  return Buffer.from([(value >> 8) & 255, value & 255]);
}

function int32Bytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value, 0);
  return bytes;
}

export const PARSE_COMPLETE = message(SERVER.parseComplete);
export const BIND_COMPLETE = message(SERVER.bindComplete);
export const CLOSE_COMPLETE = message(SERVER.closeComplete);
export const NO_DATA = message(SERVER.noData);
export const PORTAL_SUSPENDED = message(SERVER.portalSuspended);
export const EMPTY_QUERY = message(SERVER.emptyQuery);
export const AUTHENTICATION_OK = message(SERVER.authentication, int32Bytes(0));
export const AUTHENTICATION_CLEARTEXT = message(SERVER.authentication, int32Bytes(3));

const READY: Record<TransactionStatus, Buffer> = {
  I: message(SERVER.ready, Buffer.from('I')),
  T: message(SERVER.ready, Buffer.from('T')),
  E: message(SERVER.ready, Buffer.from('E')),
};
/** ReadyForQuery. */
export const ready = (status: TransactionStatus): Buffer => READY[status];

const BEGIN_COMPLETE = message(SERVER.commandComplete, 'BEGIN');
const COMMIT_COMPLETE = message(SERVER.commandComplete, 'COMMIT');
/** CommandComplete. */
export function commandComplete(tag: string): Buffer {
  if (tag === 'BEGIN') return BEGIN_COMPLETE;
  return tag === 'COMMIT' ? COMMIT_COMPLETE : message(SERVER.commandComplete, tag);
}
/** ParameterStatus. */
export const parameterStatus = (name: string, value: string): Buffer => message(SERVER.parameterStatus, name, value);
/** BackendKeyData. */
export const backendKey = (pid: number, secret: number): Buffer =>
  message(SERVER.backendKey, int32Bytes(pid), int32Bytes(secret));
/**
 * NegotiateProtocolVersion: the newest version served, and which `_pq_.` options are not known. PostgreSQL's documentation had the minor
 * version alone until 18; servers have always sent both halves, and libpq from 18 on takes nothing else.
 */
export const negotiateVersion = (unknownOptions: string[]): Buffer =>
  message(SERVER.negotiateVersion, int32Bytes(PROTOCOL_VERSION), int32Bytes(unknownOptions.length), ...unknownOptions);
/** ParameterDescription. */
export const parameterDescription = (oids: number[]): Buffer =>
  message(SERVER.parameterDescription, int16Bytes(oids.length), ...oids.map(int32Bytes));

/** Type oids of the columns the gateway itself answers with. */
export const OID = { bool: 16, text: 25, json: 114, xml: 142 } as const;

/** RowDescription of one column; `format` 1 is binary. */
export function oneColumn(name: string, oid: number, format = 0): Buffer {
  const size = oid === OID.bool ? 1 : -1;
  return message(
    SERVER.rowDescription,
    int16Bytes(1),
    name,
    int32Bytes(0),
    int16Bytes(0),
    int32Bytes(oid),
    int16Bytes(size),
    int32Bytes(-1),
    int16Bytes(format),
  );
}

/** DataRow of one column. */
export const oneValue = (value: Buffer): Buffer =>
  message(SERVER.dataRow, int16Bytes(1), int32Bytes(value.length), value);

/** CopyInResponse: rows of `columns` fields, as text. */
export const copyInResponse = (columns: number, binary = false): Buffer =>
  message(
    SERVER.copyIn,
    Buffer.from([binary ? 1 : 0]),
    int16Bytes(columns),
    ...Array.from({ length: columns }, () => int16Bytes(binary ? 1 : 0)),
  );

/** ErrorResponse, or NoticeResponse for the severities NOTICE and WARNING. */
export function errorResponse(error: ServerError): Buffer {
  const fields = [
    `S${error.severity}`,
    `V${error.severity}`,
    `C${error.sqlstate}`,
    `M${error.message}`,
    ...(error.detail === undefined ? [] : [`D${error.detail}`]),
    ...(error.hint === undefined ? [] : [`H${error.hint}`]),
    ...(error.position === undefined ? [] : [`P${error.position}`]),
    ...(error.context === undefined ? [] : [`W${error.context}`]),
    ...(error.routine === undefined ? [] : [`R${error.routine}`]),
  ];
  const notice = error.severity === 'NOTICE' || error.severity === 'WARNING';
  return message(notice ? SERVER.notice : SERVER.error, ...fields, Buffer.from([0]));
}

/** The same ErrorResponse with another position, or with none. */
export function withPosition(frame: Buffer, position: number | undefined): Buffer {
  return withField(frame, 'P', position === undefined ? undefined : String(position));
}

function withField(frame: Buffer, type: 'P' | 'W', text: string | undefined): Buffer {
  const fields = fieldsOf(frame);
  fields.delete(type);
  if (text !== undefined) fields.set(type, Buffer.from(text));
  return errorOf(fields);
}

/** The same ErrorResponse with other texts where `change` gives others; it gets the type and the text of each field. */
export function withTexts(frame: Buffer, change: (type: string, text: string) => string): Buffer {
  const fields = fieldsOf(frame);
  for (const [type, bytes] of fields) {
    const text = bytes.toString('utf8');
    const changed = change(type, text);
    if (changed !== text) fields.set(type, Buffer.from(changed));
  }
  return errorOf(fields);
}

const errorOf = (fields: ReadonlyMap<string, Buffer>): Buffer =>
  message(SERVER.error, ...[...fields].flatMap(([type, text]) => [Buffer.from(type), text, END]), END);

/** Of where an error was raised, innermost first: the cluster's own functions, the only ones in PL/pgSQL, and what they ran. */
const OWN_CONTEXT = /\0W([^\0]*\n)?PL\/pgSQL function [^\n\0]*\n?([^\0]*)\0/;

/** An ErrorResponse without what it tells of the cluster's own functions; the same where that is nothing. */
export function withoutOwnContext(frame: Buffer): Buffer {
  const own = frame.includes('PL/pgSQL function ') ? OWN_CONTEXT.exec(frame.toString('utf8')) : null;
  return own ? withField(frame, 'W', own[2] || undefined) : frame;
}

/** The texts of an ErrorResponse or NoticeResponse, in its client's encoding, by the types of their fields. */
function fieldsOf(frame: Buffer): Map<string, Buffer> {
  const fields = new Map<string, Buffer>();
  for (let pos = HEADER_BYTES; pos < frame.length && frame[pos] !== 0;) {
    const end = frame.indexOf(0, pos);
    if (end < 0) break;
    fields.set(String.fromCharCode(frame[pos]!), frame.subarray(pos + 1, end));
    pos = end + 1;
  }
  return fields;
}

/** A field of an ErrorResponse or NoticeResponse. */
export const fieldOf = (frame: Buffer, type: string): string | undefined => fieldsOf(frame).get(type)?.toString('utf8');

/** Reads an ErrorResponse or NoticeResponse. */
export function readError(frame: Buffer): ServerError {
  const fields = new Map(Array.from(fieldsOf(frame), ([type, text]) => [type, text.toString('utf8')]));
  const error: ServerError = {
    severity: (fields.get('V') ?? fields.get('S') ?? 'ERROR') as ServerError['severity'],
    sqlstate: fields.get('C') ?? 'XX000',
    message: fields.get('M') ?? '',
  };
  const detail = fields.get('D');
  const hint = fields.get('H');
  const position = fields.get('P');
  if (detail !== undefined) error.detail = detail;
  if (hint !== undefined) error.hint = hint;
  if (position !== undefined) error.position = Number(position);
  return error;
}

/** Text of the CommandComplete that lies in `buffer` from `start` to `end`. */
export function readTag(buffer: Buffer, start = 0, end = buffer.length): string {
  return buffer.toString('latin1', start + HEADER_BYTES, end - 1);
}

const ZERO = 0x30;
/** The count at the end of a tag: `UPDATE 3` is 3, `INSERT 0 2` is 2, none is 0. */
export function tagCount(tag: string): number {
  let count = 0;
  for (let at = tag.length - 1, unit = 1; at >= 0; at--, unit *= 10) {
    const digit = tag.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    count += digit * unit;
  }
  return count;
}

/** Name and value of a ParameterStatus. */
export function readParameterStatus(frame: Buffer): { name: string; value: string } {
  const end = frame.indexOf(0, HEADER_BYTES);
  return {
    name: frame.toString('utf8', HEADER_BYTES, end),
    value: frame.toString('utf8', end + 1, frame.length - 1),
  };
}

/** Of a RowDescription's column behind its name: its table and place there, then its type, and in all. */
const TABLE_BYTES = 6;
const TYPE_END = 16;
const COLUMN_BYTES = 18;

/** What tells one RowDescription's columns from another's: names, types, their lengths and modifiers, not the table. */
export function readColumns(frame: Buffer): string {
  const columns: string[] = [];
  for (let pos = HEADER_BYTES + 2; pos < frame.length; pos += COLUMN_BYTES) {
    const end = frame.indexOf(0, pos) + 1;
    columns.push(frame.toString('latin1', pos, end), frame.toString('latin1', end + TABLE_BYTES, end + TYPE_END));
    pos = end;
  }
  return columns.join('');
}

/** Columns of a DataRow as text, NULL as null. */
export function readRow(frame: Buffer): (string | null)[] {
  const row: (string | null)[] = [];
  let pos = HEADER_BYTES + 2;
  for (let left = uint16(frame, HEADER_BYTES); left > 0; left--) {
    const length = int32(frame, pos);
    pos += 4;
    if (length < 0) row.push(null);
    else {
      row.push(frame.toString('utf8', pos, pos + length));
      pos += length;
    }
  }
  return row;
}
