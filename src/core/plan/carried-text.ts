/**
 * Plans inside a program's own notation: rows as drivers return and consoles print them (`[{ "QUERY PLAN": "…" }, …]`, `[('…',), …]`), a
 * list of lines, one string with `\n` in it, a line of a JSON log.
 */

const ESCAPE = /\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[^])/g;
const NAMED: Readonly<Record<string, string>> = { n: '\n', r: '', t: '\t', b: '', f: '' };
/** Longer texts are no console output. */
const MAX_LENGTH = 4_000_000;

/** The lines that quoted strings of the text hold; undefined where no string looks like a part of a plan. */
export function carriedText(paste: string): string | undefined {
  if (paste.length > MAX_LENGTH || !/["']/.test(paste)) return escapedOnly(paste);
  const strings: string[] = [];
  let plan = false;
  for (const { raw, end } of literals(paste)) {
    // what a colon follows is a key
    if (/^\s*:/.test(paste.slice(end, end + 10))) continue;
    plan ||= /\(cost=|\(actual /.test(raw);
    strings.push(unescaped(raw));
  }
  if (!plan) return escapedOnly(paste);
  // whole plans stand for themselves: what is beside them is a log's own
  const whole = strings.filter(text => /\(cost=|\(actual /.test(text) && text.includes('\n'));
  return (whole.length > 0 ? whole : strings).join('\n');
}

/** A text on one line whose line ends are written out. */
function escapedOnly(paste: string): string | undefined {
  return /\\n/.test(paste) && !/\n./.test(paste.trim()) && /\(cost=/.test(paste) ? unescaped(paste) : undefined;
}

function unescaped(raw: string): string {
  return raw.replace(ESCAPE, (_, escape: string) =>
    escape.length > 1 ? String.fromCharCode(parseInt(escape.slice(1), 16)) : (NAMED[escape] ?? escape),
  );
}

/** Strings in quotes, each on one line. After a quote that is not closed the rest of its line is left out: one look at each character. */
function* literals(text: string): Generator<{ raw: string; end: number }> {
  for (let at = 0; at < text.length; at++) {
    const quote = text[at];
    if (quote !== '"' && quote !== "'") continue;
    let end = at + 1;
    while (end < text.length && text[end] !== quote && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1;
    if (text[end] === quote) yield { raw: text.slice(at + 1, end), end: end + 1 };
    at = end;
  }
}
