import type { LineOutcome, WatchedRows } from '../../src/core/sessions/contract';

const watched = (balance: string): WatchedRows => ({
  columns: ['id', 'balance'],
  rows: [['1', balance]],
  truncated: false,
});

/** An outcome of a line; `sees` and `committed` are balances of account 1. */
function line(
  step: string,
  sql: string,
  tag: string,
  facts: Partial<Omit<LineOutcome, 'sees' | 'committed'>> & {
    sees?: string;
    committed?: string;
    rows?: string[][];
  } = {},
): LineOutcome {
  const { sees, committed = '100', rows = [], answer, ...others } = facts;
  return {
    step,
    session: step.startsWith('a') ? 'A' : 'B',
    sql,
    answer: answer ?? { tag, columns: rows.length > 0 ? ['balance'] : [], rows, truncated: false, durationMs: 1 },
    transaction: 'open',
    wrote: [],
    published: [],
    atMs: 0,
    ...(sees !== undefined && { sees: watched(sees) }),
    committed: watched(committed),
    ...others,
  };
}

const change = (before: string, after: string) => [
  { kind: 'updated' as const, before: ['1', before], after: ['1', after] },
];
const SELECT = 'SELECT balance FROM lesson_accounts WHERE id = 1';

/** The committed rows before the first line of `lostUpdate`. */
export const beforeLostUpdate = watched('100');

/** What the preset 01-lost-update gave on a cluster, A committing first. */
export const lostUpdate: LineOutcome[] = [
  line('a1', 'BEGIN', 'BEGIN'),
  line('b1', 'BEGIN', 'BEGIN'),
  line('a2', SELECT, 'SELECT 1', { sees: '100', rows: [['100']], snapshot: { commits: 0 } }),
  line('b2', SELECT, 'SELECT 1', { sees: '100', rows: [['100']], snapshot: { commits: 0 } }),
  line('a3', 'UPDATE lesson_accounts SET balance = 90 WHERE id = 1', 'UPDATE 1', {
    sees: '90',
    wrote: change('100', '90'),
  }),
  line('b3', 'UPDATE lesson_accounts SET balance = 80 WHERE id = 1', 'UPDATE 1', {
    sees: '80',
    wrote: change('100', '80'),
  }),
  line('a4', 'COMMIT', 'COMMIT', {
    committed: '90',
    ended: 'committed',
    commit: 1,
    transaction: 'idle',
    published: change('100', '90'),
  }),
  line('b4', 'COMMIT', '', {
    committed: '90',
    ended: 'refused',
    transaction: 'idle',
    answer: {
      tag: '',
      columns: [],
      rows: [],
      truncated: false,
      durationMs: 1,
      error: { sqlstate: '40001', message: 'change conflicts with another transaction (OC000)' },
    },
  }),
];
