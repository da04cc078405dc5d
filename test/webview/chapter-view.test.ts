import assert from 'node:assert/strict';
import { chapter, HOSTILE, pendingStep, run, running } from './fixtures';
import { callsOf, ChapterViewHarness, memoryOf, problemsOf, sendProgress, sendState } from './harness';

describe('the chapter view', () => {
  let harness: ChapterViewHarness;
  before(async () => (harness = await ChapterViewHarness.open()));
  after(() => harness.close());

  it('draws the chapter under its own policy, without a violation or an error', async () => {
    const page = await harness.show(chapter);
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Stress and OCC retries');
    assert.deepEqual(
      await page.getByRole('heading', { level: 2 }).allTextContents(),
      chapter.steps.map(step => step.title),
    );
    assert.equal(await page.getByText('2 of 4 steps done, 1 failed', { exact: true }).count(), 1);
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('shows what the database sent as text, whatever it holds', async () => {
    const page = await harness.show(chapter);
    assert.equal(await page.getByRole('cell', { name: HOSTILE }).textContent(), HOSTILE);
    assert.equal(await page.locator('.result-table img, .result-table script').count(), 0);
    assert.equal(await page.title(), 'test');
    await page.close();
  });

  it('lets only known elements of the prose through', async () => {
    const introductionHtml = `<p onclick="document.title='owned'">a ${HOSTILE} <a href="javascript:alert(1)">b</a> <a href="https://example.com/">c</a></p><iframe src="https://example.com"></iframe><pre><code class="language-sql">SELECT '<b>' AS "key range"</code></pre>`;
    const page = await harness.show({ ...chapter, introductionHtml });
    const prose = page.locator('.introduction');
    assert.equal(await prose.locator('img, script, iframe, [onclick], b').count(), 0);
    assert.deepEqual(await prose.locator('a').evaluateAll(links => links.map(link => link.getAttribute('href'))), [
      'https://example.com/',
    ]);
    assert.deepEqual(await prose.locator('.tok-keyword').allTextContents(), ['SELECT', 'AS']);
    assert.equal(await page.title(), 'test');
    await page.close();
  });

  it('hears its host alone, no frame of another origin', async () => {
    const page = await harness.show(chapter);
    const value = { ...chapter, title: 'A page of somebody else' };
    await page.evaluate(
      async message => {
        const frame = document.createElement('iframe');
        frame.setAttribute('sandbox', 'allow-scripts');
        frame.srcdoc = `<script nonce="bm9uY2U=">parent.postMessage(${message}, '*')</script>`;
        const heard = new Promise(resolve => addEventListener('message', resolve, { once: true }));
        document.body.append(frame);
        await heard;
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
      },
      JSON.stringify({ rpc: 'event', name: 'state', value }).replaceAll('<', '\\u003c'),
    );
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Stress and OCC retries');
    await sendState(page, value);
    await page.getByRole('heading', { level: 1, name: value.title }).waitFor();
    await page.close();
  });

  it('gives code all the width there is, and prose a measure', async () => {
    const introductionHtml = `<p>${'word '.repeat(60)}</p><pre><code class="language-sql">SELECT 1</code></pre>`;
    const page = await harness.show({ ...chapter, introductionHtml }, { width: 1_100 });
    const widths = await page
      .locator('.introduction, .introduction > *')
      .evaluateAll(parts => parts.map(part => part.getBoundingClientRect().width));
    const [all, prose, code] = widths;
    assert.equal(code, all);
    assert.ok(prose! < all!, widths.join());
    await page.close();
  });

  it('aligns numbers right and tells NULL from text', async () => {
    const page = await harness.show(chapter);
    const balance = page.getByRole('cell', { name: '1250' });
    assert.equal(await balance.evaluate(cell => getComputedStyle(cell).textAlign), 'right');
    assert.match(await balance.evaluate(cell => getComputedStyle(cell).fontVariantNumeric), /tabular-nums/);
    assert.equal(await page.locator('td .null').textContent(), 'NULL');
    await page.close();
  });

  it('shows expected against actual of each check', async () => {
    const page = await harness.show(chapter);
    const row = page.getByRole('row', { name: /the plan uses the index/ });
    assert.match((await row.textContent()) ?? '', /Did not hold.*Index Only Scan.*Full Scan \(btree-table\)/);
    assert.equal(await row.locator('+ tr.check-next').textContent(), 'ANALYZE the table, then check again.');
    const open = page.getByRole('row', { name: /every call succeeded/ });
    assert.match((await open.textContent()) ?? '', /Not checked yet/);
    await page.close();
  });

  it('leads on once every step is done', async () => {
    const page = await harness.show(chapter);
    const leading = () => page.locator('.chapter-header vscode-button[appearance=primary]').allTextContents();
    assert.deepEqual(await leading(), ['Run all']);
    await sendState(page, { ...chapter, steps: chapter.steps.map(step => ({ ...step, status: 'done' as const })) });
    await page.getByText('All 4 steps done', { exact: true }).waitFor();
    assert.deepEqual(await leading(), ['Next']);
    await page.close();
  });

  it('gives the figures of a stress run', async () => {
    const page = await harness.show(chapter);
    const text = (await page.locator('.stress').textContent()) ?? '';
    for (const figure of [
      '2,976',
      '93.44\u00a0%',
      '656',
      '735',
      'unchanged',
      '97.5 ms',
      '663 ms',
      'Conflict on data (40001 OC000)',
    ])
      assert.ok(text.includes(figure), `${figure} is missing`);
    await page.close();
  });

  it('asks the host for what the buttons say, and keeps the slug', async () => {
    const page = await harness.show(chapter);
    await page.getByRole('button', { name: 'Run all' }).click();
    await page.getByRole('button', { name: 'Run step 4: With retries' }).click();
    await page.getByRole('button', { name: 'Reset step 1: A hundred accounts' }).click();
    await page.getByRole('button', { name: 'Next chapter: 3 · UUID history' }).click();
    await page.getByRole('button', { name: 'Copy table' }).click();
    assert.deepEqual(await callsOf(page), [
      { method: 'runAll', params: {} },
      { method: 'runStep', params: { stepId: 'with-retries' } },
      { method: 'resetStep', params: { stepId: 'create-accounts' } },
      { method: 'openChapter', params: { slug: '03-history' } },
      { method: 'copy', params: { text: `id\tname\tbalance\n1\tAda\t100\n2\t${HOSTILE}\t1250\n3\t\t98` } },
    ]);
    assert.equal(((await memoryOf(page)) as { slug: string }).slug, chapter.slug);
    await page.close();
  });

  it('works by keyboard alone', async () => {
    const page = await harness.show(chapter);
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
    const visited: (string | null | undefined)[] = [];
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      visited.push(await focused());
      if (visited.at(-1) === 'Run step 4: With retries') break;
    }
    assert.deepEqual(visited.slice(0, 3), ['Skip to the next open step', 'Change where chapters run', 'Run all']);
    assert.equal(visited.at(-1), 'Run step 4: With retries');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    assert.deepEqual(
      (await callsOf(page)).map(call => call.method),
      ['runStep', 'runStep'],
    );
    await page.close();
  });

  it('shows progress, locks the other buttons, and cancels', async () => {
    const page = await harness.show(running);
    await sendProgress(page, run);
    const bar = page.getByRole('progressbar', { name: 'Progress of the run' });
    assert.equal(await bar.getAttribute('aria-valuenow'), '42');
    assert.ok(((await page.locator('.live-figures').textContent()) ?? '').includes('4,200 / 10,000'));
    await page.getByRole('button', { name: 'Run all' }).click({ force: true });
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.deepEqual(
      (await callsOf(page)).map(call => call.method),
      ['cancel'],
    );
    await sendProgress(page, { ...run, cancelling: true });
    await page.getByText('Cancelling…').waitFor();
    await sendState(page, { ...chapter });
    await page.locator('.run-bar').waitFor({ state: 'hidden' });
    await page.close();
  });

  it('announces what changed, keeps the focus and what was opened', async () => {
    const page = await harness.show(running);
    await page.getByRole('button', { name: 'Cancel' }).focus();
    const details = page.locator('details.action').nth(0);
    await details.locator('summary').click();
    assert.equal(await details.getAttribute('open'), null);
    await page.getByRole('button', { name: 'Copy before' }).focus();
    await sendState(page, { ...chapter, steps: [...chapter.steps.slice(0, 3), { ...pendingStep, status: 'done' }] });
    await page
      .getByRole('status')
      .getByText('Step 4, With retries, is done: every check held.')
      .waitFor({ state: 'attached' });
    assert.equal(await details.getAttribute('open'), null);
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Copy before');
    await page.close();
  });

  it('announces that all of a chapter is done with its last step', async () => {
    const done = chapter.steps.map(step => ({ ...step, status: 'done' as const }));
    const page = await harness.show({ ...chapter, steps: [...done.slice(0, 3), pendingStep] });
    await sendState(page, { ...chapter, steps: done });
    await page
      .getByRole('status')
      .getByText('Step 4, With retries, is done: every check held. All 4 steps are done.')
      .waitFor({ state: 'attached' });
    await page.close();
  });

  it('says why something could not be done, as an alert', async () => {
    const page = await harness.show({
      ...chapter,
      notice: { severity: 'error', message: 'Port 5432 is in use.', nextStep: 'Choose another.' },
    });
    assert.equal(await page.getByRole('alert').textContent(), 'Port 5432 is in use.Choose another.');
    await page.close();
  });

  it('says it in sight, wherever the page is scrolled to, until it is dismissed or there is something else to say', async () => {
    const notice = { severity: 'error', message: 'Nothing was applied.' } as const;
    const page = await harness.show(chapter);
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    const alert = page.getByRole('alert');
    await page.getByRole('button', { name: 'Skip step 4' }).focus();
    await sendState(page, { ...chapter, notice });
    await alert.getByText('Nothing was applied.').waitFor();
    const { y = -1, height = 0 } = (await alert.boundingBox()) ?? {};
    assert.ok(y >= 0 && y + height <= 900, `it stands at ${y}`);
    await alert.getByRole('button', { name: 'Dismiss' }).focus();
    await page.keyboard.press('Enter');
    await alert.waitFor({ state: 'hidden' });
    assert.match((await page.evaluate(() => document.activeElement?.ariaLabel)) ?? '', /^Skip step 4/);
    await sendState(page, { ...chapter, checking: true, notice });
    await page.getByText('checking…').first().waitFor();
    assert.equal(await alert.isVisible(), false, 'the same again');
    await sendState(page, { ...chapter, notice: { ...notice, message: 'Nothing again.' } });
    await alert.getByText('Nothing again.').waitFor();
    await page.close();
  });

  it('says at the top of a step what failed far below', async () => {
    const page = await harness.show(chapter);
    const meta = page.locator('[data-step=plan] .meta').first();
    assert.equal(await meta.textContent(), 'failed · 61.0 ms · unsupported mode. please use CREATE INDEX ASYNC.');
    const [, failed] = chapter.steps;
    const steps = [{ ...failed!, actions: [] }];
    await sendState(page, { ...chapter, steps });
    await page.getByText('failed · 61.0 ms · the plan uses the index', { exact: true }).waitFor();
    await page.close();
  });

  it('comes back where it was', async () => {
    const page = await harness.show(chapter, { memory: { slug: chapter.slug, scrollTop: 600 } });
    await until(async () => Math.abs((await page.evaluate(() => window.scrollY)) - 600) < 50);
    await page.close();
  });
});

async function until(holds: () => Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, 'it never came');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
