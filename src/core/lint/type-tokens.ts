/** How far a type's name reaches in a statement's tokens. */
import type { StatementTokens } from './statement-tokens';

const SECOND: Readonly<Record<string, readonly string[]>> = {
  double: ['precision'],
  character: ['varying'],
  char: ['varying'],
  bit: ['varying'],
  national: ['character', 'char'],
};

/** Index behind the type that begins at `at`: qualified names, `double precision`, `(18,6)`, `[]`, `ARRAY[3]`, time zones. */
export function typeEnd(tokens: StatementTokens, at: number): number {
  let end = at + 1;
  while (tokens.word(end) === '.') end += 2;
  const second = SECOND[tokens.word(at) ?? ''];
  if (second?.includes(tokens.word(end) ?? '')) end++;
  if (tokens.word(end) === '(') end = tokens.behindGroup(end);
  if (['with', 'without'].includes(tokens.word(end) ?? '') && tokens.word(end + 1) === 'time') end += 3;
  if (tokens.word(end) === 'array') end++;
  while (tokens.word(end) === '[') end = tokens.behindGroup(end);
  return end;
}
