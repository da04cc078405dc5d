import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { draftView } from '../../src/core/indexes/draft-view';
import { doctorViewState } from '../../src/core/doctor/view-model';
import { comparePlanViews } from '../../src/core/plan-view/comparison';
import { showPlan } from '../../src/core/plan-view/plan-view';
import { DEFAULT_FORM } from '../../src/core/stress-view/form';
import { endOf, rowOf } from '../../src/core/stress-view/run-record';
import { draft, indexesState, transactions } from '../support/index-fixtures';
import { largePlan, recordedPlan, slowPlan } from '../support/plans';
import { BANK_COLUMNS, bankRows, column } from '../support/result-columns';
import { lowContrast } from './contrast';
import { state as cost } from './cost-states';
import { findings, finished, profile } from './doctor-states';
import { chapter, run, running } from './fixtures';
import { frame, ViewHarness } from './harness';
import { lessonResults, sessionsInChapter } from './lesson-states';
import { ResultsHarness, type ShownResults } from './results-harness';
import { stateAfter } from './sessions-states';
import {
  comparisonState,
  completeState,
  records,
  refusedState,
  reportState,
  runningState,
  sidebarState,
  verdictOf,
  watchedSidebar,
} from './stress-states';

interface Shown {
  state: unknown;
  /** What is done before it is looked at. */
  then?: (page: Page) => Promise<unknown>;
}

const openAll = async (page: Page): Promise<void> => {
  await page.evaluate(() => document.querySelectorAll('details').forEach(each => (each.open = true)));
};
const tab =
  (name: string) =>
  (page: Page): Promise<void> =>
    page.getByRole('tab', { name }).click();

const notice = { severity: 'error', message: 'Nothing was applied.', nextStep: 'Apply it first.' };
const [skipped, ...others] = chapter.steps;
const lookup = showPlan({ name: 'by index', text: recordedPlan('r15'), statement: 'SELECT 1', region: 'us-east-1' });
const joined = showPlan({ name: 'cross join', text: recordedPlan('r06') });
const plan = { plan: lookup.view, saved: false };
const slow = { plan: showPlan({ name: 'slow', text: slowPlan, statement: 'SELECT 1' }).view, saved: false };
const compared = {
  ...plan,
  comparison: comparePlanViews(showPlan({ name: 'before', text: recordedPlan('r14') }), lookup),
};
const indexes = indexesState();
const wrongDraft = draftView(draft({ keys: [{ kind: 'column', text: 'details' }] }), transactions(), new Set());
const wrongForm = { ...DEFAULT_FORM, inFlight: 0, thresholds: 'p99<fast' };
const unmet = [{ expected: 'b4: error 40001 OC000', actual: 'COMMIT' }];
const problem = { message: 'line 3: a brace is missing', nextStep: 'Close it.' };

/** Every view, by its bundle, in the states whose colours differ; results have a harness of their own. */
const VIEWS: Record<string, Record<string, Shown>> = {
  chapter: {
    'steps done, failed and open, with figures': { state: chapter, then: openAll },
    'a run under way': { state: running },
    'a run that is being cancelled, an error': { state: { ...running, notice, run: { ...run, cancelling: true } } },
    'a skipped step, a failed cluster, a preview': {
      state: {
        ...chapter,
        draft: true,
        steps: [{ ...skipped, status: 'skipped', code: true }, ...others],
        target: { kind: 'local', label: 'Local cluster', state: 'failed', scale: 'laptop', cost: 'nothing' },
      },
    },
    'results of lessons': { state: lessonResults, then: openAll },
    'two sessions of a step': { state: sessionsInChapter, then: openAll },
  },
  cost: {
    'a report': { state: cost },
    'an error': { state: { ...cost, error: { message: 'There are no two accounts.', nextStep: 'Load them first.' } } },
  },
  doctor: {
    'a refusal and what mends it': { state: finished },
    'an examination under way': { state: doctorViewState(profile, findings.slice(0, 3), true) },
  },
  indexes: {
    'indexes, jobs, draft and trial': { state: indexes },
    'a draft that is refused': { state: { ...indexes, draft: wrongDraft } },
  },
  plan: {
    'the graph of a lookup': { state: plan },
    'the graph of a join, by its estimates': {
      state: { plan: joined.view, saved: true },
      then: page => page.getByLabel('Colour nodes by').selectOption('estimate'),
    },
    'a slow plan, with a finding': { state: slow },
    'a plan of 2,000 nodes from afar': { state: { plan: showPlan({ name: 'large', text: largePlan(2_000) }).view } },
    'the table': { state: slow, then: tab('Table') },
    'the text': { state: plan, then: tab('Text') },
    'what is found': { state: plan, then: page => page.getByRole('searchbox').fill('scan') },
    'a comparison': { state: compared, then: page => page.locator('.pairs tbody tr').first().click() },
    'what another comparison row tells': {
      state: compared,
      then: page => page.locator('.pairs tbody tr').last().click(),
    },
  },
  sessions: {
    'before the first line': { state: stateAfter(0) },
    'between the lines, in production': { state: stateAfter(5, { environment: 'production', file: 'a.sessions' }) },
    'a verdict that held': { state: stateAfter(8) },
    'a verdict that did not, and a problem': {
      state: stateAfter(8, { problem, verdict: { text: 'A and B committed.', held: false, unmet } }),
    },
  },
  stress: {
    'the form and the history': { state: sidebarState(), then: openAll },
    'a form with errors': { state: sidebarState({ form: wrongForm, verdict: verdictOf(wrongForm) }) },
    'the end of a run': { state: sidebarState({ notice: endOf(rowOf(records[1]!)) }) },
    'a run under way': { state: runningState(90_000) },
    'a report': { state: reportState },
    'a comparison': { state: comparisonState },
    'figures of CloudWatch': { state: completeState },
    'figures that CloudWatch refused': { state: refusedState },
    'figures in the side bar': { state: watchedSidebar() },
  },
};

describe('texts and marks stand out from their ground in every theme of the editor:', () => {
  for (const [view, states] of Object.entries(VIEWS))
    describe(view, () => {
      let harness: ViewHarness<unknown>;
      before(async () => (harness = await ViewHarness.open(view)));
      after(() => harness.close());

      for (const [name, { state, then }] of Object.entries(states))
        it(name, async () => {
          const page = await harness.show(state);
          await then?.(page);
          await frame(page);
          assert.deepEqual(await lowContrast(page), []);
          await page.close();
        });
    });

  describe('results', () => {
    let harness: ResultsHarness;
    let shown: ShownResults;
    before(async () => (harness = await ResultsHarness.open()));
    after(() => harness.close());
    beforeEach(async () => (shown = await harness.show()));
    afterEach(() => shown.close());

    it('rows, with a value shown whole and what is found', async () => {
      const { page } = shown;
      const rows = bankRows(0, 50).map(([id = null, ...rest]) => [id, null, ...rest]);
      await shown.fill([column('id', 'int8'), column('void', 'text'), ...BANK_COLUMNS.slice(1)], rows);
      await page.locator('#g0-0-0').click();
      await page.getByRole('button', { name: 'Find in all rows' }).click();
      await page.locator('.find-field').fill('1');
      await page
        .getByRole('button', { name: /^Show the selected value whole|Details/ })
        .first()
        .click();
      await frame(page);
      assert.deepEqual(await lowContrast(page), []);
    });

    it('what failed, what was not run, and a limit', async () => {
      const { page } = shown;
      const statements = [{ sql: 'SELECT 1', offset: 0 }, { sql: 'SELECT 2', offset: 9 }, { sql: 'SELECT 3' }];
      const begun = shown.begin(statements);
      const limited = begun.start(0);
      await limited.sink.columns([column('id', 'int8')]);
      await limited.sink.rows([['1']]);
      limited.succeed({ tag: 'SELECT 1', rowCount: 1, limited: true, durationMs: 1, retries: 0 });
      begun.start(1).fail(new Error('relation "bank" does not exist'));
      begun.finish();
      await page.locator('.error').waitFor();
      assert.deepEqual(await lowContrast(page), []);
      await page.getByRole('tab').first().click();
      await page.locator('.limit').waitFor();
      assert.deepEqual(await lowContrast(page), []);
    });
  });
});
