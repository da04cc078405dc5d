import type { ResultView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { formatCount } from '../shared/format';
import { icon } from '../shared/icons';
import { jobTimelines } from '../shared/job-timeline';
import { scrollFrame } from '../shared/scroll-frame';
import { button } from '../shared/toolkit';
import type { ChapterActions } from './actions';
import { heatMap } from './heat-map';
import { interleaving } from './interleaving';
import { planComparison } from './plan-comparison';
import { stressComparison } from './stress-comparison';
import { stressSummary } from './stress-summary';

/** Rows drawn of one result; the host says when it cut more. */
const MAX_ROWS = 200;

/** The nodes of a result; none where there is nothing to see. */
export function resultNodes(result: ResultView, actions: ChapterActions): Node[] {
  switch (result.type) {
    case 'table':
      return result.columns.length > 0 ? [table(result, actions)] : [];
    case 'plan':
      return [textBlock(result.title, result.text, actions)];
    case 'json':
      return [textBlock(result.title, result.text, actions)];
    case 'text':
      return result.text.trim() ? [h('pre', scrollFrame('code', 'Result'), result.text)] : [];
    case 'stress':
      return [stressSummary(result.stress)];
    case 'stress-comparison':
      return [stressComparison(result.runs)];
    case 'jobs':
      return [jobTimelines(result.jobs)];
    case 'interleaving':
      return [interleaving(result, actions)];
    case 'heat-map':
      return [heatMap(result.map)];
    case 'plan-comparison':
      return [planComparison(result.comparison, actions)];
  }
}

function textBlock(title: string, text: string, actions: ChapterActions): HTMLElement {
  return h(
    'figure',
    { class: 'text-block' },
    h(
      'figcaption',
      {},
      h('span', {}, title),
      copyButton(title, () => text, actions),
    ),
    h('pre', scrollFrame('code', title), text),
  );
}

function table(result: Extract<ResultView, { type: 'table' }>, actions: ChapterActions): HTMLElement {
  const rows = result.rows.slice(0, MAX_ROWS);
  const cut = result.truncated || rows.length < result.rows.length;
  const align = (index: number) => (result.numeric[index] ? 'number' : undefined);
  const count = `${formatCount(result.rows.length)} ${result.rows.length === 1 ? 'row' : 'rows'}`;
  return h(
    'figure',
    { class: 'result-table' },
    h(
      'div',
      scrollFrame('table-frame', `Result, ${count}`),
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h('tr', {}, ...result.columns.map((name, i) => h('th', { scope: 'col', class: align(i) }, name))),
        ),
        h('tbody', {}, ...rows.map(row => h('tr', {}, ...row.map((value, i) => cell(value, align(i)))))),
      ),
    ),
    h(
      'figcaption',
      {},
      h('span', {}, cut ? `${count}, the first ${formatCount(rows.length)} shown` : count),
      copyButton('table', () => toTsv(result), actions),
    ),
  );
}

function cell(value: string | null, className: string | undefined): HTMLElement {
  if (value === null) return h('td', { class: className }, h('span', { class: 'null' }, 'NULL'));
  return h('td', { class: className }, value);
}

function copyButton(what: string, text: () => string, actions: ChapterActions): HTMLElement {
  return button({ label: 'Copy', ariaLabel: `Copy ${what}`, icon: icon('copy'), onClick: () => actions.copy(text()) })
    .element;
}

/** Tab-separated text; tabs and line ends inside a value become spaces. */
function toTsv(result: { columns: string[]; rows: (string | null)[][] }): string {
  const line = (values: (string | null)[]) => values.map(value => (value ?? '').replace(/[\t\r\n]+/g, ' ')).join('\t');
  return [line(result.columns), ...result.rows.map(line)].join('\n');
}
