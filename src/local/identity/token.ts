import { ALGORITHM, parseAmzDate, parseCredential, parseQuery, type SignedCredential } from '../../core/sigv4';

/** A database token taken apart. Nothing in it is verified yet. */
export interface Token extends SignedCredential {
  /** As signed, with its port where one was given. */
  host: string;
  path: string;
  action: string;
  amzDate: string;
  signedAtMs: number;
  expiresSeconds: number;
  /** Everything that is signed: all parameters but the signature, decoded. */
  query: [string, string][];
  /** Hex. */
  signature: string;
}

/** Tokens made with temporary credentials have 1 to 2 KB. */
const MAX_TOKEN_LENGTH = 16_384;

/** Parses `<host>/?Action=…&X-Amz-…`, with or without a scheme; undefined when it is not a presigned URL. */
export function parseToken(text: string): Token | undefined {
  if (text.length > MAX_TOKEN_LENGTH) return undefined;
  const url = text.replace(/^https?:\/\//, '');
  const mark = url.indexOf('?');
  const slash = url.indexOf('/');
  if (mark < 0) return undefined;
  const hostEnd = slash >= 0 && slash < mark ? slash : mark;
  const parameters = parseQuery(url.slice(mark + 1));
  if (!parameters) return undefined;
  const values = new Map(parameters);
  // a name given twice could be read one way and signed another
  if (values.size !== parameters.length) return undefined;
  const credential = parseCredential(values.get('X-Amz-Credential') ?? '');
  const amzDate = values.get('X-Amz-Date') ?? '';
  const signedAtMs = parseAmzDate(amzDate);
  const expires = values.get('X-Amz-Expires') ?? '';
  const signature = values.get('X-Amz-Signature') ?? '';
  if (
    !credential ||
    signedAtMs === undefined ||
    !/^\d{1,9}$/.test(expires) ||
    !/^[0-9a-f]{64}$/.test(signature) ||
    values.get('X-Amz-Algorithm') !== ALGORITHM ||
    values.get('X-Amz-SignedHeaders') !== 'host' ||
    credential.scope.date !== amzDate.slice(0, 8)
  )
    return undefined;
  return {
    ...credential,
    host: url.slice(0, hostEnd),
    path: url.slice(hostEnd, mark) || '/',
    action: values.get('Action') ?? '',
    amzDate,
    signedAtMs,
    expiresSeconds: Number(expires),
    query: parameters.filter(([name]) => name !== 'X-Amz-Signature'),
    signature,
  };
}
