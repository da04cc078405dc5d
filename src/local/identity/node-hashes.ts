import crypto from 'node:crypto';
import type { SigningHashes } from '../../core/sigv4';

/** SigV4's hash functions by node:crypto. */
export const nodeHashes: SigningHashes = {
  sha256Hex: text => crypto.createHash('sha256').update(text).digest('hex'),
  hmac: (key, text) => crypto.createHmac('sha256', key).update(text).digest(),
  hmacHex: (key, text) => crypto.createHmac('sha256', key).update(text).digest('hex'),
};
