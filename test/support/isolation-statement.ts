/** What random statements are made of. */
import type { Effect } from './isolation-model';

export interface RandomStatement {
  sql: string;
  effect: Effect;
}

/** Keys are few, so that sessions meet. */
export const KEYS = 6;

/** The answer as `answerOf` renders it, rows in ascending order. */
export const answer = (tag: string, count: number, rows: readonly unknown[][] = []): string =>
  [
    `${tag} ${count}`,
    ...rows.map(row => `  ${row.map(value => (value === null ? 'NULL' : String(value))).join(' | ')}`).sort(),
  ].join('\n');

export const ascending = <T>(rows: ReadonlyMap<number, T>): [number, T][] => [...rows].sort(([a], [b]) => a - b);
export const to = <T>(rows: ReadonlyMap<number, T>, limit: number): [number, T][] =>
  ascending(rows).filter(([id]) => id <= limit);

export type Make = (pick: (limit: number) => number) => RandomStatement;
