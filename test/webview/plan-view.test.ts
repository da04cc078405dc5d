import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { comparePlanViews } from '../../src/core/plan-view/comparison';
import { showPlan } from '../../src/core/plan-view/plan-view';
import type { PlanViewMemory, PlanViewState } from '../../src/protocol/plan-view';
import { largePlan, recordedPlan, slowPlan } from '../support/plans';
import { callsOf, memoryOf, problemsOf, sendState, ViewHarness } from './harness';
import { lostIn } from './reflow';

const HOSTILE = '<img src=x onerror="document.title=`owned`">';
const statement = `SELECT id FROM transactions WHERE note = '${HOSTILE}'`;
const lookup = showPlan({ name: `Plan ${HOSTILE}`, text: recordedPlan('r15'), statement, region: 'us-east-1' });
const joined = showPlan({ name: 'cross join', text: recordedPlan('r06') });
const state: PlanViewState = { plan: lookup.view, saved: false };
const joinedState: PlanViewState = { plan: joined.view, saved: true };

const selected = (page: Page): Promise<string | null> => page.locator('.side h2').first().textContent();
const marked = (page: Page): Promise<string[]> => page.locator('.raw-line.marked mark').allTextContents();
const active = (page: Page): Promise<string | null> =>
  page.evaluate('document.getElementById(document.activeElement.getAttribute("aria-activedescendant"))?.dataset.node');

/** Frame by frame: the page's policy does not let the browser's own waiting evaluate text. */
async function until(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate(expression))) await page.evaluate('new Promise(requestAnimationFrame).then(() => 0)');
}

describe('the plan viewer', () => {
  let harness: ViewHarness<PlanViewState>;
  before(async () => (harness = await ViewHarness.open<PlanViewState>('plan')));
  after(() => harness.close());

  it('draws graph, table and text, under the policy, with every text as text', async () => {
    const page = await harness.show(state);
    assert.equal(await page.locator('h1').textContent(), `Plan ${HOSTILE}`);
    await page.locator('.canvas [role=treeitem]').nth(5).waitFor();
    assert.equal(await page.locator('.canvas .storage').count(), 4);
    assert.equal(await page.locator('.storage-box').count(), 1);
    assert.match((await page.locator('.side .code').last().textContent()) ?? '', /<img src=x/);
    await page.getByRole('tab', { name: 'Table' }).click();
    assert.equal(await page.locator('.rows [role=row]').count(), 6);
    await page.getByRole('tab', { name: 'Text' }).click();
    assert.equal((await marked(page)).length, 1);
    assert.equal(await page.locator('img').count(), 0);
    assert.notEqual(await page.title(), 'owned');
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('says why the index on a small table was not used, beside the finding that there is none', async () => {
    const catalog = {
      tables: [{ name: 'transactions', indexes: [{ name: 'by_payer', key: ['payer_id'], valid: true }] }],
    };
    const { view } = showPlan({ name: 'small', text: recordedPlan('r14') }, catalog);
    const page = await harness.show({ plan: view, saved: false });
    const remark = page.locator('.side .remark');
    await remark.waitFor();
    assert.match((await remark.textContent()) ?? '', /The index by_payer was not used, and that is right: all 6 rows/);
    assert.equal(await page.locator('.side .good').textContent(), 'Nothing to change was found.');
    await remark.getByRole('button').click();
    assert.equal(await selected(page), 'Full Scan (btree-table)');
    await page.close();
  });

  it('keeps one selection in graph, table, text and details', async () => {
    const page = await harness.show(state);
    await page.locator('.canvas [data-node="4"]').click();
    assert.equal(await selected(page), 'Storage Lookup');
    await page.getByRole('tab', { name: 'Text' }).click();
    const lines = await marked(page);
    assert.equal(lines.length, 2);
    assert.match(lines.join('\n'), /-> Storage Lookup on transactions[\s\S]*Projections: id/);
    await page.locator('.raw-line', { hasText: 'B-Tree Scan on' }).click();
    assert.equal(await selected(page), 'B-Tree Scan');
    await page.getByRole('tab', { name: 'Table' }).click();
    assert.equal(await page.locator('.row.selected').getAttribute('data-node'), '3');
    const { place } = (await memoryOf(page)) as PlanViewMemory;
    assert.deepEqual(place, { tab: 'table', metric: 'time', selected: 3 });
    await page.close();
  });

  it('is a tree grid for the keyboard and the screen reader', async () => {
    const page = await harness.show(joinedState);
    await page.getByRole('tab', { name: 'Table' }).click();
    await page.locator('[role=treegrid]').focus();
    const press = async (key: string) => {
      await page.keyboard.press(key);
      return active(page);
    };
    assert.equal(await press('ArrowDown'), '1');
    assert.equal(await press('ArrowRight'), '2');
    assert.equal(await press('ArrowLeft'), '2');
    assert.equal(await page.locator('#row-2').getAttribute('aria-expanded'), 'false');
    assert.equal(await page.locator('#row-3').count(), 0);
    const after = Number(await press('ArrowDown'));
    assert.equal(joined.view.nodes[after]?.parent, 1);
    assert.equal(await press('ArrowLeft'), String(after));
    assert.equal(await press('ArrowLeft'), '1');
    assert.equal(await press('End'), String(after));
    assert.equal(await press('Home'), '0');
    const found = Number(await press('m'));
    assert.equal(joined.view.nodes[found]?.title, 'Materialize');
    const row = page.locator('#row-1');
    assert.deepEqual(
      await Promise.all(
        ['aria-level', 'aria-posinset', 'aria-setsize', 'aria-rowindex'].map(name => row.getAttribute(name)),
      ),
      ['2', '1', '1', '3'],
    );
    assert.equal(
      await page.locator('[role=treegrid]').getAttribute('aria-rowcount'),
      String(1 + (await page.locator('.rows .row').count())),
    );
    await page.close();
  });

  it('moves, zooms and fits the graph by key, and says each node', async () => {
    const page = await harness.show(joinedState);
    await page.locator('.canvas').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.locator('#graph-2.selected').waitFor();
    assert.equal(await active(page), '2');
    assert.match(
      (await page.locator('#graph-2').getAttribute('aria-label')) ?? '',
      /^Nested Loop, 125,000 rows, 14\.8 ms \(1 %\)/,
    );
    await page.keyboard.press('ArrowRight');
    await page.locator('#graph-15.selected').waitFor();
    const scale = () => page.locator('.canvas > g').getAttribute('transform');
    const before = await scale();
    await page.keyboard.press('+');
    await until(page, `document.querySelector('.canvas > g').getAttribute('transform') !== ${JSON.stringify(before)}`);
    await page.getByRole('button', { name: 'Fit the plan' }).click();
    await page.locator('.minimap.idle').waitFor({ state: 'attached' });
    await page.close();
  });

  it('colours by every metric of the plan, as number and word, too', async () => {
    const page = await harness.show(joinedState);
    const choice = page.getByLabel('Colour nodes by');
    assert.deepEqual(await choice.locator('option').allTextContents(), [
      'Time',
      'Rows',
      'Cost',
      'Estimate error',
      'DPU',
    ]);
    await choice.selectOption('estimate');
    const hot = page.locator('.canvas .heat-4');
    await hot.first().waitFor();
    assert.match((await hot.first().getAttribute('aria-label')) ?? '', /× fewer, estimated very far off/);
    await choice.selectOption('dpu');
    await page.locator('.canvas .node-heat', { hasText: 'DPU' }).first().waitFor();
    await choice.selectOption('time');
    await page.locator('.canvas .node-heat', { hasText: ' ms' }).first().waitFor();
    const spoken = await page.locator('.canvas .heat-4, .canvas .heat-3').first().getAttribute('aria-label');
    assert.match(spoken ?? '', /ms \(\d+ %\), (much|most) of the time/);
    await page.close();
  });

  it('finds nodes, jumps from findings, and hands their SQL over', async () => {
    const page = await harness.show(joinedState);
    await page.getByRole('searchbox').fill('materialize');
    assert.equal(await page.locator('.find-count').textContent(), '1 of 3');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.find-count').textContent(), '2 of 3');
    assert.equal(await selected(page), 'Materialize');
    assert.deepEqual(
      joined.view.findings.map(({ title }) => title),
      ['Join without a condition', 'Never analysed'],
    );
    const [first] = joined.view.findings;
    await page
      .getByRole('heading', { name: new RegExp(`^(Severe|Warning|Notice) ${first?.title}$`) })
      .first()
      .waitFor();
    await page.locator('.finding .link').first().click();
    assert.equal(await selected(page), 'Nested Loop');
    const unknown = page.locator('.finding', { hasText: 'Never analysed' });
    await unknown.locator('.link').first().click();
    assert.equal(await selected(page), 'Full Scan (btree-table)');
    await unknown.getByText('Open in Editor').click();
    await page.getByText('Export').click();
    const sql = joined.view.findings[1]?.sql ?? '';
    assert.ok(sql.startsWith('ANALYZE'));
    assert.deepEqual(await callsOf(page), [
      { method: 'openSql', params: { text: sql } },
      { method: 'export', params: { metric: 'time' } },
    ]);
    await page.close();
  });

  it('shows a comparison that the host tells before the page has asked', async () => {
    const before = showPlan({ name: 'before the index', text: recordedPlan('r14') });
    const compared = { ...state, comparison: comparePlanViews(before, lookup) };
    const memory = { source: state.plan.source, place: { tab: 'table', metric: 'rows', selected: 0 } };
    const page = await harness.show(compared, { early: compared, memory });
    await page.getByRole('tab', { name: 'Compare', selected: true }).waitFor();
    assert.equal(await page.locator('.bar select').inputValue(), 'rows');
    await page.close();
  });

  it('compares two plans and keeps the selection in step', async () => {
    const before = showPlan({ name: 'before the index', text: recordedPlan('r14') });
    const page = await harness.show(state);
    await sendState(page, { ...state, comparison: comparePlanViews(before, lookup) });
    await page.locator('.compare .pairs').waitFor();
    assert.equal(await page.getByRole('tab', { name: 'Compare' }).getAttribute('aria-selected'), 'true');
    await page.locator('tr.replaced').first().click();
    assert.equal(await selected(page), 'Index Scan Backward');
    // both graphs show the pair at the same place and scale, and go on doing so when one is moved
    // found and measured in one go: a node that is drawn anew in between has no place
    const place = (side: 'before' | 'after') =>
      page.evaluate(prefix => {
        const node = document.querySelector(`.canvas [id^="${prefix}-"].selected`)!;
        const { left, top } = node.getBoundingClientRect();
        const canvas = node.closest('.canvas')!.getBoundingClientRect();
        return { left: Math.round(left - canvas.left), top: Math.round(top - canvas.top) };
      }, side);
    for (const side of ['before', 'after']) await page.locator(`.canvas [id^="${side}-"].selected`).waitFor();
    assert.deepEqual(await place('before'), await place('after'));
    const was = await place('after');
    await page.locator('.compare-side .canvas').first().focus();
    await page.keyboard.press('+');
    await page.keyboard.press('Shift+ArrowDown');
    await until(page, `Math.abs(document.querySelector('[id^="after-"].selected').getBoundingClientRect().height) > 0`);
    await page.evaluate(
      'new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame)).then(() => 0)',
    );
    assert.notDeepEqual(await place('after'), was);
    assert.deepEqual(await place('before'), await place('after'));
    const spoken = await page
      .locator('#after-' + (await page.locator('[id^="after-"].selected').getAttribute('data-node')))
      .getAttribute('aria-label');
    assert.match(spoken ?? '', /read in another way/);
    await page.getByText('End Comparison').click();
    assert.deepEqual(await callsOf(page), [{ method: 'endCompare', params: {} }]);
    await sendState(page, state);
    await page.getByRole('tab', { name: 'Compare' }).waitFor({ state: 'detached' });
    await page.close();
  });

  for (const width of [1200, 480])
    it(`draws a comparison side by side, ${width} pixels wide`, async () => {
      const before = showPlan({ name: 'before the index', text: recordedPlan('r14') });
      const page = await harness.show({ ...state, comparison: comparePlanViews(before, lookup) }, { width });
      await page.locator('.compare-side .node').nth(3).waitFor();
      const ids = await page.evaluate<string[]>('[...document.querySelectorAll("[id]")].map(({ id }) => id)');
      assert.equal(new Set(ids).size, ids.length, 'an id stands twice');
      assert.deepEqual(await problemsOf(page), []);
      await page.close();
    });

  it('puts a comparison into blocks where there is no room for its columns, and it stays a table', async () => {
    const before = showPlan({ name: 'before the index', text: recordedPlan('r14') });
    const page = await harness.show({ ...state, comparison: comparePlanViews(before, lookup) }, { width: 200 });
    await page.locator('.pairs tbody tr').first().click();
    assert.deepEqual(await lostIn(page), []);
    const pairs = page.getByRole('table', { name: 'Nodes of the two plans, matched' });
    const row = pairs.getByRole('row', { name: /Node before Limit Node after Limit Change other figures/ });
    assert.equal(await row.getByRole('cell').count(), 4);
    await page.close();
  });

  it('leads from how much was found to what was found', async () => {
    const slow = showPlan({ name: 'slow', text: slowPlan, statement });
    const page = await harness.show({ plan: slow.view, saved: false }, { width: 450 });
    assert.equal(await page.locator('.summary').textContent(), slow.view.summary);
    await page
      .locator('.summary')
      .getByRole('button', { name: /^\d+ findings?$/ })
      .click();
    assert.ok(await page.evaluate(() => document.activeElement?.closest('#finding-0')));
    await page.close();
  });

  it('leads a recommended index into index work in one click', async () => {
    const slow = showPlan({ name: 'slow', text: slowPlan, statement });
    const sql = slow.view.findings.find(finding => finding.sql?.startsWith('CREATE INDEX'))?.sql;
    assert.ok(sql);
    const page = await harness.show({ plan: slow.view, saved: false });
    await page.getByText('Try This Index').first().click();
    assert.deepEqual(await callsOf(page), [{ method: 'tryIndex', params: { sql } }]);
    await page.close();
  });

  it('offers to count rows where there is a cluster to count them on, and nowhere else', async () => {
    const page = await harness.show({ ...state, countable: ['public.transactions'] });
    const count = page.getByRole('button', { name: 'Count the rows of public.transactions, to judge the statistics' });
    await count.focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await callsOf(page), [{ method: 'countRows', params: {} }]);
    await sendState(page, state);
    await count.waitFor({ state: 'detached' });
    await page.close();
  });

  it('stays where the user looks when rows were counted, a file was saved, or another tab was shown', async () => {
    const place = () => page.locator('.canvas > g').getAttribute('transform');
    const page = await harness.show(joinedState, { width: 700 });
    /** Until it stands still: what a changed layout moves is drawn some frames later. */
    const drawn = async (): Promise<void> => {
      const frames = 'new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame)).then(() => 0)';
      for (let before = await place(), still = 0; still < 3;) {
        await page.evaluate(frames);
        const now = await place();
        still = now === before ? still + 1 : 0;
        before = now;
      }
    };
    /** Fitting it again changes nothing. */
    const assertFitted = async (): Promise<void> => {
      await drawn();
      const before = await place();
      await page.getByRole('button', { name: 'Fit the plan' }).click();
      await drawn();
      assert.equal(before, await place());
    };
    await page.locator('.canvas [role=treeitem]').first().waitFor();
    await page.getByRole('button', { name: 'Fit the plan' }).click();
    await assertFitted();
    const known: PlanViewState = { plan: { ...joined.view, summary: 'rows were counted' }, saved: false };
    await sendState(page, known);
    await page.getByText('rows were counted').waitFor();
    await assertFitted();
    for (const name of ['Table', 'Graph']) await page.getByRole('tab', { name }).click();
    await assertFitted();
    const fitted = await place();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await drawn();
    const zoomed = await place();
    assert.notEqual(zoomed, fitted);
    await sendState(page, { ...known, plan: { ...known.plan, summary: 'counted again' } });
    await page.getByText('counted again').waitFor();
    await drawn();
    assert.equal(await place(), zoomed);
    // what fits goes on fitting a panel of another size
    await page.getByRole('button', { name: 'Fit the plan' }).click();
    await page.setViewportSize({ width: 1_100, height: 900 });
    await until(page, `document.querySelector('.canvas > g').getAttribute('transform') !== ${JSON.stringify(fitted)}`);
    await assertFitted();
    // another plan begins fitted
    await sendState(page, state);
    await page.getByRole('heading', { level: 1, name: 'Plan' }).waitFor();
    await assertFitted();
    await page.close();
  });

  it('holds a bounded part of a plan of 2,000 nodes in the page', async () => {
    const large = showPlan({ name: 'large', text: largePlan(2_000) });
    assert.ok(large.view.nodes.length >= 2_000);
    const page = await harness.show({ plan: large.view, saved: false });
    const count = () => page.evaluate<number>('document.querySelectorAll("*").length');
    assert.ok((await count()) < 1_000, `far out: ${await count()}`);
    await page.locator('.canvas').focus();
    await page.keyboard.press('End');
    await page.locator(`#graph-${large.view.nodes.length - 1}.selected`).waitFor();
    assert.ok((await count()) < 3_000, `close: ${await count()}`);
    await page.getByRole('tab', { name: 'Table' }).click();
    assert.ok((await count()) < 1_500, `table: ${await count()}`);
    await page.locator('[role=treegrid]').focus();
    await page.keyboard.press('Home');
    assert.equal(await active(page), '0');
    await page.getByRole('tab', { name: 'Text' }).click();
    assert.ok((await count()) < 1_500, `text: ${await count()}`);
    await sendState(page, { plan: large.view, saved: false, comparison: comparePlanViews(lookup, large) });
    await page.locator('.compare .more', { hasText: `1000 of` }).waitFor();
    assert.ok((await count()) < 12_000, `compare: ${await count()}`);
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('comes back as it was left, and fits a narrow panel', async () => {
    const memory: PlanViewMemory = { source: lookup.view.source, place: { tab: 'table', metric: 'rows', selected: 5 } };
    const page = await harness.show(state, { width: 340, memory });
    assert.equal(await selected(page), 'B-Tree Lookup');
    assert.equal(await page.getByRole('tab', { name: 'Table' }).getAttribute('aria-selected'), 'true');
    assert.equal(await page.getByLabel('Colour nodes by').inputValue(), 'rows');
    // as all of it is at 400 %: the page is read downwards; the names in the table stand in full in the details
    await page.setViewportSize({ width: 320, height: 256 });
    assert.deepEqual(await lostIn(page, '.cell'), []);
    const heights = await page.evaluate<number[]>(
      `['.pane', '.side'].map(part => document.querySelector(part).clientHeight)`,
    );
    assert.ok(Math.min(...heights) > 200, heights.join());
    await page.getByRole('tab', { name: 'Compare' }).waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Graph' }).click();
    assert.deepEqual(await lostIn(page), []);
    await page.setViewportSize({ width: 260, height: 600 });
    assert.deepEqual(await lostIn(page), []);
    await page.close();
  });

  it('begins at the top where the whole could not be read, and shows the whole when there is room for it', async () => {
    const page = await harness.show(joinedState, { width: 460 });
    await page.setViewportSize({ width: 460, height: 420 });
    const top = `document.querySelector('#graph-0').getBoundingClientRect().top - document.querySelector('.graph').getBoundingClientRect().top`;
    await until(page, `document.querySelector('#graph-0') !== null && !document.querySelector('.minimap.idle')`);
    assert.ok((await page.evaluate<number>(top)) < 30, 'nothing is empty above the first node');
    const place = (await page.locator('.canvas > g').getAttribute('transform')) ?? '';
    assert.ok(Number(/scale\(([\d.]+)\)/.exec(place)?.[1]) >= 0.75, `too small to read: ${place}`);
    await page.setViewportSize({ width: 1_400, height: 1_400 });
    await page.locator('.minimap.idle').waitFor({ state: 'attached' });
    await page.close();
  });

  it('draws a PNG of its own when the host asks', async () => {
    const page = await harness.show(state);
    await page.evaluate(() => {
      const fake = (window as unknown as { fakeHost: { post(message: unknown): void } }).fakeHost;
      fake.post({ rpc: 'call', id: 99, method: 'png', params: {} });
    });
    await until(page, 'fakeHost.answers?.length > 0');
    const [answer] = await page.evaluate<{ result: string }[]>('fakeHost.answers');
    const bytes = Buffer.from(answer?.result ?? '', 'base64');
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    assert.equal(bytes.readUInt32BE(16), Math.ceil(lookup.view.drawing.width * 2));
    await page.close();
  });
});
