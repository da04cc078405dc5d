import { int32, ProtocolViolation, uint16 } from './frames';

/** What a client's first, untyped message asks for. */
export type StartupRequest =
  | { type: 'ssl' }
  | { type: 'gss' }
  | { type: 'cancel' }
  | { type: 'startup'; minorVersion: number; parameters: Map<string, string> }
  /** Of another major version of the protocol: what follows is not read. */
  | { type: 'other-version'; version: string };

const CANCEL = 80877102;
const SSL = 80877103;
const GSS = 80877104;
/** PostgreSQL's MAX_STARTUP_PACKET_LENGTH. */
const MAX_STARTUP_BYTES = 10_000;

/**
 * Reads the untyped message at the beginning of a connection.
 * @returns undefined while bytes are missing, else the request and the bytes it took.
 * @throws ProtocolViolation
 */
export function readStartup(buffer: Buffer): { request: StartupRequest; bytes: number } | undefined {
  if (buffer.length < 4) return undefined;
  const bytes = int32(buffer, 0);
  if (bytes < 8 || bytes > MAX_STARTUP_BYTES) throw new ProtocolViolation('invalid length of startup packet');
  if (buffer.length < bytes) return undefined;
  const code = int32(buffer, 4);
  if (code === SSL) return { request: { type: 'ssl' }, bytes };
  if (code === GSS) return { request: { type: 'gss' }, bytes };
  if (code === CANCEL) {
    if (bytes !== 16) throw new ProtocolViolation('invalid length of startup packet');
    return { request: { type: 'cancel' }, bytes };
  }
  const [majorVersion, minorVersion] = [uint16(buffer, 4), uint16(buffer, 6)];
  if (majorVersion !== 3)
    return { request: { type: 'other-version', version: `${majorVersion}.${minorVersion}` }, bytes };
  return { request: { type: 'startup', minorVersion, parameters: readParameters(buffer.subarray(8, bytes)) }, bytes };
}

/** Names and values, each with its zero byte, and a zero byte more at the end. */
function readParameters(body: Buffer): Map<string, string> {
  const parameters = new Map<string, string>();
  let pos = 0;
  while (pos < body.length && body[pos] !== 0) {
    const nameEnd = body.indexOf(0, pos);
    const valueEnd = nameEnd < 0 ? -1 : body.indexOf(0, nameEnd + 1);
    if (valueEnd < 0) break;
    parameters.set(body.toString('utf8', pos, nameEnd), body.toString('utf8', nameEnd + 1, valueEnd));
    pos = valueEnd + 1;
  }
  if (pos !== body.length - 1 || body[pos] !== 0)
    throw new ProtocolViolation('invalid startup packet layout: expected terminator as last byte');
  return parameters;
}

/**
 * The settings in the startup parameter `options`: `-c name=value`, `-cname=value` and `--name=value`; a backslash escapes the next
 * character, as in PostgreSQL.
 * @returns undefined when it holds anything else.
 */
export function readOptions(options: string): Map<string, string> | undefined {
  const words: string[] = [];
  let word = '';
  let started = false;
  for (let i = 0; i < options.length; i++) {
    const c = options[i]!;
    if (c === '\\' && i + 1 < options.length) {
      word += options[++i]!;
      started = true;
    } else if (/\s/.test(c)) {
      if (started) words.push(word);
      word = '';
      started = false;
    } else {
      word += c;
      started = true;
    }
  }
  if (started) words.push(word);
  const settings = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const w = words[i]!;
    let setting: string | undefined;
    if (w === '-c') setting = words[++i];
    else if (w.startsWith('--')) setting = w.slice(2);
    else if (w.startsWith('-c')) setting = w.slice(2);
    const equals = setting?.indexOf('=') ?? -1;
    if (!setting || equals < 1) return undefined;
    settings.set(setting.slice(0, equals).replace(/-/g, '_').toLowerCase(), setting.slice(equals + 1));
  }
  return settings;
}
