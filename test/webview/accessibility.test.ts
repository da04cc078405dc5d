import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { chapter, running } from './fixtures';
import { ChapterViewHarness } from './harness';
import { THEMES, type ThemeName } from './themes';

describe('the chapter view for everyone', function () {
  this.timeout(60_000);
  let harness: ChapterViewHarness;
  before(async () => (harness = await ChapterViewHarness.open()));
  after(() => harness.close());

  it('names every control and every region, with unique ids', async () => {
    const page = await harness.show(running);
    const findings = await page.evaluate(() => {
      const problems: string[] = [];
      const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
      for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`id ${id} twice`);
      for (const control of document.querySelectorAll(
        'vscode-button, [tabindex="0"]:not(vscode-button), [role="progressbar"]',
      )) {
        const name = control.getAttribute('aria-label') ?? control.textContent?.trim();
        if (!name) problems.push(`no name: ${control.outerHTML.slice(0, 80)}`);
      }
      for (const reference of document.querySelectorAll('[aria-labelledby]'))
        if (!document.getElementById(reference.getAttribute('aria-labelledby') ?? ''))
          problems.push('a label that is not there');
      for (const picture of document.querySelectorAll('svg'))
        if (picture.getAttribute('aria-hidden') !== 'true' && !picture.getAttribute('aria-label'))
          problems.push('a picture without text');
      for (const header of document.querySelectorAll('th'))
        if (!header.getAttribute('scope')) problems.push('a table header without scope');
      return problems;
    });
    assert.deepEqual(findings, []);
    assert.equal(await page.locator('main').count(), 1);
    await page.close();
  });

  it('steps down one heading level at a time', async () => {
    const page = await harness.show(chapter);
    const levels = await page
      .locator('h1, h2, h3, h4, h5')
      .evaluateAll(all => all.map(heading => Number(heading.tagName[1])));
    assert.equal(levels[0], 1);
    for (const [i, level] of levels.entries())
      if (i > 0) assert.ok(level <= (levels[i - 1] ?? 0) + 1, `h${levels[i - 1]} is followed by h${level}`);
    await page.close();
  });

  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    it(`has enough contrast in the ${theme} theme`, async () => {
      const page = await harness.show(chapter, { theme });
      assert.deepEqual(await lowContrast(page), []);
      await page.close();
    });
  }

  it('fits a narrow side by side layout without scrolling the page sideways', async () => {
    const page = await harness.show(chapter, { width: 340 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    await page.close();
  });
});

/** Texts whose contrast with what lies behind them is below 4.5 : 1 (WCAG 2 AA), 3 : 1 for large ones. */
function lowContrast(page: Page): Promise<string[]> {
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
