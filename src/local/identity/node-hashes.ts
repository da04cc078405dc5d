import * as crypto from 'node:crypto';
import type { SigningHashes } from '../../core/sigv4';

/** Hex SHA-256. One-shot hashing is more than twice as fast as createHash, and came with Node 20.12. */
export const sha256Hex: (data: string | Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? data => crypto.hash('sha256', data, 'hex')
    : data => crypto.createHash('sha256').update(data).digest('hex');

/** SigV4's hash functions by node:crypto. */
export const nodeHashes: SigningHashes<Buffer> = {
  sha256Hex,
  hmac: (key, text) => crypto.createHmac('sha256', key).update(text).digest(),
  hmacHex: (key, text) => crypto.createHmac('sha256', key).update(text).digest('hex'),
};
