import { unknownVariable } from './errors';

/**
 * Replaces every `${name}` in a text.
 * @throws CodedError `CHAPTER_VARIABLE_UNKNOWN`.
 */
export function substitute(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{([A-Za-z][\w.-]*)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw unknownVariable(name, [...values.keys()]);
    return value;
  });
}
