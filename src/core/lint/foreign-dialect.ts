/** Texts written for other databases: a MySQL project must not be painted red. */

const MARKS: { name: string; strong: RegExp; weak: RegExp }[] = [
  {
    name: 'MySQL',
    strong: /\bENGINE\s*=\s*\w+|\bAUTO_INCREMENT\b|^[ \t]*DELIMITER\s+\S|\bCHARSET\s*=/im,
    weak: /`\w+`/,
  },
  {
    name: 'SQL Server',
    strong: /^[ \t]*GO[ \t]*$|\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)|\bNVARCHAR\s*\(/im,
    weak: /\[dbo\]|\bdbo\./i,
  },
  { name: 'Oracle', strong: /\bVARCHAR2\s*\(|\bNUMBER\s*\(\s*\d+|^[ \t]*\/[ \t]*$/im, weak: /\bSYSDATE\b|\bDUAL\b/i },
  { name: 'SQLite', strong: /\bAUTOINCREMENT\b|^[ \t]*PRAGMA\s+\w/im, weak: /\bWITHOUT\s+ROWID\b/i },
];

/** Marks of PostgreSQL that no other database's scripts carry. */
const POSTGRES = /\$\$|::\w+|\bSERIAL\b|\bTIMESTAMPTZ\b|\bJSONB\b|\bINDEX\s+ASYNC\b|\bRETURNING\b/i;

/** How much of a text is looked at, UTF-16 units. */
const LOOKED_AT = 64 * 1024;

/** The database a text is clearly written for when that is not PostgreSQL; undefined in doubt. */
export function foreignDialectOf(text: string): string | undefined {
  const head = withoutStringsAndComments(text.slice(0, LOOKED_AT));
  if (POSTGRES.test(head)) return undefined;
  for (const { name, strong, weak } of MARKS) {
    if (strong.test(head)) return name;
    if (name === 'MySQL' && (head.match(new RegExp(weak.source, 'g')) ?? []).length >= 2) return name;
    if (name === 'SQL Server' && weak.test(head)) return name;
  }
  return undefined;
}

const withoutStringsAndComments = (text: string): string =>
  text.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\\n]|''|\\.)*'/g, ' ');
