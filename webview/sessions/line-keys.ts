/** Arrow keys, Home and End between the lines: up and down in a column, left and right to the neighbour's line of the same height. */
export function moveFocus(columns: HTMLElement, event: KeyboardEvent): void {
  const all = [...columns.querySelectorAll('.column')].map(column => [
    ...column.querySelectorAll<HTMLButtonElement>('.script-line'),
  ]);
  const at = all.findIndex(lines => lines.some(line => line === document.activeElement));
  const column = all[at];
  if (!column) return;
  const line = column.findIndex(each => each === document.activeElement);
  const target = targetOf(event.key, all, at, line);
  if (!target) return;
  event.preventDefault();
  for (const each of all.flat()) each.setAttribute('tabindex', '-1');
  target.setAttribute('tabindex', '0');
  target.focus();
}

function targetOf(
  key: string,
  all: readonly HTMLButtonElement[][],
  at: number,
  line: number,
): HTMLButtonElement | undefined {
  const column = all[at] ?? [];
  const beside = (other: readonly HTMLButtonElement[] | undefined) => other?.[Math.min(line, other.length - 1)];
  switch (key) {
    case 'ArrowDown':
      return column[line + 1];
    case 'ArrowUp':
      return column[line - 1];
    case 'ArrowLeft':
      return beside(all[at - 1]);
    case 'ArrowRight':
      return beside(all[at + 1]);
    case 'Home':
      return column[0];
    case 'End':
      return column.at(-1);
    default:
      return undefined;
  }
}
