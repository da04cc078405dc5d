/** PostgreSQL's binary values of the types DSQL stores, as text that their input functions take. */
import type { Decode } from '../wire/client-messages';
import { badData, CopyDataError } from './field';

/** Days from the start of the Julian count to 2000-01-01, where PostgreSQL's dates begin. */
const EPOCH_JULIAN_DAY = 2_451_545;
const DAY_US = 86_400_000_000n;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const wrong = (): CopyDataError =>
  new CopyDataError({ severity: 'ERROR', sqlstate: '22P03', message: 'incorrect binary data format' });

const text = (bytes: Buffer, decode: Decode): string => decode(bytes, 0, bytes.length);

const padded = (value: bigint | number, digits = 2): string => String(value).padStart(digits, '0');

function timeOf(microseconds: bigint): string {
  const seconds = microseconds / 1_000_000n;
  return `${padded(seconds / 3600n)}:${padded((seconds / 60n) % 60n)}:${padded(seconds % 60n)}.${padded(microseconds % 1_000_000n, 6)}`;
}

function timestampOf(bytes: Buffer, zone: string): string {
  const microseconds = bytes.readBigInt64BE();
  if (microseconds === INT64_MAX) return 'infinity';
  if (microseconds === INT64_MIN) return '-infinity';
  const ofDay = ((microseconds % DAY_US) + DAY_US) % DAY_US;
  const days = Number((microseconds - ofDay) / DAY_US);
  return `J${EPOCH_JULIAN_DAY + days} ${timeOf(ofDay)}${zone}`;
}

function dateOf(bytes: Buffer): string {
  const days = bytes.readInt32BE();
  if (days === 2 ** 31 - 1) return 'infinity';
  return days === -(2 ** 31) ? '-infinity' : `J${EPOCH_JULIAN_DAY + days}`;
}

/** Seconds west of Greenwich, as an offset. */
function zoneOf(west: number): string {
  const seconds = Math.abs(west);
  return `${west > 0 ? '-' : '+'}${padded(Math.floor(seconds / 3600))}:${padded(Math.floor(seconds / 60) % 60)}:${padded(seconds % 60)}`;
}

const SPECIAL_NUMERICS: Record<number, string> = { 0xc000: 'NaN', 0xd000: 'Infinity', 0xf000: '-Infinity' };

/** Digits in base 10,000, the first of them worth 10,000 to the power of `weight`. */
function numericOf(bytes: Buffer): string {
  if (bytes.length < 8) throw wrong();
  const count = bytes.readUInt16BE(0);
  const weight = bytes.readInt16BE(2);
  const sign = bytes.readUInt16BE(4);
  const scale = bytes.readUInt16BE(6);
  const special = SPECIAL_NUMERICS[sign];
  if (special !== undefined) return special;
  if (bytes.length !== 8 + 2 * count || (sign !== 0 && sign !== 0x4000)) throw wrong();
  const digit = (power: number): string => {
    const at = weight - power;
    const value = at >= 0 && at < count ? bytes.readUInt16BE(8 + 2 * at) : 0;
    if (value > 9999) throw wrong();
    return padded(value, 4);
  };
  let whole = '';
  for (let power = weight; power >= 0; power--) whole += digit(power);
  let fraction = '';
  for (let power = -1; fraction.length < scale; power--) fraction += digit(power);
  return `${sign === 0 ? '' : '-'}${whole || '0'}${scale > 0 ? `.${fraction.slice(0, scale)}` : ''}`;
}

const uuidOf = (bytes: Buffer): string => bytes.toString('hex');

/** Values by the number of their type; `bytes` where all of them are of one size. */
const TYPES: Record<number, { bytes?: number; read(value: Buffer, decode: Decode): string }> = {
  16: { bytes: 1, read: value => (value[0] ? 't' : 'f') },
  17: { read: value => `\\x${value.toString('hex')}` },
  20: { bytes: 8, read: value => String(value.readBigInt64BE()) },
  21: { bytes: 2, read: value => String(value.readInt16BE()) },
  23: { bytes: 4, read: value => String(value.readInt32BE()) },
  25: { read: text },
  114: { read: text },
  700: { bytes: 4, read: value => String(value.readFloatBE()) },
  701: { bytes: 8, read: value => String(value.readDoubleBE()) },
  1042: { read: text },
  1043: { read: text },
  1082: { bytes: 4, read: dateOf },
  1083: { bytes: 8, read: value => timeOf(value.readBigInt64BE()) },
  1114: { bytes: 8, read: value => timestampOf(value, '') },
  1184: { bytes: 8, read: value => timestampOf(value, '+00') },
  1186: {
    bytes: 16,
    read: value => `${value.readInt32BE(12)} mons ${value.readInt32BE(8)} days ${value.readBigInt64BE(0)} microseconds`,
  },
  1266: { bytes: 12, read: value => `${timeOf(value.readBigInt64BE())}${zoneOf(value.readInt32BE(8))}` },
  1700: { read: numericOf },
  2950: { bytes: 16, read: uuidOf },
  3802: {
    read: (value, decode) => {
      if (value[0] !== 1) throw badData(`unsupported jsonb version number ${value[0] ?? 0}`);
      return text(value.subarray(1), decode);
    },
  },
};

/** A binary value as text. @param type number of a built-in type @throws CopyDataError, and what `decode` throws */
export function textOfBinary(type: number, value: Buffer, decode: Decode): string {
  const known = TYPES[type];
  if (!known) throw badData('no binary input function available for the type of a column');
  if (known.bytes !== undefined && known.bytes !== value.length) throw wrong();
  return known.read(value, decode);
}
