import type { StatementView } from '../../src/protocol/results-view';
import { h } from '../shared/dom';
import { Grid } from '../shared/grid/grid';
import { errorNodes, messageNodes } from './messages';
import type { ResultsHost } from './results-page';
import { statusText } from './status-text';

/** One statement's result: its grid, its messages, its error, and a line of figures. */
export class StatementPane {
  readonly element: HTMLElement;
  private readonly grid: Grid;
  private readonly notes = h('div', { class: 'notes' });
  private readonly status = h('footer', { class: 'status' });
  private view: StatementView | undefined;
  private drawnNotes = '';

  constructor(
    private readonly index: number,
    private readonly host: ResultsHost,
  ) {
    this.grid = new Grid(`g${index}`, `Result of statement ${index + 1}`, {
      fetch: request => host.channel.call('cells', { ...request, statement: index, version: this.view?.version ?? 0 }),
      copy: () => undefined,
      open: () => undefined,
      sort: () => undefined,
      selectionChanged: () => this.drawStatus(),
    });
    this.element = h(
      'section',
      { class: 'pane', role: 'tabpanel', id: `pane-${index}`, 'aria-labelledby': `tab-${index}` },
      this.notes,
      this.grid.element,
      this.status,
    );
  }

  draw(view: StatementView): void {
    this.view = view;
    this.grid.element.hidden = view.columns.length === 0;
    this.grid.show({
      columns: view.columns,
      rowCount: view.rowCount,
      sorts: view.arrangement.sorts,
      version: view.version,
    });
    const notes = JSON.stringify([view.error, view.messages]);
    if (notes !== this.drawnNotes) {
      this.drawnNotes = notes;
      const goTo = () => void this.host.channel.call('goTo', { statement: this.index, error: true });
      this.notes.replaceChildren(...errorNodes(view, goTo), ...messageNodes(view));
    }
    this.drawStatus();
  }

  private drawStatus(): void {
    if (this.view) this.status.textContent = statusText(this.view, this.grid.selection);
  }

  dispose(): void {
    this.grid.dispose();
  }
}
