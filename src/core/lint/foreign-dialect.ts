/** Texts written for other databases: a MySQL project must not be painted red. */

/** In order: the first that is found tells. One name in backquotes may be a slip, two are MySQL's way to quote. */
const MARKS: readonly [string, RegExp][] = [
  ['MySQL', /\bENGINE\s*=\s*\w+|\bAUTO_INCREMENT\b|^[ \t]*DELIMITER\s+\S|\bCHARSET\s*=|`\w+`[^`]*`\w+`/im],
  ['SQL Server', /^[ \t]*GO[ \t]*$|\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)|\bNVARCHAR\s*\(|\[dbo\]|\bdbo\./im],
  ['Oracle', /\bVARCHAR2\s*\(|\bNUMBER\s*\(\s*\d+|^[ \t]*\/[ \t]*$/im],
  ['SQLite', /\bAUTOINCREMENT\b|^[ \t]*PRAGMA\s+\w/im],
];

/** Marks of PostgreSQL that no other database's scripts carry. */
const POSTGRES = /\$\$|::\w+|\bSERIAL\b|\bTIMESTAMPTZ\b|\bJSONB\b|\bINDEX\s+ASYNC\b|\bRETURNING\b/i;

/** How much of a text is looked at, UTF-16 units. */
const LOOKED_AT = 64 * 1024;

/** The database a text is clearly written for when that is not PostgreSQL; undefined in doubt. */
export function foreignDialectOf(text: string): string | undefined {
  const head = withoutStringsAndComments(text.slice(0, LOOKED_AT));
  return POSTGRES.test(head) ? undefined : MARKS.find(([, marks]) => marks.test(head))?.[0];
}

const withoutStringsAndComments = (text: string): string =>
  text.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\\n]|''|\\.)*'/g, ' ');
