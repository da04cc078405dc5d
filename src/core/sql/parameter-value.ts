/** What may be typed for a parameter of a known type, as far as it can be told without the server. */

/** Or a word for one: PostgreSQL's “Special Date/Time Inputs”. */
const MOMENT = /\d|^\s*(?:now|today|tomorrow|yesterday|epoch|[-+]?infinity)\s*$/i;

/** As PostgreSQL 16 reads them: grouped by underscores, and by other bases than ten; not where a number is floating. */
const DIGITS = String.raw`\d+(?:_\d+)*`;
const OTHER_BASE = '0x(?:_?[0-9a-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+';
const fraction = (digits: string): string =>
  String.raw`(?:${digits}(?:\.(?:${digits})?)?|\.${digits})(?:e[-+]?${digits})?|inf(?:inity)?|nan`;
const signed = (number: string): RegExp => new RegExp(String.raw`^\s*[-+]?(?:${number})\s*$`, 'i');

const PATTERNS: readonly [RegExp, RegExp, string][] = [
  [/^(?:smallint|integer|bigint|int[248]?)$/, signed(`${DIGITS}|${OTHER_BASE}`), '-42'],
  [/^(?:numeric|decimal)/, signed(`${fraction(DIGITS)}|${OTHER_BASE}`), '12.50'],
  [
    /^(?:real|double precision|float[48]?)/,
    signed(String.raw`${fraction(String.raw`\d+`)}|0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[-+]?\d+)?`),
    '12.50',
  ],
  [/^uuid$/, /^\s*\{?[0-9a-f]{4}(?:-?[0-9a-f]{4}){7}\}?\s*$/i, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  [/^bool(?:ean)?$/, /^\s*(?:t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|y(?:es?)?|no?|on|off?|1|0)\s*$/i, 'true'],
  [/^date$/, MOMENT, '2026-11-21'],
  [/^timestamp/, MOMENT, '2026-11-21 12:00:00+00'],
];

/** An example of the type's text form where the text cannot be a value of it; undefined where it may be one. */
export function exampleIfInvalid(type: string | undefined, text: string): string | undefined {
  const [, pattern, example] = PATTERNS.find(([name]) => name.test(type ?? '')) ?? [];
  return pattern && !pattern.test(text) ? example : undefined;
}
