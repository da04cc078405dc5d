import type { Locator } from 'playwright-core';

/**
 * Controls, regions and pictures without a name for those who do not see them, names without the words that others see (WCAG 2.5.3), ids
 * given twice, and labels that are not there.
 */
export function nameless(root: Locator): Promise<string[]> {
  return root.evaluate(main => {
    const problems: string[] = [];
    const ids = [...main.querySelectorAll('[id]')].map(({ id }) => id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`id ${id} twice`);
    const controls =
      'button, input, select, textarea, a[href], vscode-button, [role=grid], [role=tab], [role=tabpanel], [role=menu], [role=group], [tabindex="0"]';
    for (const control of main.querySelectorAll(controls)) {
      const label = control.getAttribute('aria-labelledby');
      if (label && !main.ownerDocument.getElementById(label)) problems.push(`no element ${label}`);
      const own = [...((control as HTMLInputElement).labels ?? [])].map(({ textContent }) => textContent).join('');
      const name = control.getAttribute('aria-label') ?? (label ? 'labelled' : own || control.textContent?.trim());
      if (!name) problems.push(`no name: ${control.outerHTML.slice(0, 100)}`);
      const spoken = control.getAttribute('aria-label')?.toLowerCase();
      const shown = control.matches('button, a, vscode-button') ? (control.textContent ?? '').trim() : '';
      const inWords = /[\p{L}\p{N}]/u.test(shown);
      if (spoken !== undefined && inWords && !spoken.includes(shown.toLowerCase()))
        problems.push(`${shown} is spoken ${spoken}`);
    }
    for (const picture of main.querySelectorAll('svg'))
      if (picture.getAttribute('aria-hidden') !== 'true' && !picture.getAttribute('aria-label'))
        problems.push('a picture without text');
    return problems;
  });
}
