import { escapeMarkup } from '../../base/markup';

/** A table with a head; the first cell of each row names it. Empty without rows. */
export function grid(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const head = columns.map(name => `<th scope="col">${escapeMarkup(name)}</th>`).join('');
  const body = rows.map(
    ([first = '', ...cells]) =>
      `<tr><th scope="row">${escapeMarkup(first)}</th>${cells.map(cell => `<td>${escapeMarkup(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="wide"><table><caption>${escapeMarkup(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
