/** `$1`, `$2`… of a statement, found by PostgreSQL's own lexical rules: never in strings, comments or dollar quotes. */
import { identifierOf, isWord, tokenize, type Token } from '../dialect/lexer';

/** One parameter. */
export interface StatementParameter {
  /** 1 for `$1`. */
  number: number;
  /** Type of a cast around one of its uses, as written: `uuid` in `$1::uuid` or `CAST($1 AS uuid)`. */
  castType?: string;
  /** The column it stands for where the text says so: `balance` in `balance = $1`. Only to help people. */
  hint?: string;
}

/** Highest number PostgreSQL takes. */
const MAX_PARAMETER = 65_535;

/**
 * The parameters of one statement in order of their numbers, from 1 to the highest used: PostgreSQL wants a value for each of them,
 * also for those the text leaves out. Empty where the highest is beyond what PostgreSQL takes.
 */
export function findParameters(text: string): StatementParameter[] {
  if (!text.includes('$')) return [];
  const tokens = tokenize(text);
  const found = new Map<number, StatementParameter>();
  let highest = 0;
  tokens.forEach((token, at) => {
    if (token.type !== 'parameter') return;
    const number = Number(text.slice(token.start + 1, token.end));
    if (number < 1) return;
    highest = Math.max(highest, number);
    const parameter = found.get(number) ?? { number };
    parameter.castType ??= castAround(text, tokens, at);
    parameter.hint ??= comparedColumn(text, tokens, at);
    found.set(number, parameter);
  });
  if (highest > MAX_PARAMETER) return [];
  return Array.from({ length: highest }, (_, index) => found.get(index + 1) ?? { number: index + 1 });
}

function castAround(text: string, tokens: readonly Token[], at: number): string | undefined {
  const symbol = (index: number): string => text.slice(tokens[index]?.start, tokens[index]?.end);
  if (symbol(at + 1) === ':' && symbol(at + 2) === ':') return typeName(text, tokens, at + 3);
  const isCast = symbol(at - 1) === '(' && isWord(text, tokens[at - 2], 'cast') && isWord(text, tokens[at + 1], 'as');
  return isCast ? typeName(text, tokens, at + 2) : undefined;
}

/** Words that go on a type's name: `double precision`, `timestamp with time zone`. */
const TYPE_WORDS = /^(?:precision|varying|with|without|time|zone)$/;

function typeName(text: string, tokens: readonly Token[], at: number): string | undefined {
  let name = identifierOf(text, tokens[at]);
  if (name === undefined) return undefined;
  for (let next = at + 1; ; next++) {
    const word = identifierOf(text, tokens[next]);
    if (word === undefined || !TYPE_WORDS.test(word)) break;
    name += ` ${word}`;
  }
  return name;
}

const COMPARISONS = new Set(['=', '<', '>', '<=', '>=', '<>', '!=']);

function comparedColumn(text: string, tokens: readonly Token[], at: number): string | undefined {
  const operator = tokens[at - 1];
  if (!operator || !COMPARISONS.has(text.slice(operator.start, operator.end))) return undefined;
  return identifierOf(text, tokens[at - 2]);
}
