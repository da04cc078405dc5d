import type { SourceLine } from './source-lines';

const TIMESTAMP = String.raw`\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[A-Z]{3,4}|[+-]\d\d(?::?\d\d)?))?\]?`;
const SYSLOG = String.raw`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]+ [\w./-]+(?:\[\d+\])?:`;
const COLUMN = String.raw`[\w./-]+ *\|`;
const BRACKETS = String.raw`\[[\w./:@ -]{1,80}\]`;
const START = new RegExp(`^(?:${TIMESTAMP}|${SYSLOG}|${COLUMN}|${BRACKETS})`);
const MORE = new RegExp(
  String.raw`^ ?(?:${TIMESTAMP}|${COLUMN}|${BRACKETS}|std(?:out|err)(?: [FP])?|[\w.-]*@[\w.-]+(?::\[\d+\]:?)?|:\[\d+\]:?|#\d+|(?:LOG|INFO|NOTICE|WARN|WARNING|DEBUG|DETAIL|CONTEXT|STATEMENT)\b:? ?)(?= |$|:)`,
);

function prefixLength(body: string): number {
  const first = START.exec(body);
  if (!first) return 0;
  let at = first[0].length;
  for (let i = 0; i < 6; i++) {
    const more = MORE.exec(body.slice(at, at + 200));
    if (!more || more[0].trim() === '') break;
    at += more[0].length;
  }
  if (body[at] === ':') at++;
  if (body[at] === ' ') at++;
  return at;
}

/**
 * Takes off what a log collector put before each line: time, pod or container, stream, level. Only where at least two lines (or the only one) and most of
 * them have it, so that one line of a log above a plan takes nothing from the plan.
 */
export function stripLogPrefixes(lines: SourceLine[], take: (line: SourceLine, length: number) => void): void {
  const lengths = lines.map(l => prefixLength(l.body));
  const matched = lengths.filter(n => n > 0).length;
  if (matched < Math.min(2, lines.length) || matched * 10 < lines.length * 6) return;
  lines.forEach((line, i) => {
    if (lengths[i]! > 0) take(line, lengths[i]!);
  });
}
