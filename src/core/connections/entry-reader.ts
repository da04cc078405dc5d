import type { CodedError } from '../../base/errors';
import { parseEndpoint, type ClusterEndpoint } from './endpoint';

/** Builds the error for a wrong field: which, what is wrong with it, and what to do. */
export type WrongField = (field: string | undefined, problem: string, nextStep: string) => CodedError;

/** Reads the fields of one entry that a person wrote, and says exactly what is wrong with one. Its methods throw what `wrong` builds. */
export class EntryReader {
  private readonly fields: Record<string, unknown>;

  /** @param known every field there may be. */
  constructor(
    entry: unknown,
    known: readonly string[],
    private readonly wrong: WrongField,
    example: string,
  ) {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
      throw wrong(undefined, 'not an object', example);
    this.fields = entry as Record<string, unknown>;
    const unknown = Object.keys(entry).find(key => !known.includes(key));
    if (unknown !== undefined) throw wrong(unknown, `"${unknown}" is not known`, `Known are ${known.join(', ')}.`);
  }

  /** A text that is not empty; undefined when the field is absent. */
  text(key: string): string | undefined {
    const value = this.fields[key];
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw this.wrong(key, `"${key}" is not a text`, `Write "${key}": "…".`);
    return value;
  }

  flag(key: string): boolean {
    const value = this.fields[key] ?? false;
    if (typeof value !== 'boolean') throw this.wrong(key, `"${key}" is not true or false`, 'Leave it out for false.');
    return value;
  }

  port(key: string): number {
    const value = this.fields[key] ?? 5432;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_535)
      throw this.wrong(key, `"${key}" is not a port`, 'Leave it out for 5432.');
    return value;
  }

  /** An IP address; undefined when the field is absent. */
  address(key: string): string | undefined {
    const value = this.text(key);
    if (value !== undefined && !isIpAddress(value))
      throw this.wrong(key, `"${key}" is not an IP address`, 'Write an address such as 127.0.0.1, not a name.');
    return value;
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
    const value = this.fields[key] ?? otherwise;
    const known = allowed.find(each => each === value);
    if (known === undefined)
      throw this.wrong(key, `"${key}" is none of ${allowed.join(', ')}`, `Leave it out for ${otherwise}.`);
    return known;
  }
}

/** Whether a text is an IPv4 or IPv6 address, as libpq's `hostaddr` wants one: no name is looked up. */
export const isIpAddress = (text: string): boolean =>
  /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/.test(text) || isIpv6Address(text);

/** `0000:…:255.255.255.255` */
const LONGEST_ADDRESS = 45;

function isIpv6Address(text: string): boolean {
  if (text.length > LONGEST_ADDRESS || !/^[0-9a-f:]*:[0-9a-f:.]*$/i.test(text)) return false;
  try {
    new URL(`http://[${text}]/`);
    return true;
  } catch {
    return false;
  }
}

/**
 * The address an entry means. With an authority and a Region of its own the endpoint is a stand-in, whose name says nothing.
 * @throws an endpoint's error.
 */
export function addressOf(endpoint: string, region: string | undefined, caFile: string | undefined): ClusterEndpoint {
  return caFile && region ? { host: endpoint, region } : parseEndpoint(endpoint, region);
}
