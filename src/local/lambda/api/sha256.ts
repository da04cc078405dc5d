import * as crypto from 'node:crypto';

/** Hex SHA-256. One-shot hashing is more than twice as fast as createHash, and came with Node 20.12. */
export const sha256Hex: (data: string | Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? data => crypto.hash('sha256', data, 'hex')
    : data => crypto.createHash('sha256').update(data).digest('hex');
