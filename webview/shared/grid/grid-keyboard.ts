import type { Grid, GridEvents } from './grid';
import { gridIntent } from './grid-keys';

/** What keys do while the grid itself has the focus: they move, select, copy, open and sort. */
export class GridKeyboard {
  constructor(
    private readonly grid: Grid,
    private readonly events: Pick<GridEvents, 'copy' | 'open' | 'sort'>,
  ) {
    grid.element.addEventListener('keydown', event => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    const { grid } = this;
    const { selection, rowCount } = grid;
    if (event.target !== grid.element || event.defaultPrevented) return;
    const active = selection.active ?? { row: 0, column: 0 };
    const press = { key: event.key, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey };
    const extent = { rowCount, columnCount: grid.columns.length, pageRows: grid.pageRows };
    const intent = gridIntent(press, active, extent);
    if (!intent || rowCount === 0) return;
    event.preventDefault();
    switch (intent.type) {
      case 'move':
        return grid.goTo(selection.active ? intent.to : { row: 0, column: 0 }, intent.extend);
      case 'select-all':
        selection.selectAll();
        return grid.selected();
      case 'select-row':
        selection.selectRows(active.row, active.row);
        return grid.selected();
      case 'select-column':
        selection.selectColumns(active.column, active.column);
        return grid.selected();
      case 'copy':
        return this.events.copy();
      case 'open':
        return this.events.open(active);
      case 'sort':
        return this.events.sort(active.column, intent.add);
      case 'clear':
        selection.clear();
        return grid.selected();
    }
  }
}
