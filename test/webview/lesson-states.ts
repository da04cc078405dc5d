import { judge } from '../../src/core/sessions/judge';
import { loadSessionPresets } from '../../src/node/sessions/load';
import type { ActionView, ChapterViewState, ResultView, StepView } from '../../src/protocol/chapter-view';
import { interleavingView } from '../../src/vscode/sessions/interleaving-view';
import { lostUpdate } from '../support/interleavings';
import { chapter, HOSTILE, pendingStep, tableStep } from './fixtures';

export const moments = Array.from({ length: 8 }, (_, i) => `moment ${i + 1}`);
export const ranges = Array.from({ length: 8 }, (_, i) => `range ${i + 1}`);

const sequential: ResultView = {
  type: 'heat-map',
  map: {
    title: 'Keys 1, 2, 3: one range at a time',
    rowName: 'moment',
    columnName: 'key range',
    valueName: 'rows written',
    rows: moments,
    columns: ranges,
    values: moments.map((_, r) => ranges.map((__, c) => (r === c ? 100 + r : 0))),
  },
};

const shades: ResultView = {
  type: 'heat-map',
  map: {
    title: `Conflicts ${HOSTILE}`,
    rowName: 'run',
    columnName: 'accounts',
    valueName: 'conflicts',
    rows: ['hot'],
    columns: ['1–100', '101–200', '201–300', '301–400', '401–500', '501–600', '601–700'],
    values: [[1212, 1000, 800, 600, 400, 200, 0]],
  },
};

export const was = { title: 'by-merchant', text: `Index Scan using card_payments_merchant ${HOSTILE}` };
export const is = { title: 'covering', text: 'Index Only Scan using card_payments_covering' };

const comparison: ResultView = {
  type: 'plan-comparison',
  comparison: {
    before: was,
    after: is,
    better: 'after',
    verdict: ['The index covers the query now: no look-ups in the table any more.'],
    facts: [
      { name: 'Rows read in storage', before: '600', after: '30', change: '20× less', better: true },
      { name: 'Planning time', before: '0.05 ms', after: '0.09 ms', change: '1.8× more', better: false },
      { name: 'Rows returned', before: '30', after: '30', change: 'same' },
    ],
  },
};

export const action = (title: string, result: ResultView): ActionView => ({
  kind: 'Heat map',
  title,
  ok: true,
  durationMs: 4,
  result,
});

/** A step with a heat map of two sides, one of shades, and a comparison of plans. */
export const lessonResults: ChapterViewState = {
  ...chapter,
  steps: [
    {
      ...tableStep,
      actions: [action('sequential', sequential), action('shades', shades), action('compare', comparison)],
    },
  ],
};

export const { script, text } = loadSessionPresets()[0]!;
export const played = judge(script, script.orders[0]!, lostUpdate, lostUpdate.at(-1)?.committed);
export const sessionsStep: StepView = {
  ...pendingStep,
  id: 'lost-update',
  title: 'Lost update',
  status: 'done',
  actions: [
    {
      kind: 'Sessions',
      title: 'sessions lost-update: A commits first',
      ok: true,
      durationMs: 61,
      result: interleavingView(played, text),
    },
  ],
};

/** The lost update, played in a step. */
export const sessionsInChapter: ChapterViewState = { ...chapter, steps: [sessionsStep] };
