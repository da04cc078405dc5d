import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), for platforms without Unix sockets. */
export class ScramClient {
  private readonly nonce = randomBytes(18).toString('base64');

  constructor(private readonly secret: string) {}

  /** SASLInitialResponse. */
  first(): Buffer {
    const message = Buffer.from(`n,,n=*,r=${this.nonce}`);
    const length = Buffer.alloc(4);
    length.writeInt32BE(message.length);
    return Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), length, message]);
  }

  /** SASLResponse to the server's first message. @returns undefined when the server does not continue this exchange. */
  answer(server: string): Buffer | undefined {
    const field = new Map(server.split(',').map(part => [part[0], part.slice(2)]));
    const nonce = field.get('r') ?? '';
    if (!nonce.startsWith(this.nonce)) return undefined;
    const salt = Buffer.from(field.get('s') ?? '', 'base64');
    const salted = pbkdf2Sync(this.secret, salt, Number(field.get('i')), 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const storedKey = createHash('sha256').update(clientKey).digest();
    const withoutProof = `c=biws,r=${nonce}`;
    const signature = hmac(storedKey, `n=*,r=${this.nonce},${server},${withoutProof}`);
    const proof = clientKey.map((byte, i) => byte ^ signature[i]!);
    return Buffer.from(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`);
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
