import { CodedError } from '../base/errors';
import { count } from '../base/number-text';
import { describePriceProblem, priceTable } from '../core/cost/price-settings';

/** What the manifest says of a setting. Lists of objects are judged by who reads them. */
export interface SettingSchema {
  type: string;
  enum?: readonly unknown[];
  /** Of a list: what each entry is. */
  items?: { type: string };
  /** Of an object: what each value may be. */
  additionalProperties?: { enum: readonly unknown[] };
  /** Of an object: what its values may be called. */
  propertyNames?: { enum: readonly string[] };
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

/** A value that somebody has written into a settings file by hand and that the setting cannot have. */
export function settingFault(key: string, value: unknown, schema: SettingSchema): CodedError | undefined {
  const wanted = wantedOf(schema);
  if (value === undefined || wanted === undefined) return undefined;
  if (!holds(value, schema))
    return malformed(key, ` is ${JSON.stringify(value)}; it must be ${wanted}`, schema.default);
  const unknown = unknownNames(value, schema).map(name => JSON.stringify(name));
  return unknown.length === 0
    ? undefined
    : malformed(
        key,
        `: ${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not among the names that settings.json offers`,
        schema.default,
      );
}

const unknownNames = (value: unknown, { propertyNames }: SettingSchema): string[] =>
  propertyNames && isPlain(value) ? Object.keys(value).filter(name => !propertyNames.enum.includes(name)) : [];

/** Entries of the prices that are left out. */
export const priceFaults = (key: string, value: unknown): CodedError[] =>
  priceTable(value).problems.map(problem => malformed(key, `: ${describePriceProblem(problem)}`, []));

function malformed(key: string, problem: string, byDefault: unknown): CodedError {
  const nextStep = `Correct it in the settings. Its default is ${JSON.stringify(byDefault)}.`;
  return new CodedError('SETTING_MALFORMED', `the setting ${key}${problem}`, { nextStep, details: { key } });
}

function holds(
  value: unknown,
  { type, enum: choices, minimum = -Infinity, maximum = Infinity, items, additionalProperties: each }: SettingSchema,
): boolean {
  if (choices) return choices.includes(value);
  if (items) return Array.isArray(value) && value.every(entry => typeof entry === items.type);
  if (each) return isPlain(value) && Object.values(value).every(entry => each.enum.includes(entry));
  if (type === 'integer') return Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
  return typeof value === type;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values it may have, in words. */
function wantedOf({
  type,
  enum: choices,
  minimum = 0,
  maximum,
  items,
  additionalProperties,
}: SettingSchema): string | undefined {
  if (choices) return oneOf(choices);
  if (items) return items.type === 'string' ? 'a list of texts' : undefined;
  if (additionalProperties) return `an object whose values are each ${oneOf(additionalProperties.enum)}`;
  if (type === 'integer')
    return maximum === undefined
      ? `a whole number of at least ${count(minimum)}`
      : `a whole number from ${count(minimum)} to ${count(maximum)}`;
  return { boolean: 'true or false', string: 'a text' }[type];
}

const oneOf = (choices: readonly unknown[]): string =>
  `one of ${choices.map(choice => JSON.stringify(choice)).join(', ')}`;
