/** What is known of one statement apart from its surroundings: findings and facts. Remembered by text. */
import type { Classified, Dialect } from '../dialect/contract';
import { prepare } from '../dialect/extensions';
import { byteToUtf16, parse } from '../dialect/parser';
import { tagOf } from '../dialect/tree';
import { adviceOf, EXTENSION_FUNCTIONS } from './advise';
import { EXTENSION_TYPES } from './advise-table';
import type { TextRange } from './contract';
import { locate } from './locate';
import { maskDriverParameters } from './mask';
import { StatementTokens } from './statement-tokens';
import type { TableShape } from './table-shape';

/** A finding within its statement. */
export interface Finding {
  ruleId: string;
  message: string;
  /** Offsets in the statement's text. */
  range: TextRange;
}

/** What later statements of the same text may be judged by. */
export interface StatementEffects {
  creates?: TableShape;
  /** Rows the statement writes, where its text proves the number. */
  rows?: number;
  updates?: { table: string; columns: { name: string; range: TextRange }[] };
  dropsColumns?: { table: string; columns: { name: string; range: TextRange }[] };
  dropsConstraints?: { table: string; names: { name: string; range: TextRange }[] };
  indexes?: { table: string; columns: string[] };
}

export interface StatementFacts extends StatementEffects {
  classified: Classified;
  findings: Finding[];
}

/** Examines one statement. Never throws. */
export function statementFacts(text: string, dialect: Dialect): StatementFacts {
  let parsedText = text;
  let classified = dialect.classify(text);
  if (classified.refusal?.ruleId === 'syntax_error') {
    const masked = maskDriverParameters(text);
    const again = masked === undefined ? undefined : dialect.classify(masked);
    if (masked !== undefined && again && again.refusal?.ruleId !== 'syntax_error') {
      parsedText = masked;
      classified = again;
    }
  }
  const unparsed = classified.refusal?.ruleId === 'syntax_error';
  const tokens = lazily(() => new StatementTokens(text));
  // some await the catalogue; a text without either is not read a second time
  const refusals = classified.refusal || classified.preconditions ? dialect.refusals(parsedText) : [];
  const findings: Finding[] = refusals.map(refusal => ({
    ruleId: refusal.ruleId,
    message: refusal.message,
    range: locate(refusal, tokens()),
  }));
  const facts: StatementFacts = { classified, findings };
  if (!unparsed && deservesTree(classified)) addAdvice(facts, parsedText, tokens);
  if (classified.maxRows !== undefined && classified.kind === 'dml' && !/\bconflict\b/i.test(text)) {
    facts.rows ??= classified.maxRows;
  }
  return facts;
}

/** Statements whose tree tells more than the dialect has told; plain INSERTs and queries are none. */
function deservesTree({ kind, tag, locking, functions, text }: Classified): boolean {
  if (kind === 'ddl' || kind === 'explain' || locking || tag === 'UPDATE' || tag === 'DELETE') return true;
  return (functions ?? []).some(isWatched) || NAMES_EXTENSION_TYPE.test(text);
}

function isWatched(name: string): boolean {
  const last = name.split('.').at(-1) ?? '';
  return last === 'wait_for_job' || last === 'generate_series' || EXTENSION_FUNCTIONS.test(last);
}

const NAMES_EXTENSION_TYPE = new RegExp(`\\b(?:${[...EXTENSION_TYPES].join('|')})\\b`, 'i');

function addAdvice(facts: StatementFacts, text: string, tokens: () => StatementTokens): void {
  const parsed = parse(prepare(text).parseText);
  const node = parsed.type === 'tree' && parsed.statements.length === 1 ? parsed.statements[0] : undefined;
  if (!node) return;
  const found: Finding[] = [];
  const effects = adviceOf(node, {
    tag: tagOf(node),
    classified: facts.classified,
    tokens,
    rangeAt: location => {
      const at = tokens().at(byteToUtf16(text, location));
      return tokens().range(Math.max(at, 0));
    },
    report: finding => found.push(finding),
  });
  Object.assign(facts, effects);
  facts.findings.push(...found);
}

function lazily<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}
