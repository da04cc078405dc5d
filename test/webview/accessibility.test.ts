import assert from 'node:assert/strict';
import { nameless } from '../support/accessible-names';
import { chapter, running } from './fixtures';
import { ChapterViewHarness } from './harness';
import { lostIn } from './reflow';

describe('the chapter view for everyone', () => {
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

  it('stops at code and tables where there is something to scroll, and only there', async () => {
    const code = (text: string): string => `<pre><code class="language-sql">${text}</code></pre>`;
    const introductionHtml = `${code('SELECT 1')}${code(`SELECT '${'wide '.repeat(80)}'`)}<table><tr><td>1</td></tr></table>`;
    const page = await harness.show({ ...chapter, introductionHtml, steps: [] });
    await page.getByRole('button', { name: 'Run all' }).focus();
    const stops: (string | null | undefined)[] = [];
    for (let presses = 0; presses < 4; presses++) {
      await page.keyboard.press('Tab');
      stops.push(await page.evaluate(() => document.activeElement?.textContent?.slice(0, 15)));
    }
    assert.deepEqual(
      stops.filter(text => text?.startsWith('SELECT') || text === '1'),
      [`SELECT 'wide wi`],
    );
    await page.close();
  });

  it('speaks the words that a button shows', async () => {
    const page = await harness.show(chapter);
    assert.deepEqual(await nameless(page.locator('main')), []);
    await page.close();
  });

  it('shows how far a chapter is in the system’s contrast themes too', async () => {
    const page = await harness.show({ ...chapter, steps: chapter.steps.map(step => ({ ...step, status: 'done' })) });
    await page.emulateMedia({ forcedColors: 'active' });
    const [fill, ground] = await page
      .locator('.chapter-header .meter-fill, .chapter-header .meter')
      .evaluateAll(all => all.map(each => getComputedStyle(each).backgroundColor).reverse());
    assert.notEqual(fill, ground);
    assert.notEqual(fill, await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    await page.close();
  });

  it('draws secondary buttons with a border of their own where the theme has one', async () => {
    const page = await harness.show(chapter);
    const border = () =>
      page
        .locator('vscode-button[appearance=secondary]')
        .first()
        .evaluate(each => getComputedStyle(each.shadowRoot!.querySelector('button')!).borderTopColor);
    await page.evaluate("document.documentElement.style.removeProperty('--vscode-button-secondaryBorder')");
    await page.evaluate("document.documentElement.style.setProperty('--vscode-button-border', 'rgb(0, 0, 255)')");
    assert.equal(await border(), 'rgb(0, 0, 255)');
    await page.evaluate(
      "document.documentElement.style.setProperty('--vscode-button-secondaryBorder', 'rgb(9, 9, 9)')",
    );
    assert.equal(await border(), 'rgb(9, 9, 9)');
    await page.close();
  });

  it('is said to be in the language it is written in, which is English in an editor of any', async () => {
    const page = await harness.show(chapter);
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
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

  it('shows the figures of a run inside their tiles, however many stand side by side', async () => {
    const page = await harness.show(chapter, { width: 1_000 });
    for (const closed of await page.locator('details:not([open]) > summary').all()) await closed.click();
    for (let width = 1_000; width >= 260; width -= 20) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page
        .locator('.tile-value, .tile-note')
        .evaluateAll(all => all.flatMap(each => (each.scrollWidth > each.clientWidth ? [each.textContent] : [])));
      assert.deepEqual(over, [], `${width} px`);
      const tops = await page.locator('.tile').evaluateAll(all => all.map(each => each.getBoundingClientRect().top));
      const rows = [...new Set(tops)].map(top => tops.filter(each => each === top).length);
      assert.ok(Math.max(...rows) - Math.min(...rows) <= 1, `${width} px: rows of ${rows.join()}`);
    }
    await page.close();
  });

  for (const width of [340, 260])
    it(`fits a narrow side by side layout of ${width} pixels without scrolling the page sideways`, async () => {
      const page = await harness.show(chapter, { width });
      for (const closed of await page.locator('details:not([open]) > summary').all()) await closed.click();
      assert.deepEqual(await lostIn(page), []);
      for (const { textWidth, lineWidth } of await page.locator('.action-line').evaluateAll(lines =>
        lines.map(line => ({
          textWidth: line.querySelector('.action-title')?.clientWidth ?? 0,
          lineWidth: line.clientWidth,
        })),
      ))
        assert.ok(textWidth > 0.7 * lineWidth, 'what was run is squeezed in beside its kind and its time');
      await page.close();
    });
});
