/** Signature Version 4 without a platform: the token verifier, the Lambda API's verifier and the stress generator's signer share it. */
export * from './authorization';
export * from './canonical';
export * from './encode';
export * from './hmac';
export * from './signature';
