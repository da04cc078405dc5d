import { constants, deflateRawSync } from 'node:zlib';
import type { ServerError } from '../ports';
import { columnLimit, rowSizeLimit } from './errors';
import type { Limits } from './limits';
import type { Runnable } from './runnable';
import { readBindTail } from './wire/client-messages';
import { int32 } from './wire/frames';

const BYTEA = 17;
const JSONB = 3802;
const STRING_LITERAL = /'(?:[^']|'')*'/g;

/**
 * What a writing statement is refused with whose values are larger than a column or a row may be. Values count as they are stored, which
 * is compressed: 1 MiB holds what does not compress to the byte, and many times that of one letter (AWS DSQL skill, observed 2026-10-01).
 * Small ones cost a comparison.
 */
export function valueRefusal({ classified, portal, frame, sql }: Runnable, limits: Limits): ServerError | undefined {
  const sentBytes = portal ? portal.tail.length : frame.length;
  if (sentBytes <= limits.columnBytes || !classified.writes) return undefined;
  let row = 0;
  if (portal) {
    const { oids } = portal.statement;
    for (const [i, value] of readBindTail(portal.tail).values.entries()) {
      const bytes = value ? storedBytes(value, limits) : 0;
      const at = 2 + 4 * i;
      if (bytes > limits.columnBytes && !isArray(value!))
        return columnLimit(limits.columnBytes, typeName(at + 4 <= oids.length ? int32(oids, at) : 0));
      row += bytes;
    }
  } else
    for (const [literal] of sql.matchAll(STRING_LITERAL)) {
      const bytes = storedBytes(Buffer.from(literal.slice(1, -1)), limits);
      if (bytes > limits.columnBytes && !literal.startsWith("'{")) return columnLimit(limits.columnBytes, 'text');
      row += bytes;
    }
  return classified.maxRows === 1 && row > limits.rowBytes ? rowSizeLimit : undefined;
}

/**
 * The bytes of a value as it is stored: repetitions are compressed, but no letters are recoded (random hexadecimal digits fill 1 MiB to
 * the byte), and what saves less than a quarter stays as it is.
 */
function storedBytes(value: Buffer, { columnBytes }: Limits): number {
  if (value.length <= columnBytes) return value.length;
  const compressed = deflateRawSync(value, { level: 1, strategy: constants.Z_FIXED }).length;
  return compressed > (value.length * 3) / 4 ? value.length : compressed;
}

/** An array to be unnested is larger than its elements; so may a JSON document be, which is then left to its column. */
const isArray = (value: Buffer): boolean => value[0] === 0x7b || value.readInt32BE(0) < 7;

function typeName(oid: number): string {
  if (oid === BYTEA) return 'bytea';
  return oid === JSONB ? 'jsonb' : 'text';
}
