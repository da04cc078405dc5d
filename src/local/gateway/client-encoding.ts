/** Texts of clients in their own encoding, as the gateway reads them and PostgreSQL gets them. */
import { isUtf8 } from 'node:buffer';
import { asciiText } from '../../core/dialect/ascii-text';
import { BatchError } from './batch-error';
import type { Decode } from './wire/client-messages';

/** Encodings by PostgreSQL's names, as the WHATWG calls them; the rest is told by rule. */
const LABELS: Record<string, string> = {
  LATIN5: 'iso-8859-9',
  LATIN6: 'iso-8859-10',
  LATIN7: 'iso-8859-13',
  LATIN8: 'iso-8859-14',
  LATIN9: 'iso-8859-15',
  LATIN10: 'iso-8859-16',
  WIN866: 'ibm866',
  KOI8R: 'koi8-r',
  KOI8U: 'koi8-u',
  EUC_JP: 'euc-jp',
  EUC_JIS_2004: 'euc-jp',
  EUC_KR: 'euc-kr',
  EUC_CN: 'gbk',
  SJIS: 'shift_jis',
  SHIFT_JIS_2004: 'shift_jis',
  BIG5: 'big5',
  UHC: 'euc-kr',
  GBK: 'gbk',
  GB18030: 'gb18030',
};

const labelOf = (name: string): string =>
  LABELS[name] ??
  name
    .replace(/^LATIN([2-4])$/, 'iso-8859-$1')
    .replace(/^ISO_8859_(\d)$/, 'iso-8859-$1')
    .replace(/^WIN(\d{3,4})$/, 'windows-$1');

/** How the bytes of a client are to be understood. Whatever reads throws a BatchError where they are no text. */
export interface ClientEncoding {
  /** Data as text. */
  data: Decode;
  /** A statement as text that `forPostgres` need not change. */
  statement: Decode;
  /** A text of statements as PostgreSQL gets it: it sends this client its rows, and takes texts in its encoding and not in ours. */
  forPostgres(sql: string): string;
}

const utf8Text: Decode = (bytes, start, end) => {
  const text = bytes.toString('utf8', start, end);
  if (text.includes('\ufffd')) checkUtf8(bytes.subarray(start, end));
  return text;
};

/** Names the first bytes that are no character, as PostgreSQL does. @throws BatchError */
function checkUtf8(bytes: Buffer): void {
  if (isUtf8(bytes)) return;
  for (let at = 0, length: number; at < bytes.length; at += length) {
    const lead = bytes[at]!;
    length = lead >= 0xf8 || lead < 0xc0 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    const character = bytes.subarray(at, at + length);
    if (!isUtf8(character)) throw invalid('UTF8', character);
  }
}

/** UTF-8, and whatever passes as it is. */
const UTF8: ClientEncoding = { data: utf8Text, statement: utf8Text, forPostgres: sql => sql };

const encodings = new Map<string, ClientEncoding>([
  ['UTF8', UTF8],
  ['UNICODE', UTF8], // the one other name that PostgreSQL leaves as it came: Qt's and old JDBC drivers' for UTF-8
  ['SQL_ASCII', UTF8],
]);

/** @param name of client_encoding, as PostgreSQL shows it */
export function clientEncoding(name: string): ClientEncoding {
  let encoding = encodings.get(name);
  if (!encoding) {
    const data = decoderFor(name);
    encoding = data
      ? { data, statement: (bytes, start, end) => asciiText(data(bytes, start, end)), forPostgres: asciiText }
      : UTF8; // of the encodings PostgreSQL knows, JOHAB, EUC_TW and MULE_INTERNAL
    encodings.set(name, encoding);
  }
  return encoding;
}

function decoderFor(name: string): Decode | undefined {
  if (name === 'LATIN1') return (bytes, start, end) => bytes.toString('latin1', start, end);
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(labelOf(name), { fatal: true });
  } catch {
    return undefined;
  }
  return (bytes, start, end) => {
    try {
      return decoder.decode(bytes.subarray(start, end));
    } catch {
      throw invalid(name);
    }
  };
}

function invalid(encoding: string, bytes?: Buffer): BatchError {
  const listed = bytes ? `: ${Array.from(bytes, byte => `0x${byte.toString(16).padStart(2, '0')}`).join(' ')}` : '';
  const message = `invalid byte sequence for encoding "${encoding}"${listed}`;
  return new BatchError({ severity: 'ERROR', sqlstate: '22021', message });
}
