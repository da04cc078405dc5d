import { CodedError } from '../base/errors';
import { count } from '../base/number-text';

/** What the manifest says of a setting with one value; lists and objects are judged by who reads them. */
export interface SettingSchema {
  type: string;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

/** A value that somebody has written into a settings file by hand and that the setting cannot have. */
export function settingFault(key: string, value: unknown, schema: SettingSchema): CodedError | undefined {
  const wanted = wantedOf(schema);
  if (value === undefined || wanted === undefined || holds(value, schema)) return undefined;
  const message = `the setting ${key} is ${JSON.stringify(value)}; it must be ${wanted}`;
  const nextStep = `Correct it in the settings. Its default is ${JSON.stringify(schema.default)}.`;
  return new CodedError('SETTING_MALFORMED', message, { nextStep, details: { key } });
}

function holds(
  value: unknown,
  { type, enum: choices, minimum = -Infinity, maximum = Infinity }: SettingSchema,
): boolean {
  if (choices) return choices.includes(value);
  if (type === 'integer') return Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
  return typeof value === type;
}

/** The values it may have, in words. */
function wantedOf({ type, enum: choices, minimum = 0, maximum }: SettingSchema): string | undefined {
  if (choices) return `one of ${choices.map(choice => JSON.stringify(choice)).join(', ')}`;
  if (type === 'integer')
    return maximum === undefined
      ? `a whole number of at least ${count(minimum)}`
      : `a whole number from ${count(minimum)} to ${count(maximum)}`;
  return { boolean: 'true or false', string: 'a text' }[type];
}
