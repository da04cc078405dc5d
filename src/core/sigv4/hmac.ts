/** Bytes of a block, and of a hash, of SHA-256 (FIPS 180-4). */
const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** Room for a string to sign; a longer text makes more. */
const TEXT_BYTES = 512;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC with SHA-256 (RFC 2104) of many texts under one key. `node:crypto` makes an object of OpenSSL's for each text, which costs more than
 * the two hashes of which an HMAC consists and is left to the garbage collector; here the key's blocks are made once.
 */
export class TextHmac {
  /** The key's inner block, then the text. */
  private inner = new Uint8Array(BLOCK_BYTES + TEXT_BYTES);
  /** The key's outer block, then the inner hash. */
  private readonly outer = new Uint8Array(BLOCK_BYTES + HASH_BYTES);
  private readonly encoder = new TextEncoder();

  /** `sha256Hex`: the hash in lower-case hex; it must not keep the bytes. */
  constructor(
    key: Uint8Array,
    private readonly sha256Hex: (bytes: Uint8Array) => string,
  ) {
    this.outer.set(key.length > BLOCK_BYTES ? bytesOfHash(sha256Hex(key)) : key);
    for (let i = 0; i < BLOCK_BYTES; i++) {
      this.inner[i] = this.outer[i]! ^ INNER_PAD;
      this.outer[i]! ^= OUTER_PAD;
    }
  }

  /** The HMAC of a text in UTF-8, in lower-case hex. */
  hex(text: string): string {
    let { read, written } = this.encoder.encodeInto(text, this.inner.subarray(BLOCK_BYTES));
    if (read < text.length) {
      // at most three bytes for each UTF-16 unit
      const roomy = new Uint8Array(BLOCK_BYTES + 3 * text.length);
      roomy.set(this.inner.subarray(0, BLOCK_BYTES));
      this.inner = roomy;
      ({ read, written } = this.encoder.encodeInto(text, roomy.subarray(BLOCK_BYTES)));
    }
    this.outer.set(bytesOfHash(this.sha256Hex(this.inner.subarray(0, BLOCK_BYTES + written))), BLOCK_BYTES);
    return this.sha256Hex(this.outer);
  }
}

function bytesOfHash(hex: string): Uint8Array {
  const bytes = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i++)
    bytes[i] = (nibble(hex.charCodeAt(2 * i)) << 4) | nibble(hex.charCodeAt(2 * i + 1));
  return bytes;
}

/** Of a lower-case hex digit: letters begin one above a multiple of 16, nine below their value. */
const nibble = (code: number): number => (code & 15) + (code >> 6) * 9;
