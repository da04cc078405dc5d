/** What a client sends while it copies. */
export const COPY_DATA = 0x64;
export const COPY_DONE = 0x63;
export const COPY_FAIL = 0x66;

/** A message of the type with the body. */
export function message(type: number, body: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(body);
  const header = Buffer.alloc(5);
  header[0] = type;
  header.writeInt32BE(4 + bytes.length, 1);
  return Buffer.concat([header, bytes]);
}
