import type { ChapterViewState, RunView, StepView, StressView } from '../../src/protocol/chapter-view';

/** A stress run as chapter 2 makes it. */
const stress: StressView = {
  name: 'without-retries',
  status: 'completed',
  calls: 10_000,
  succeeded: 9_344,
  failed: 656,
  inFlight: 0,
  elapsedMs: 3_140,
  callsPerSecond: 2_975.8,
  retries: 735,
  maxRetries: 4,
  callsWithRetries: 642,
  latency: { min: 1.2, mean: 14.1, p50: 9.8, p90: 28.4, p95: 41.2, p99: 97.5, p999: 310.4, max: 663.02 },
  errors: [
    { class: 'occ-data', label: 'Conflict on data (40001 OC000)', count: 650 },
    { class: 'timeout', label: 'Timed out', count: 6 },
  ],
  money: { conserved: true, before: '100000', after: '100000' },
  history: [1200, 2800, 3100, 2950, 3050, 3200, 2990],
};

/** Text that would do harm as markup. */
export const HOSTILE = '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>';

export const tableStep: StepView = {
  id: 'create-accounts',
  title: 'A hundred accounts',
  bodyHtml:
    '<p>Accounts with an <code>id</code> and a <strong>balance</strong>.</p><pre><code class="language-sql">CREATE TABLE accounts (\n  id int PRIMARY KEY, -- the account\n  balance bigint NOT NULL\n);\nINSERT INTO accounts SELECT id, 100 FROM generate_series(1, 100) AS id;</code></pre>',
  status: 'done',
  durationMs: 182.4,
  canReset: true,
  prose: false,
  checks: [
    { describe: 'there are a hundred accounts', held: true, expected: '100', actual: '100' },
    { describe: 'their balances add up', held: true, expected: '10000', actual: '10000' },
  ],
  actions: [
    {
      kind: 'SQL',
      title: 'CREATE TABLE accounts ( id int PRIMARY KEY, balance bigint NOT NULL )',
      ok: true,
      durationMs: 31.2,
      result: { type: 'table', columns: [], numeric: [], rows: [], tag: 'CREATE TABLE', truncated: false },
    },
    {
      kind: 'SQL',
      title: 'SELECT id, name, balance FROM accounts',
      ok: true,
      durationMs: 4.21,
      result: {
        type: 'table',
        columns: ['id', 'name', 'balance'],
        numeric: [true, false, true],
        rows: [
          ['1', 'Ada', '100'],
          ['2', HOSTILE, '1250'],
          ['3', null, '98'],
        ],
        tag: 'SELECT 3',
        truncated: false,
      },
    },
  ],
};

const failedStep: StepView = {
  id: 'plan',
  title: 'The index is refused, then built',
  bodyHtml: '<p>Plain <code>CREATE INDEX</code> is refused.</p>',
  status: 'failed',
  durationMs: 61,
  canReset: true,
  prose: false,
  checks: [
    {
      describe: 'the plan uses the index',
      held: false,
      expected: 'Index Only Scan using accounts_balance_idx',
      actual: 'Full Scan (btree-table) on accounts',
      nextStep: 'ANALYZE the table, then check again.',
    },
  ],
  actions: [
    {
      kind: 'SQL',
      title: 'CREATE INDEX ON accounts (balance)',
      ok: false,
      durationMs: 2.1,
      result: { type: 'text', text: '' },
      error: {
        message: 'unsupported mode. please use CREATE INDEX ASYNC.',
        sqlstate: '0A000',
        hint: 'Use CREATE INDEX ASYNC.',
        nextStep: 'Run the next step.',
      },
    },
    {
      kind: 'Explain',
      title: 'EXPLAIN ANALYZE SELECT * FROM accounts WHERE balance = 100',
      ok: true,
      durationMs: 3.3,
      result: {
        type: 'plan',
        title: 'before',
        text: 'Full Scan (btree-table) on accounts  (cost=100.00..208.56 rows=100 width=12) (actual time=0.412..0.637 rows=100 loops=1)\n  -> Storage Scan on accounts (rows=100)',
      },
    },
  ],
};

export const stressStep: StepView = {
  id: 'without-retries',
  title: 'Without retries',
  bodyHtml: '<p>10,000 calls, a thousand in flight.</p>',
  status: 'done',
  durationMs: 3_400,
  canReset: false,
  prose: false,
  checks: [{ describe: 'some calls failed with 40001', held: true, expected: 'at least 1', actual: '650' }],
  actions: [
    {
      kind: 'Stress',
      title: 'without-retries: 10,000 calls, 1,000 in flight',
      ok: true,
      durationMs: 3_140,
      result: { type: 'stress', stress },
    },
  ],
};

export const pendingStep: StepView = {
  id: 'with-retries',
  title: 'With retries',
  bodyHtml:
    '<p>The same, and whoever loses tries again.</p><blockquote><p>Whoever loses must try again.</p></blockquote>',
  status: 'pending',
  canReset: true,
  prose: false,
  checks: [{ describe: 'every call succeeded', expected: '', actual: '' }],
  actions: [],
};

export const chapter: ChapterViewState = {
  slug: '02-stress-and-occ-retries',
  number: 2,
  title: 'Stress and OCC retries',
  summary:
    'Ten thousand transfers at once, first without retries and then with them, and not a cent missing either way.',
  introductionHtml:
    '<p>DSQL takes no locks. At <code>COMMIT</code> the service looks whether any row was written by somebody who committed in the meantime. See <a href="https://docs.aws.amazon.com/aurora-dsql/">the guide</a>.</p>',
  steps: [tableStep, failedStep, stressStep, pendingStep],
  checking: false,
  draft: false,
  target: { kind: 'local', label: 'Local cluster', state: 'running', detail: 'localhost:5432', scale: 'laptop' },
  previous: { slug: '01-schema', number: 1, title: 'Schema and transfer' },
  next: { slug: '03-history', number: 3, title: 'UUID history' },
};

export const run: RunView = {
  activity: 'run',
  stepId: 'with-retries',
  text: '4,200 of 10,000 calls',
  fraction: 0.42,
  cancelling: false,
  stress: { ...stress, status: 'running', succeeded: 4_200, failed: 0, inFlight: 1_000 },
};

/** The chapter while its last step runs. */
export const running: ChapterViewState = {
  ...chapter,
  run,
  steps: [...chapter.steps.slice(0, 3), { ...pendingStep, status: 'running' }],
};
