/** What DSQL accepts and means something else to PostgreSQL. */
import type { TypeName } from 'libpg-query';
import { tokenize } from './lexer';
import { byteToUtf16 } from './parser';
import type { Replacement } from './replacements';
import { writtenType } from './type-names';

/** A bare `numeric` column is numeric(18,6) in DSQL (User Guide, data types) and unbounded in PostgreSQL. */
const BARE_NUMERIC = '(18,6)';

/** Whether the type of a column or domain is `numeric` without precision. */
export function isBareNumeric(type: TypeName | undefined): type is TypeName {
  const { name, builtIn, array } = writtenType(type);
  return builtIn && name === 'numeric' && !array && (type?.typmods?.length ?? 0) === 0;
}

/** The precision of the bare numeric types. */
export function numericPrecision(text: string, types: readonly TypeName[]): Replacement[] {
  if (types.length === 0) return [];
  const starts = new Set(types.map(type => byteToUtf16(text, type.location ?? 0)));
  const tokens = tokenize(text);
  return tokens.flatMap((token, at) => {
    if (!starts.has(token.start)) return [];
    let last = at;
    while (text[tokens[last + 1]?.start ?? -1] === '.') last += 2;
    const end = tokens[last]?.end ?? token.end;
    return [{ start: end, end, text: BARE_NUMERIC }];
  });
}

/**
 * All triggers of a table are those of its user, and so none: foreign keys, and what holds rows to their sizes, are triggers to PostgreSQL,
 * which lets nobody but a superuser touch them. DSQL accepts the statement (the grammar of AWS's dsql-lint, May 2026).
 */
export function triggersOfUser(text: string): Replacement[] {
  const tokens = tokenize(text);
  const words = tokens.map(({ start, end }) => text.slice(start, end).toLowerCase());
  return tokens.flatMap(({ start, end }, at) =>
    words[at] === 'all' && words[at - 1] === 'trigger' ? [{ start, end, text: 'USER' }] : [],
  );
}
