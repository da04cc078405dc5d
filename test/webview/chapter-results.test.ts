import assert from 'node:assert/strict';
import type { ResultView } from '../../src/protocol/chapter-view';
import { chapter, tableStep } from './fixtures';
import { callsOf, ChapterViewHarness, problemsOf } from './harness';
import { action, is, lessonResults as state, moments, ranges, was } from './lesson-states';

describe('results of the lessons in the chapter view', () => {
  let harness: ChapterViewHarness;
  before(async () => (harness = await ChapterViewHarness.open()));
  after(() => harness.close());

  it('puts results below the block that made them, what has no place below the prose, and checks after all of it', async () => {
    const text = (said: string): ResultView => ({ type: 'json', title: said, text: said });
    const code = (block: number): string =>
      `<pre><code class="language-sql" data-block="${block}">SELECT ${block};</code></pre>`;
    const page = await harness.show({
      ...chapter,
      run: undefined,
      steps: [
        {
          ...tableStep,
          code: true,
          bodyHtml: `<p>First.</p>${code(11)}<p>Second.</p>${code(15)}<p>Last.</p>`,
          actions: [
            { ...action('one', text('one')), block: 11 },
            { ...action('two', text('two')), block: 11 },
            { ...action('three', text('three')), block: 15 },
            action('homeless', text('homeless')),
          ],
        },
      ],
    });
    const order = await page
      .locator('.step')
      .first()
      .evaluate(step =>
        [...step.querySelectorAll('.prose p, pre.code > code, .action-title, .code-buttons, .checks table')]
          .filter(element => !element.closest('.action-content'))
          .map(element => (element.matches('.code-buttons, table') ? element.tagName : (element.textContent ?? ''))),
      );
    assert.deepEqual(order, [
      ...['First.', 'SELECT 11;', 'one', 'two', 'Second.', 'SELECT 15;', 'three', 'Last.', 'homeless'],
      ...['DIV', 'TABLE'],
    ]);
    const widths = await page.locator('.step-body').evaluate(body => ({
      body: body.clientWidth,
      results: body.querySelector('.results')!.clientWidth,
    }));
    assert.equal(widths.results, widths.body, 'results have the whole width');
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('draws a heat map as a table that can be read without its colours', async () => {
    const page = await harness.show(state);
    const map = page.getByRole('group', { name: 'Keys 1, 2, 3: one range at a time: rows written' });
    assert.equal(await map.getByRole('row').count(), 9);
    assert.deepEqual(await map.getByRole('rowheader').allTextContents(), moments);
    assert.deepEqual(await map.getByRole('columnheader').allTextContents(), ['moment', ...ranges]);
    const third = map.getByRole('row', { name: /^moment 3/ }).getByRole('cell');
    assert.deepEqual(await third.allTextContents(), ['·', '·', '102', '·', '·', '·', '·', '·']);
    assert.equal(
      await page.getByText('Hottest: moment moment 8').count(),
      0,
      'a row that names its kind does not name it twice',
    );
    await page.getByText('Hottest: moment 8, range 8 with 107 rows written, 100 % of its row.').waitFor();
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('shades cells by their share of the hottest, the empty one not at all', async () => {
    const page = await harness.show(state);
    const cells = page.getByRole('group', { name: /^Conflicts/ }).getByRole('cell');
    const colours = await cells.evaluateAll(all => all.map(cell => getComputedStyle(cell).backgroundColor));
    assert.equal(new Set(colours).size, 7);
    assert.equal(colours.at(-1), 'rgba(0, 0, 0, 0)');
    assert.equal(await page.locator('.heat-map img, .heat-map script').count(), 0);
    await page.close();
  });

  it('shows two plans side by side and opens them in the plan viewer', async () => {
    const page = await harness.show(state);
    const table = page.getByRole('group', { name: 'Plans side by side' });
    assert.match((await table.getByRole('row', { name: /Rows read/ }).textContent()) ?? '', /600.*30.*20× less/);
    await page.getByText('Plan by-merchant', { exact: true }).click();
    await page.getByRole('group', { name: 'Plan by-merchant' }).waitFor();
    await page.getByRole('button', { name: 'Open the plans by-merchant and covering in the plan viewer' }).click();
    assert.deepEqual(
      (await callsOf(page)).filter(({ method }) => method === 'openPlanComparison'),
      [{ method: 'openPlanComparison', params: { before: was, after: is } }],
    );
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('keeps wide maps inside their frame in a narrow view', async () => {
    for (const width of [340, 260]) {
      const page = await harness.show(state, { width });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth), false);
      await page.close();
    }
  });
});
