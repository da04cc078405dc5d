import type { CopyFormat, ResultsState } from '../../src/protocol/results-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { button } from '../shared/toolkit';
import { menuButton } from './menu';
import { toolButton } from './tool-button';

export interface ToolbarEvents {
  cancel(): void;
  find(): void;
  filter(): void;
  detail(): void;
  copy(format: CopyFormat, headers: boolean): void;
  export(): void;
  plan(): void;
  pin(pinned: boolean): void;
  runAgain(): void;
}

const COPIES: readonly [string, CopyFormat, boolean][] = [
  ['Tab-separated', 'tsv', false],
  ['Tab-separated with headers', 'tsv', true],
  ['CSV with headers', 'csv', true],
  ['CSV', 'csv', false],
  ['JSON', 'json', true],
  ['Markdown table', 'markdown', true],
  ['INSERT statements', 'insert', true],
];

/** Where the run took place, whether it goes on, and what can be done with what is shown. */
export class Toolbar {
  private readonly target = h('span', { class: 'target' });
  private readonly spinner = h('span', { class: 'spinner', 'aria-hidden': 'true' });
  private readonly cancel;
  private readonly ofRows: HTMLElement;
  private readonly plan: HTMLButtonElement;
  private readonly pin: HTMLButtonElement;
  private readonly again: HTMLButtonElement;
  readonly element: HTMLElement;
  private pinned = false;

  constructor(events: ToolbarEvents) {
    this.cancel = button({ label: 'Cancel', icon: icon('stop'), onClick: () => events.cancel() });
    const tool = (name: Parameters<typeof icon>[0], label: string, hint: string, onClick: () => void) =>
      toolButton({ icon: icon(name), label, hint, onClick });
    this.plan = tool('open', 'Plan', 'Plan: open in the plan viewer', () => events.plan());
    this.ofRows = h(
      'div',
      { class: 'tools', role: 'group', 'aria-label': 'Result' },
      this.plan,
      tool('search', 'Find', 'Find in all rows (Ctrl+F)', () => events.find()),
      tool('filter', 'Filter', 'Filter by column (Ctrl+Shift+F)', () => events.filter()),
      menuButton({
        label: 'Copy as',
        hint: 'Copy the selection, or all rows, as…',
        items: COPIES.map(([label, format, headers]) => ({ label, run: () => events.copy(format, headers) })),
      }),
      tool('export', 'Export', 'Export all rows to a file…', () => events.export()),
      tool('detail', 'Details', 'Show the selected value whole (Enter)', () => events.detail()),
    );
    this.again = tool('play', 'Run again', 'Run the statements again', () => events.runAgain());
    this.pin = tool('pin', 'Pin', 'Keep this result: the next run opens another panel', () => events.pin(!this.pinned));
    this.element = h(
      'header',
      { class: 'toolbar' },
      this.target,
      this.spinner,
      this.cancel.element,
      h('span', { class: 'space' }),
      this.ofRows,
      this.again,
      this.pin,
    );
  }

  draw(state: ResultsState, { hasRows, isPlan }: { hasRows: boolean; isPlan: boolean }): void {
    const { target } = state;
    this.target.textContent = target ? target.name + (target.readOnly ? ' · read-only' : '') : '';
    this.target.className = `target ${target?.environment ?? ''}`;
    this.target.title = target ? `${target.name}, ${target.environment}` : '';
    this.spinner.hidden = !state.running;
    this.cancel.element.hidden = !state.running;
    this.cancel.setDisabled(state.cancelling);
    this.cancel.setLabel(state.cancelling ? 'Cancelling…' : 'Cancel');
    this.ofRows.hidden = !hasRows;
    this.plan.hidden = !isPlan;
    this.again.hidden = !state.canRunAgain || state.running;
    this.pin.hidden = state.gone;
    this.pinned = state.pinned;
    this.pin.setAttribute('aria-pressed', String(state.pinned));
  }
}
