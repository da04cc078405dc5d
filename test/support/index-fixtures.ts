import { draftView } from '../../src/core/indexes/draft-view';
import { JobTimelines } from '../../src/core/indexes/job-timeline';
import { indexTableView } from '../../src/core/indexes/overview';
import type { ColumnInfo, IndexInfo, JobInfo, TableInfo } from '../../src/core/catalog/model';
import type { IndexDraft, IndexesViewState } from '../../src/protocol/indexes-view';

let oid = 100;

export const column = (name: string, type: string): ColumnInfo => ({ name, type, position: 1, notNull: false });

export const index = (name: string, keys: string[], more: Partial<IndexInfo> = {}): IndexInfo => ({
  oid: String(oid++),
  schema: 'public',
  table: 'transactions',
  name,
  unique: false,
  primary: false,
  valid: true,
  keys,
  includes: [],
  nullsNotDistinct: false,
  ...more,
});

export const transactions = (indexes: IndexInfo[] = []): TableInfo => ({
  oid: '1',
  schema: 'public',
  name: 'transactions',
  kind: 'table',
  owner: 'admin',
  estimatedRows: 120_000,
  constraints: [],
  columns: [
    column('id', 'uuid'),
    column('payer_id', 'integer'),
    column('payee_id', 'integer'),
    column('amount', 'numeric(12,2)'),
    column('created_at', 'timestamp with time zone'),
    column('details', 'jsonb'),
  ],
  indexes: [
    index('transactions_pkey', ['id'], { unique: true, primary: true, constraint: 'transactions_pkey' }),
    ...indexes,
  ],
});

export const draft = (more: Partial<IndexDraft> = {}): IndexDraft => ({
  schema: 'public',
  table: 'transactions',
  name: '',
  unique: false,
  nullsNotDistinct: false,
  keys: [{ kind: 'column', text: 'payer_id' }],
  include: [],
  where: '',
  ...more,
});

export const job = (id: string, status: string, more: Partial<JobInfo> = {}): JobInfo => ({
  id,
  status,
  type: 'INDEX_BUILD',
  objectId: '77',
  objectName: 'public.transactions_payer_id_idx',
  startedMs: 1_000_000,
  ...more,
});

/** A view with everything on it. `note` stands where the catalogue has free text. */
export function indexesState(note = 'payee of transactions'): IndexesViewState {
  const table = transactions([
    index('transactions_payee_idx', ['payee_id'], { includes: ['amount'] }),
    index('transactions_payee_old_idx', ['payee_id']),
    index('transactions_big_idx', ['created_at'], { predicate: "(note <> 'x')" }),
    index(note, ['amount'], { valid: false, unique: true }),
  ]);
  const timelines = new JobTimelines();
  timelines.observe([job('a', 'submitted')], 1_000_200);
  timelines.observe([job('a', 'processing', { updatedMs: 1_001_000 })], 1_001_200);
  timelines.observe(
    [
      job('b', 'failed', {
        startedMs: 900_000,
        updatedMs: 902_400,
        objectName: `public.${note}`,
        details: 'Found duplicate key while validating index for UCVs',
      }),
    ],
    1_002_000,
  );
  const wanted = draft({ include: ['amount'], unique: true });
  return {
    profileId: 'local',
    profile: 'Local cluster',
    local: true,
    readOnly: false,
    loading: false,
    tables: [indexTableView(table, table.indexes, []), indexTableView({ schema: 'public', name: 'accounts' }, [], [])],
    more: [],
    jobs: timelines.views(1_004_000, () => 120_000),
    draft: draftView(wanted, table, new Set(['transactions'])),
    trial: {
      statement: 'SELECT amount FROM transactions WHERE payer_id = 7',
      analyze: true,
      phase: 'done',
      steps: [
        { title: 'Explain the statement without the index', state: 'done', note: 'Full Scan · 31.0 ms' },
        { title: 'Send CREATE INDEX ASYNC', state: 'done', note: 'job abc' },
        { title: 'Wait for the build, without blocking anybody', state: 'done', note: note },
        { title: 'Explain the statement with the index', state: 'done', note: 'Index Only Scan · 0.4 ms' },
      ],
      verdict: {
        better: 'after',
        usesIndex: true,
        sentences: ['It reads 120 rows instead of 120,000.', 'It is faster.'],
      },
      index: 'transactions_payer_id_idx',
    },
  };
}
