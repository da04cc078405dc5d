/** z-base-32, the alphabet of DSQL's 13-character query identifiers. */
const Z_BASE_32 = 'ybndrfg8ejkmcpqxot1uwisza345h769';

/** A 64-bit id as DSQL prints it: 13 characters, most significant bits first, one padding bit at the end. */
export function printQueryIdentifier(id: bigint): string {
  const bits = BigInt.asUintN(64, id) << 1n;
  let text = '';
  for (let shift = 60n; shift >= 0n; shift -= 5n) text += Z_BASE_32[Number((bits >> shift) & 31n)];
  return text;
}

/** A stand-in for a statement PostgreSQL gave no id: FNV-1a over its text with literals, case and blanks taken out. */
export function queryIdOfText(sql: string): bigint {
  const shape = sql
    .replace(/'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|\$\d+/g, '?')
    .replace(/\s+/g, ' ')
    .toLowerCase();
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(shape)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
