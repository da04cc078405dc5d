import type { Page } from 'playwright-core';

/** Texts whose contrast with what lies behind them is below 4.5 : 1 (WCAG 2 AA), 3 : 1 for large ones. */
export function lowContrast(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (!canvas) throw new Error('no canvas');
    /** Any CSS colour, over a background, as three channels. */
    const blend = (color: string, under: number[]): number[] => {
      canvas.canvas.width = canvas.canvas.height = 1;
      canvas.fillStyle = `rgb(${under.join(',')})`;
      canvas.fillRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (rgb: number[]) => {
      const [r = 0, g = 0, b = 0] = rgb.map(v =>
        v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element: Element): number[] => {
      const chain: Element[] = [];
      for (let e: Element | null = element; e; e = e.parentElement) chain.unshift(e);
      return chain.reduce((under, e) => blend(getComputedStyle(e).backgroundColor, under), [255, 255, 255]);
    };
    const problems: string[] = [];
    for (const element of document.querySelectorAll('main *')) {
      const own = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      if (
        !own ||
        element.closest('vscode-button') ||
        element.closest('.visually-hidden') ||
        element.closest('[hidden]')
      )
        continue;
      const style = getComputedStyle(element);
      const background = behind(element);
      const text = luminance(blend(style.color, background));
      const ground = luminance(background);
      const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
      const large = parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 600;
      if (ratio < (large ? 3 : 4.5))
        problems.push(
          `${ratio.toFixed(2)} ${element.className || element.tagName}: ${element.textContent?.slice(0, 30)}`,
        );
    }
    return problems;
  });
}
