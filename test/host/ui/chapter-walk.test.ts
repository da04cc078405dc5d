import assert from 'node:assert/strict';
import { testPackage } from './package';
import { secretsBelow } from './secrets';
import { Workbench } from './workbench';

describe('a newcomer with the packaged extension', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open(await testPackage());
  });

  after(() => workbench?.close());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('failed');
  });

  /** Types the title: the list shows a few rows only, those about the chapter that is shown. A webview that is still opening may take the focus and close the list. */
  async function runLesson(title: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await workbench.runCommand('DSQL Workshop: Run Chapter…');
      const chosen = await workbench
        .quickPickRow(' · ')
        .waitFor({ timeout: 10_000 })
        .then(() => workbench.page.locator('.quick-input-widget input[type=text]').fill(title, { timeout: 5_000 }))
        .then(() => workbench.quickPickRow(title).click({ timeout: 5_000 }))
        .then(
          () => true,
          () => false,
        );
      if (chosen) return;
      if (attempt >= 5) throw new Error(`“${title}” could not be chosen`);
      await workbench.page.keyboard.press('Escape');
    }
  }

  it('finds “Run Chapter…” in the palette and picks the first chapter', async () => {
    await workbench.runCommand('DSQL Workshop: Run Chapter…');
    const row = workbench.quickPickRow('0 · ');
    await row.waitFor();
    assert.match((await row.textContent()) ?? '', /0 of \d+ steps done/);
    await workbench.page.keyboard.press('Enter');
  });

  it('sees the chapter run to its end in the webview', async () => {
    const { view } = workbench;
    await view.getByRole('heading', { level: 1 }).waitFor();
    await view.getByText(/^All \d+ steps done$/).waitFor({ timeout: 120_000 });
    assert.ok((await view.locator('.check-table tr.held').count()) > 0);
    assert.equal(await view.locator('.check-table tr.broken').count(), 0);
    await view.locator('.run-bar').waitFor({ state: 'hidden' });
  });

  it('sees the local cluster in the status bar', async () => {
    await workbench.page.locator('.statusbar-item', { hasText: /DSQL: localhost:\d+/ }).waitFor();
  });

  it('resets a step and runs it again with a click', async () => {
    const { view } = workbench;
    const first = view.locator('.step').last();
    const buttons = first.getByRole('button');
    await buttons.first().click();
    await first.locator('.badge .spinner, .badge .icon').first().waitFor();
    await view.getByText(/^All \d+ steps done$/).waitFor({ timeout: 120_000 });
  });

  for (const [theme, kind, name] of [
    ['Dark Modern', 'vs-dark', 'dark'],
    ['Light Modern', 'vs', 'light'],
    ['Dark High Contrast', 'hc-black', 'high-contrast'],
  ] as const) {
    it(`sees it well in the ${name} theme`, async () => {
      await workbench.setTheme(theme, kind);
      await workbench.screenshot(`chapter-${name}`);
    });
  }

  for (const [title, drawn] of [
    ['Two sessions', '.interleaving .timeline'],
    ['Multi-tenant keys', '.heat-map, .plan-comparison'],
    ['Order service', '.jobs, .result-table'],
  ] as const)
    it(`runs “${title}” and sees its results drawn, in a page that is as wide as it is`, async () => {
      const { view, page } = workbench;
      await runLesson(title);
      await view.getByRole('heading', { level: 1, name: title }).waitFor();
      await view.getByText(/^All \d+ steps done$/).waitFor({ timeout: 120_000 });
      for (const kind of drawn.split(', ')) await view.locator(kind).first().waitFor({ state: 'attached' });
      for (const width of [1280, 620]) {
        await page.setViewportSize({ width, height: 860 });
        await view.locator(drawn).first().scrollIntoViewIfNeeded();
        const wide = await view.locator('html').evaluate(root => root.scrollWidth - root.clientWidth);
        assert.ok(wide <= 0, `${wide} px too wide at ${width}`);
      }
      await page.setViewportSize({ width: 1280, height: 860 });
    });

  it('runs the stress chapter with progress it can follow, and sees its figures', async () => {
    const { view } = workbench;
    await runLesson('Stress and OCC retries');
    await view.locator('.live-figures').waitFor({ timeout: 120_000 });
    await workbench.screenshot('stress-running');
    await view.getByText(/^All \d+ steps done$/).waitFor({ timeout: 240_000 });
    const figures = view.locator('.stress').first();
    await figures.scrollIntoViewIfNeeded();
    await figures.filter({ hasText: /Sum of balances.*unchanged/ }).waitFor();
    await workbench.screenshot('stress-done');
  });

  it('finds the chapter again after the window was loaded anew', async () => {
    await workbench.reload(/dsqlWorkshop\.chapter/);
    await workbench.view.getByRole('heading', { level: 1 }).waitFor();
    await workbench.view.getByText(/^All \d+ steps done$/).waitFor({ timeout: 120_000 });
    await workbench.view.locator('.eyebrow', { hasText: 'Chapter 2' }).waitFor();
  });

  it('has left no secret in any file', async () => {
    assert.deepEqual(await secretsBelow(workbench.scratch, []), []);
  });
});
