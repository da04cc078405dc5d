/** Rows of COPY's binary format. */
import type { Decode } from '../wire/client-messages';
import { textOfBinary } from './binary-values';
import { badData } from './field';
import type { CopyValue } from './rows';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const END = badData('unexpected EOF in COPY data');

/** Reads the bytes of a COPY one after the other. */
class Reader {
  private at = 0;
  constructor(private readonly data: Buffer) {}

  take(bytes: number): Buffer {
    if (bytes < 0 || this.at + bytes > this.data.length) throw END;
    this.at += bytes;
    return this.data.subarray(this.at - bytes, this.at);
  }

  get isAtEnd(): boolean {
    return this.at >= this.data.length;
  }
}

/**
 * Reads rows one by one: stop when there are enough.
 * @param types numbers of the columns' built-in types
 * @throws CopyDataError, and what `decode` throws
 */
export function* binaryRows(data: Buffer, types: readonly number[], decode: Decode): Generator<CopyValue[]> {
  const reader = new Reader(data);
  if (data.length < SIGNATURE.length || !reader.take(SIGNATURE.length).equals(SIGNATURE))
    throw badData('COPY file signature not recognized');
  const flags = reader.take(4).readUInt32BE();
  if (flags & 0x10000) throw badData('invalid COPY file header (WITH OIDS)');
  if (flags >>> 16 !== 0) throw badData('unrecognized critical flags in COPY file header');
  reader.take(reader.take(4).readInt32BE());
  // a file may end without its marker
  while (!reader.isAtEnd) {
    const count = reader.take(2).readInt16BE();
    if (count === -1) {
      if (!reader.isAtEnd) throw badData('received copy data after EOF marker');
      return;
    }
    if (count !== types.length) throw badData(`row field count is ${count}, expected ${types.length}`);
    yield types.map(type => {
      const bytes = reader.take(4).readInt32BE();
      return bytes === -1 ? null : textOfBinary(type, reader.take(bytes), decode);
    });
  }
}
