import { int32, ProtocolViolation } from './frames';

/** What a client's first, untyped message asks for. */
export type StartupRequest =
  | { type: 'ssl' }
  | { type: 'gss' }
  | { type: 'cancel'; pid: number; secret: number }
  | { type: 'startup'; majorVersion: number; minorVersion: number; parameters: Map<string, string> };

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
    return { request: { type: 'cancel', pid: int32(buffer, 8), secret: int32(buffer, 12) }, bytes };
  }
  const parameters = readParameters(buffer.subarray(8, bytes));
  return {
    request: { type: 'startup', majorVersion: code >>> 16, minorVersion: code & 0xffff, parameters },
    bytes,
  };
}

function readParameters(body: Buffer): Map<string, string> {
  const parameters = new Map<string, string>();
  let pos = 0;
  const next = (): string => {
    const end = body.indexOf(0, pos);
    if (end < 0) throw new ProtocolViolation('invalid startup packet layout: expected terminator as last byte');
    const text = body.toString('utf8', pos, end);
    pos = end + 1;
    return text;
  };
  while (pos < body.length) {
    const name = next();
    if (name === '') break;
    parameters.set(name, next());
  }
  if (pos !== body.length || (body.length > 0 && body[body.length - 1] !== 0))
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
