/** How programming languages write strings and comments, as far as SQL has to be found in them. */

export interface QuoteForm {
  open: string;
  close: string;
  /** Backslash escapes inside. */
  escapes: boolean;
  /** May run over several lines. */
  multiline: boolean;
}

export interface Language {
  name: string;
  lineComments: readonly string[];
  blockComments: boolean;
  /** Longest opening first. */
  quotes: readonly QuoteForm[];
  /** Ruby's `<<~SQL`. */
  heredocs?: boolean;
  /** Python's f-strings and str.format: `{x}`. */
  braces?: boolean;
}

const quote = (open: string, escapes = true, multiline = false): QuoteForm => ({
  open,
  close: open,
  escapes,
  multiline,
});
const C_LIKE = { lineComments: ['//'], blockComments: true } as const;

const PYTHON: Language = {
  name: 'Python',
  lineComments: ['#'],
  blockComments: false,
  quotes: [quote('"""', true, true), quote("'''", true, true), quote('"'), quote("'")],
  braces: true,
};
const SCRIPT: Language = { name: 'JavaScript', ...C_LIKE, quotes: [quote('`', true, true), quote('"'), quote("'")] };
const JAVA: Language = { name: 'Java', ...C_LIKE, quotes: [quote('"""', true, true), quote('"'), quote("'")] };
const KOTLIN: Language = { name: 'Kotlin', ...C_LIKE, quotes: [quote('"""', false, true), quote('"'), quote("'")] };
const GO: Language = { name: 'Go', ...C_LIKE, quotes: [quote('`', false, true), quote('"'), quote("'")] };
const RUBY: Language = {
  name: 'Ruby',
  lineComments: ['#'],
  blockComments: false,
  quotes: [quote('"', true, true), quote("'", true, true)],
  heredocs: true,
};

const BY_EXTENSION: Readonly<Record<string, Language>> = {
  py: PYTHON,
  ts: SCRIPT,
  tsx: SCRIPT,
  js: SCRIPT,
  jsx: SCRIPT,
  mjs: SCRIPT,
  cjs: SCRIPT,
  mts: SCRIPT,
  cts: SCRIPT,
  java: JAVA,
  kt: KOTLIN,
  kts: KOTLIN,
  go: GO,
  rb: RUBY,
};

/** The language of a file by its extension; undefined for others. */
export const languageOf = (path: string): Language | undefined =>
  BY_EXTENSION[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];

/** Extensions of the files the audit reads. */
export const AUDITED_EXTENSIONS: readonly string[] = [
  ...['.sql', '.pgsql', '.psql', '.ddl', '.prisma', '.xml', '.yml', '.yaml', '.properties', '.toml'],
  ...Object.keys(BY_EXTENSION).map(extension => `.${extension}`),
];
