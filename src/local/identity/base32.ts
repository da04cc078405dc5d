import crypto from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Lower-case base32 without padding (RFC 4648), as cluster ids and job ids are written. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}

/** A random (version 4) UUID in the 26 characters DSQL writes it in. */
export function randomId(): string {
  return base32(Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex'));
}

/** Whether `text` is 128 bits in base32: 26 characters, the two bits left over zero. */
export const isId = (text: string): boolean => /^[a-z2-7]{25}[aeimquy4]$/.test(text);
