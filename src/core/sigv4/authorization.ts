import { ALGORITHM, type SigningScope } from './canonical';

/** A credential as both forms carry it: `<key>/<yyyymmdd>/<region>/<service>/aws4_request`. */
export interface SignedCredential {
  accessKeyId: string;
  scope: SigningScope;
}

/** Parses a credential; undefined when malformed. */
export function parseCredential(text: string): SignedCredential | undefined {
  const parts = text.split('/');
  if (parts.length !== 5 || parts[4] !== 'aws4_request' || !/^\d{8}$/.test(parts[1]!)) return undefined;
  const [accessKeyId, date, region, service] = parts as [string, string, string, string, string];
  if (!accessKeyId || !region || !service) return undefined;
  return { accessKeyId, scope: { date, region, service } };
}

/** The parsed `Authorization` header of a header-signed request. */
export interface AuthorizationHeader extends SignedCredential {
  /** Lower case, in the order of the header. */
  signedHeaders: string[];
  /** Hex. */
  signature: string;
}

/** Parses `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`; undefined when malformed. */
export function parseAuthorization(header: string): AuthorizationHeader | undefined {
  if (!header.startsWith(`${ALGORITHM} `)) return undefined;
  const fields = new Map<string, string>();
  for (const field of header.slice(ALGORITHM.length + 1).split(',')) {
    const equals = field.indexOf('=');
    if (equals < 0) return undefined;
    fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const credential = parseCredential(fields.get('Credential') ?? '');
  const names = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (!credential || !names || !signature || !/^[0-9a-f]{64}$/.test(signature)) return undefined;
  return { ...credential, signedHeaders: names.split(';'), signature };
}
