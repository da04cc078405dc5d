import type { LineOutcome } from './contract';

/** What a run came to, in words made from nothing but its answers. */
export function verdictOf(lines: readonly LineOutcome[]): string {
  if (lines.length === 0) return 'Nothing was run yet.';
  const refused = lines.filter(({ answer }) => answer.error);
  const committed = [...new Set(lines.filter(({ ended }) => ended === 'committed').map(({ session }) => session))];
  const parts: string[] = [];
  if (committed.length > 0) parts.push(`${list(committed)} committed.`);
  parts.push(...refused.filter(({ answer }) => answer.error?.sqlstate !== '25P02').map(refusal));
  const open = lastBySession(lines).filter(({ transaction }) => transaction !== 'idle');
  if (open.length > 0) parts.push(`${list(open.map(({ session }) => session))}: the transaction is still open.`);
  if (parts.length === 0) parts.push('Nothing was refused.');
  return parts.join(' ');
}

function refusal({ session, step, sql, answer: { error } }: LineOutcome): string {
  const message = error?.message ?? '';
  const what = /^\s*(?:commit|end)\b/i.test(sql) ? 'COMMIT' : step;
  if (error?.sqlstate === '40001' && message.includes('OC001'))
    return `${session}'s ${what} was refused with 40001 (OC001): the schema changed under it. The whole transaction is to be run again.`;
  if (error?.sqlstate === '40001')
    return `${session}'s ${what} was refused with 40001 (OC000): another transaction committed first. Nothing of ${session}'s work stayed; the whole transaction is to be run again.`;
  return `${session}'s ${what} was refused: ${error?.sqlstate ? `${error.sqlstate} ` : ''}${message}.`;
}

function lastBySession(lines: readonly LineOutcome[]): LineOutcome[] {
  return [...new Map(lines.map(line => [line.session, line])).values()];
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
