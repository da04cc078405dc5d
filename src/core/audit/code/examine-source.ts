/** Findings of one source file of a program. */
import { TRANSACTION_ROW_LIMIT } from '../../dialect/row-limit';
import { LineIndex } from '../../lint/line-index';
import type { Linter } from '../../lint/contract';
import type { AuditFinding } from '../contract';
import { AUDIT_RULES } from '../rules';
import { evidenceOf, sqlFindings } from './examine-sql';
import { languageOf, type Language } from './language';
import { readStrings, type Literal } from './literals';
import { sqlOfXml } from './markup';
import { CODE_PATTERNS, RETRY_SIGNS, TRANSACTION_SIGNS } from './patterns';
import { FRAGMENT, sqlConfidence } from './sql-in-code';

export interface SourceFacts {
  findings: AuditFinding[];
  /** Strings that are SQL. */
  statements: number;
  /** The file handles 40001, or uses a connector that does. */
  retries: boolean;
  /** The first transaction the program begins by itself. */
  transaction?: AuditFinding;
}

/** Longer strings are data, not statements. UTF-16 units. */
const MAX_SQL = 256 * 1024;

/** Examines a source; yields after each of its statements. `path` as shown. Never throws. */
export function* examineSource(path: string, source: string, linter: Linter): Generator<void, SourceFacts> {
  const language = languageOf(path);
  const lines = new LineIndex(source);
  const { literals, code } = stringsOf(path, source, language);
  const findings: AuditFinding[] = [];
  let statements = 0;
  for (const literal of literals) {
    if (literal.text.length > MAX_SQL || literal.text.length < 6) continue;
    const confidence = sqlConfidence(literal.text, code.slice(Math.max(0, literal.start - 60), literal.start));
    if (confidence) {
      statements++;
      const sql = literal.text;
      const { diagnostics } = linter.lint(sql);
      findings.push(...sqlFindings({ path, lines, start: literal.start, sql, confidence }, diagnostics));
      yield;
    } else findings.push(...fragment(path, lines, literal));
  }
  findings.push(...patternsIn(path, code, lines));
  const transaction = TRANSACTION_SIGNS.exec(code);
  return {
    findings: distinct(findings),
    statements,
    retries: RETRY_SIGNS.test(code),
    ...(transaction &&
      (statements > 0 || language) && {
        transaction: {
          rule: AUDIT_RULES.missing_retry,
          place: { type: 'file', path, ...lines.at(transaction.index) },
          confidence: 'medium',
          evidence: evidenceOf(transaction[0]),
        },
      }),
  };
}

function stringsOf(
  path: string,
  source: string,
  language: Language | undefined,
): { literals: Literal[]; code: string } {
  if (language) return readStrings(source, language);
  if (path.endsWith('.xml'))
    return { literals: sqlOfXml(source), code: source.replace(/<!--[\s\S]*?(?:-->|$)/g, blanked) };
  const comments = path.endsWith('.prisma') ? /\/\/[^\n]*/g : /^[ \t]*#[^\n]*/gm;
  return { literals: [], code: source.replace(comments, blanked) };
}

const blanked = (text: string): string => text.replace(/[^\n]/g, ' ');

function fragment(path: string, lines: LineIndex, { text, start }: Literal): AuditFinding[] {
  const match = FRAGMENT.exec(text);
  if (!match || text.length > 400) return [];
  const rule = /SKIP/.test(match[0]) ? AUDIT_RULES.skip_locked : AUDIT_RULES.for_update;
  const place = { type: 'file', path, ...lines.at(start + match.index) } as const;
  return [{ rule, place, confidence: 'medium', evidence: evidenceOf(match[0]) }];
}

function patternsIn(path: string, code: string, lines: LineIndex): AuditFinding[] {
  const found: AuditFinding[] = [];
  for (const { rule, pattern, confidence, only, evidence } of CODE_PATTERNS) {
    if (only && !only.test(path)) continue;
    for (const match of code.matchAll(pattern)) {
      const number = match.groups?.number;
      if (number !== undefined && Number(number.replaceAll('_', '')) <= TRANSACTION_ROW_LIMIT) continue;
      const place = { type: 'file', path, ...lines.at(match.index) } as const;
      found.push({ rule: AUDIT_RULES[rule], place, confidence, evidence: evidence ?? evidenceOf(match[0]) });
    }
  }
  return found;
}

/** A pattern and a statement may find the same: one finding a rule and line. */
function distinct(findings: readonly AuditFinding[]): AuditFinding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, place }) => {
    const key = `${rule.id} ${place.type === 'file' ? place.line : ''}`;
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
}
