/** `application_name` as PostgreSQL 16 keeps it: what monitoring shows of a client must not break a terminal or a log. */
import { identifierCut } from './errors';
import type { ServerError } from '../ports';

const LONGEST_BYTES = 63;
const NOT_PRINTABLE = /[^\x20-\x7e]/g;

/** @returns the name as it is kept, and the NOTICE where it was too long for a name */
export function applicationNameOf(given: string): { name: string; notice?: ServerError } {
  const bytes = Buffer.from(given);
  if (bytes.length <= LONGEST_BYTES) return { name: printable(bytes) };
  let end = LONGEST_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end--; // no half of a character
  const cut = bytes.subarray(0, end);
  return { name: printable(cut), notice: identifierCut(given, cut.toString()) };
}

/** Everything but printable ASCII as `\xNN`, byte by byte. */
function printable(bytes: Buffer): string {
  const escaped = (byte: string): string => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return bytes.toString('latin1').replace(NOT_PRINTABLE, escaped);
}
