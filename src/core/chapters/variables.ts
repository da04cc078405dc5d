import { unknownVariable } from './errors';

const VARIABLE = /\$\{([A-Za-z][\w.-]*)\}/g;

/** Replaces the `${name}`s that are known and leaves the others as they stand: for texts that are shown, not run. */
export function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(VARIABLE, (written: string, name: string) => values.get(name) ?? written);
}

/**
 * Replaces every `${name}` in a text.
 * @throws CodedError `CHAPTER_VARIABLE_UNKNOWN`.
 */
export function substitute(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(VARIABLE, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw unknownVariable(name, [...values.keys()]);
    return value;
  });
}
