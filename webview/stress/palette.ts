/** The colours of the charts, as the editor's theme has them at this moment. */
export interface Palette {
  text: string;
  muted: string;
  grid: string;
  good: string;
  bad: string;
  warn: string;
  blue: string;
  purple: string;
  orange: string;
}

/** Reads the theme. Canvas takes no variables, so they are resolved through an element. */
export function readPalette(): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const resolve = (value: string): string => {
    probe.style.color = '';
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const palette: Palette = {
    text: resolve('var(--text)'),
    muted: resolve('var(--muted)'),
    grid: resolve('color-mix(in srgb, var(--text) 13%, transparent)'),
    good: resolve('var(--good)'),
    bad: resolve('var(--bad)'),
    warn: resolve('var(--warn)'),
    blue: resolve('var(--vscode-charts-blue, var(--accent))'),
    purple: resolve('var(--vscode-charts-purple, #b180d7)'),
    orange: resolve('var(--orange)'),
  };
  probe.remove();
  return palette;
}

const listeners = new Set<() => void>();

/** Calls back when the theme changes. @returns stops it. */
export function onThemeChange(listener: () => void): () => void {
  if (listeners.size === 0) {
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    // another theme of the same kind only has other variables
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) observer.disconnect();
  };
}

const observer = new MutationObserver(() => {
  for (const listener of listeners) listener();
});
