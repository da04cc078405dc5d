import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { CodedError } from '../../src/base/errors';
import { BANK_COLUMNS, bankRow, bankRows, column } from '../support/result-columns';
import { until } from '../support/postgres';
import { lostIn } from './reflow';
import { ResultsHarness, type ShownResults, type ShowOptions } from './results-harness';

const HOSTILE = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'"&lt;`;

describe('results view', function () {
  let harness: ResultsHarness;
  let shown: ShownResults;
  before(async () => (harness = await ResultsHarness.open()));
  after(() => harness.close());
  afterEach(async () => {
    assert.deepEqual(await shown.problems(), []);
    await shown.close();
  });
  const show = async (options?: ShowOptions): Promise<Page> => (shown = await harness.show(options)).page;

  const cell = (page: Page, row: number, at: number) => page.locator(`#g0-${row}-${at}`);
  const status = (page: Page) => page.locator('.status-text');
  const saying = (page: Page, text: string | RegExp) => status(page).filter({ hasText: text }).waitFor();

  it('shows the first rows while more come in, and says how many there are', async () => {
    const page = await show();
    const run = shown.begin([{ sql: 'SELECT 1', offset: 0 }]);
    const recorder = run.start(0);
    await recorder.sink.columns(BANK_COLUMNS);
    await recorder.sink.rows(bankRows(0, 10));
    await cell(page, 0, 1)
      .filter({ hasText: bankRow(0)[1] ?? '' })
      .waitFor();
    await saying(page, /^Running · 10 rows/);
    assert.equal(await page.locator('vscode-button', { hasText: 'Cancel' }).isVisible(), true);
    await recorder.sink.rows(bankRows(10, 20));
    await cell(page, 15, 0).filter({ hasText: '16' }).waitFor();
    recorder.succeed({ tag: 'SELECT 20', rowCount: 20, limited: false, durationMs: 1_234, retries: 1 });
    run.finish();
    await saying(page, '20 rows · 1.23 s · 1 retry');
    assert.equal(await page.locator('.grid').getAttribute('aria-rowcount'), '21');
    assert.equal(await page.locator('.grid').getAttribute('aria-colcount'), '9');
  });

  it('reaches the last of a million rows, and the scroll bar both ends of them', async () => {
    const page = await show();
    const run = shown.begin([{ sql: 'SELECT 1' }]);
    const recorder = run.start(0);
    await recorder.sink.columns([column('id', 'int4')]);
    for (let from = 0; from < 1_000_000; from += 20_000)
      await recorder.sink.rows(Array.from({ length: 20_000 }, (_, index) => [String(from + index)]));
    recorder.succeed({ tag: 'SELECT 1000000', rowCount: 1_000_000, limited: false, durationMs: 1, retries: 0 });
    run.finish();
    await saying(page, '1,000,000 rows');
    await cell(page, 0, 0).click();
    await page.keyboard.press('Control+End');
    await cell(page, 999_999, 0).filter({ hasText: '999999' }).waitFor();
    assert.equal(await page.locator('.grid').getAttribute('aria-activedescendant'), 'g0-999999-0');
    await page.keyboard.press('PageUp');
    assert.match((await page.locator('.grid').getAttribute('aria-activedescendant')) ?? '', /^g0-9999[0-9]{2}-0$/);
    await page.keyboard.press('Control+Home');
    await cell(page, 0, 0).filter({ hasText: '0' }).waitFor();
    // the table is higher than the browser allows an element to be
    await page.locator('.grid').evaluate(grid => (grid.scrollTop = grid.scrollHeight));
    await cell(page, 999_999, 0).filter({ hasText: '999999' }).waitFor();
    await page.mouse.move(400, 300);
    await page.mouse.wheel(0, -240);
    await cell(page, 999_999, 0).waitFor({ state: 'detached' });
    await cell(page, 999_979, 0).filter({ hasText: '999979' }).waitFor();
    await page.locator('.column-name').click();
    await page.locator('.column-name').click();
    await page.getByText('Sorted by id descending').waitFor({ state: 'attached' });
    await page.locator('.grid').focus();
    await page.keyboard.press('Control+Home');
    await cell(page, 0, 0).filter({ hasText: '999999' }).waitFor();
  });

  it('keeps only the columns in view in the document, in their order', async () => {
    const page = await show();
    const columns = Array.from({ length: 300 }, (_, index) => column(`c${index}`, 'int4'));
    await shown.fill(
      columns,
      Array.from({ length: 300 }, (_, row) => columns.map((_each, at) => `${row * at}`)),
    );
    await cell(page, 0, 0).click();
    await page.keyboard.press('Control+End');
    await cell(page, 299, 299)
      .filter({ hasText: String(299 * 299) })
      .waitFor();
    await page.keyboard.press('ArrowLeft');
    // drawn with the next frame
    await page.locator('.grid[aria-activedescendant="g0-299-298"]').waitFor();
    const order = await page.locator('.grid-row').evaluateAll(rows =>
      rows.map(row => ({
        row: Number(row.getAttribute('aria-rowindex')),
        columns: [...row.children].map(each => Number(each.getAttribute('aria-colindex'))),
      })),
    );
    const ascending = (values: number[]) => values.every((value, at) => at === 0 || value > (values[at - 1] ?? 0));
    assert.ok(ascending(order.map(({ row }) => row)));
    for (const each of order) assert.ok(ascending(each.columns) && each.columns.length < 40, String(each.columns));
    await page.keyboard.press('Control+c');
    await until(async () => shown.calls.clipboard.length === 1, 'the cell is copied');
    assert.equal(shown.calls.clipboard[0]?.trim(), String(299 * 298));
    await page.keyboard.press('Home');
    await cell(page, 299, 1).filter({ hasText: '299' }).waitFor();
  });

  it('shows hostile text everywhere as text and runs none of it', async () => {
    const page = await show();
    const run = shown.begin([
      { sql: `SELECT '${HOSTILE}'`, offset: 0 },
      { sql: HOSTILE, offset: 1 },
    ]);
    const recorder = run.start(0);
    await recorder.sink.columns([column(HOSTILE, 'text'), { ...column('j', 'jsonb'), typeName: HOSTILE }]);
    await recorder.sink.rows([[HOSTILE, JSON.stringify({ [HOSTILE]: HOSTILE })]]);
    recorder.sink.notice?.({
      severity: 'WARNING',
      sqlstate: '01000',
      message: HOSTILE,
      detail: HOSTILE,
      hint: HOSTILE,
    });
    recorder.sink.retry?.(1, 5, new Error(HOSTILE));
    recorder.succeed({ tag: HOSTILE, rowCount: 1, limited: true, durationMs: 1, retries: 0 });
    run.start(1).fail(
      new CodedError('DATABASE', HOSTILE, {
        nextStep: HOSTILE,
        details: { sqlstate: '42601', detail: HOSTILE, hint: HOSTILE, position: 1 },
      }),
    );
    run.finish();
    await page.locator('.error', { hasText: HOSTILE }).waitFor();
    await page.locator('.tab').first().click();
    await cell(page, 0, 0).filter({ hasText: HOSTILE }).waitFor();
    await cell(page, 0, 0).hover();
    await cell(page, 0, 0).dblclick();
    await page.locator('.detail-body', { hasText: HOSTILE }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.locator('.json-key', { hasText: HOSTILE.replaceAll('"', '"') }).waitFor();
    await page.keyboard.press('Control+f');
    await page.keyboard.type(HOSTILE);
    await page.locator('.find-count', { hasText: 'of 1' }).waitFor();
    assert.equal(await page.evaluate('window.hacked'), undefined);
    assert.equal(await page.locator('img, .page script, iframe').count(), 0);
  });

  it('tells NULL, the empty string, bytes and long text apart, and shows a value whole', async () => {
    const page = await show();
    const long = 'line\n'.repeat(500);
    await shown.fill(
      [
        column('t', 'text'),
        column('b', 'bytea'),
        column('j', 'jsonb'),
        column('z', 'timestamptz'),
        column('n', 'numeric'),
      ],
      [
        [null, '\\x48656c6c6f', '{"a": {"b": [1.10, "x"]}}', '2020-02-03 05:00:00.5+00', '1.10'],
        ['', null, null, null, null],
        [long, '\\x', '[]', 'infinity', 'NaN'],
      ],
    );
    await cell(page, 0, 0)
      .filter({ hasText: /^NULL$/ })
      .waitFor();
    assert.match((await cell(page, 0, 0).getAttribute('class')) ?? '', / null/);
    assert.equal(await cell(page, 1, 0).textContent(), '');
    assert.equal(await cell(page, 0, 1).textContent(), '5 B  \\x48656c6c6f');
    assert.match((await cell(page, 2, 0).textContent()) ?? '', /^line↵line↵.*…$/);
    assert.match((await cell(page, 0, 4).getAttribute('class')) ?? '', / number/);
    await cell(page, 0, 3).hover();
    await page.waitForSelector('#g0-0-3[title*="years ago"]');
    await cell(page, 0, 2).dblclick();
    await page.locator('.json-branch[open] .tok-number', { hasText: '1.10' }).waitFor({ state: 'attached' });
    await page.keyboard.press('ArrowLeft');
    await page.locator('.detail-body pre', { hasText: '48 65 6c 6c 6f' }).waitFor();
    await cell(page, 2, 0).click();
    await page.locator('.detail-facts', { hasText: '2,500 characters' }).waitFor();
    assert.equal(await page.locator('.detail-body pre').textContent(), long);
    await page.setViewportSize({ width: 400, height: 600 });
    const box = async (selector: string) => (await page.locator(selector).boundingBox()) ?? { y: 0, height: 0 };
    const [grid, detail, line] = [await box('.grid'), await box('.detail'), await box('.status')];
    assert.ok(grid.height > 200 && detail.y + detail.height <= line.y, JSON.stringify({ grid, detail, line }));
    await page.getByLabel('Copy value').click();
    await page.getByText('Value copied').waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await page.locator('.detail').waitFor({ state: 'hidden' });
    assert.deepEqual(shown.calls.clipboard, [long]);
  });

  it('selects with mouse and keyboard and copies the selection', async () => {
    const page = await show();
    await shown.fill(BANK_COLUMNS, bankRows(0, 100));
    await cell(page, 1, 0).click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    await saying(page, '4 cells selected');
    await page.keyboard.press('Control+c');
    await page.getByText('4 cells copied').waitFor({ state: 'attached' });
    await cell(page, 5, 0).click();
    await cell(page, 7, 1).click({ modifiers: ['Shift'] });
    await saying(page, '6 cells selected');
    await page.locator('.row-head').nth(3).click();
    await saying(page, '8 cells selected');
    await page.keyboard.press('Control+a');
    await saying(page, '800 cells selected');
    await page.getByRole('button', { name: 'Copy the selection' }).click();
    await page.getByRole('menuitem', { name: 'JSON' }).click();
    await page.getByText('800 cells copied').waitFor({ state: 'attached' });
    const [tsv, json] = shown.calls.clipboard;
    assert.equal(tsv, [bankRow(1), bankRow(2)].map(row => row.slice(0, 2).join('\t')).join('\n'));
    assert.equal((JSON.parse(json ?? '') as unknown[]).length, 100);
    await cell(page, 0, 0).hover();
    await page.mouse.down();
    await cell(page, 3, 1).hover();
    await page.mouse.up();
    await saying(page, '8 cells selected');
  });

  it('sorts by the click of a hand that trembles, not by one that leaves the header', async () => {
    const page = await show();
    await shown.fill([column('id', 'int4'), column('name', 'text')], [['1', 'a']]);
    await cell(page, 0, 0).filter({ hasText: '1' }).waitFor();
    const head = await page.locator('[role=columnheader][data-column="0"]').boundingBox();
    assert.ok(head);
    const [x, y] = [head.x + 10, head.y + 10];
    const press = async (toX: number, toY: number) => {
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(toX, toY);
      await page.mouse.up();
    };
    await press(x + head.width, y);
    await press(x, y + 40);
    await press(x + 1, y);
    await page.getByText('Sorted by id ascending; 1 row').waitFor({ state: 'attached' });
  });

  it('sorts by click and key, filters and finds, and says so', async () => {
    const page = await show();
    await shown.fill(
      [column('id', 'int4'), column('name', 'text')],
      [
        ['2', 'b'],
        ['10', 'a'],
        ['1', 'b'],
        [null, 'c'],
      ],
    );
    await cell(page, 0, 0).filter({ hasText: '2' }).waitFor();
    await page.locator('.column-name', { hasText: 'id' }).click();
    await page.locator('[role=columnheader][aria-sort=ascending]').waitFor();
    await cell(page, 0, 0).filter({ hasText: /^1$/ }).waitFor();
    await page.getByText('Sorted by id ascending; 4 rows').waitFor({ state: 'attached' });
    await cell(page, 0, 1).click();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Sorted by name ascending; 4 rows').waitFor({ state: 'attached' });
    await cell(page, 0, 0).filter({ hasText: '10' }).waitFor();
    await page.keyboard.press('Control+Shift+F');
    await page.getByLabel('Filter name').fill('=b');
    await page.keyboard.press('Enter');
    await saying(page, '2 of 4 rows');
    await page.getByLabel('Filter id').fill('<two');
    await page.keyboard.press('Enter');
    await page.locator('.problem', { hasText: '"two" is no integer.' }).waitFor();
    await page.getByLabel('Filter id').fill('<2');
    await page.keyboard.press('Enter');
    await saying(page, '1 of 4 rows');
    await page.getByRole('button', { name: 'Filter by column' }).click();
    await saying(page, /^4 rows/);
    await page.locator('.grid').focus();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('B');
    await page.locator('.find-count', { hasText: '1 of 2' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.find-count', { hasText: '2 of 2' }).waitFor();
    assert.equal(await page.locator('.cell.found').count(), 2);
    await page.keyboard.press('Escape');
    await page.locator('.cell.found').first().waitFor({ state: 'detached' });
    assert.equal(await page.locator('.cell.found').count(), 0);
  });

  it("opens the editor's menu on what is selected, by mouse and by key, and does what is chosen in it", async () => {
    const page = await show();
    await shown.fill(
      [column('id', 'int4'), column('name', 'text')],
      [
        ['1', ' b'],
        ['2', "it's"],
        ['3', ' b'],
        ['4', null],
      ],
    );
    await cell(page, 3, 1).waitFor();
    // as the editor reads it: where the menu opens, and on what
    await page.evaluate(`window.menus = []; window.addEventListener('contextmenu', event => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      const told = event.target.closest('[data-vscode-context]')?.dataset.vscodeContext;
      window.menus.push([told && JSON.parse(told).webviewSection, event.clientX, event.clientY]);
    })`);
    type Menu = [string | undefined, number, number];
    const menus = () => page.evaluate<Menu[]>('menus');
    const opened = async (count: number): Promise<Menu> => {
      await until(async () => (await menus()).length === count, `${count} menus`);
      return (await menus())[count - 1] as Menu;
    };
    await cell(page, 0, 1).click({ button: 'right' });
    assert.equal((await opened(1))[0], 'cell');
    await page.locator('.grid[aria-activedescendant="g0-0-1"]').waitFor();
    shown.menu({ what: 'filter', out: false });
    await saying(page, '2 of 4 rows');
    assert.equal(await page.getByLabel('Filter name').inputValue(), "= ' b'");
    await page.locator('.grid:focus').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.locator('.grid[aria-activedescendant="g0-1-0"]').waitFor();
    await page.keyboard.press('Shift+F10');
    const [section, x, y] = await opened(2);
    const box = await cell(page, 1, 0).boundingBox();
    assert.equal(section, 'cell');
    assert.ok(box && x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height);
    shown.menu({ what: 'filter', out: true });
    await saying(page, '1 of 4 rows');
    assert.equal(await page.getByLabel('Filter id').inputValue(), '!= 3');
    await page.getByLabel('Filter id').click({ button: 'right' });
    assert.equal((await opened(3))[0], undefined);
    await page.getByRole('button', { name: 'Filter by column' }).click();
    await saying(page, /^4 rows/);
    await page.locator('.row-head').nth(1).click({ button: 'right' });
    assert.equal((await opened(4))[0], 'cells');
    await saying(page, '2 cells selected');
    shown.menu({ what: 'copy', format: 'csv', headers: true });
    await until(async () => shown.calls.clipboard.length === 1, 'the row is copied');
    assert.match(shown.calls.clipboard[0] ?? '', /^id,name\r?\n2,it's\s*$/);
    await page.locator('.column-name', { hasText: 'name' }).click({ button: 'right' });
    await opened(5);
    await saying(page, '4 cells selected');
    await cell(page, 3, 1).click({ button: 'right' });
    await opened(6);
    await saying(page, '4 cells selected');
    shown.menu({ what: 'filter', out: false });
    await saying(page, '1 of 4 rows');
    shown.menu({ what: 'details' });
    await page.locator('.detail').waitFor();
    shown.menu({ what: 'export' });
    await until(async () => shown.calls.exports.length === 1, 'the file is asked for');
  });

  it('shows what failed, why, and the way to its place', async () => {
    const page = await show();
    const sql = 'UPDATE accounts\nSET balnce = 1';
    const run = shown.begin([
      { sql: 'BEGIN', offset: 0 },
      { sql, offset: 7, begins: { line: 3, column: 1 } },
      { sql: 'COMMIT', offset: 40 },
    ]);
    run.start(0).succeed({ tag: 'BEGIN', rowCount: 0, limited: false, durationMs: 1, retries: 0 });
    run.start(1).fail(
      new CodedError('DATABASE', 'change conflicts with another transaction, please retry: (OC000)', {
        details: { sqlstate: '40001', hint: 'Retry.', position: 21 },
      }),
    );
    run.finish();
    const error = page.getByRole('alert').filter({ hasText: 'OC000' });
    await error.waitFor();
    const text = (await error.textContent()) ?? '';
    for (const part of ['40001', 'Hint Retry.', 'Why ', 'Next ']) assert.ok(text.includes(part), part);
    await page.getByText('Go to line 4, column 5').click();
    await until(async () => shown.calls.places.length === 1, 'the editor is asked');
    assert.deepEqual(
      shown.calls.places.map(({ document, offset }) => [document, offset]),
      [['file:///bank.sql', 27]],
    );
    assert.deepEqual(await page.locator('.tab').allTextContents(), [
      '✓ 1 BEGIN',
      '✗ 2 UPDATE accounts SET balnce …',
      '– 3 COMMIT',
    ]);
    await page.locator('.tab[aria-selected=true]').focus();
    await page.keyboard.press('ArrowRight');
    await saying(page, 'Not run');
    await page.keyboard.press('Home');
    await saying(page, 'BEGIN · 1.00 ms');
  });

  it('opens what EXPLAIN answered in the plan viewer, and offers that of nothing else', async () => {
    const page = await show();
    const open = page.getByRole('button', { name: 'Plan: open in the plan viewer' });
    const lines = ['Seq Scan on "a\tb"', '  ->  Storage Scan'];
    const sql = 'EXPLAIN SELECT 1';
    await shown.fill(
      [column('QUERY PLAN', 'text')],
      lines.map(line => [line]),
      sql,
    );
    await open.click();
    await until(async () => shown.calls.plans.length === 1, 'the plan is shown');
    assert.deepEqual(shown.calls.plans, [{ statement: sql, text: lines.join('\n'), profileId: 'local' }]);
    await shown.fill([column('plan', 'text')], [['Seq Scan']]);
    await open.waitFor({ state: 'hidden' });
  });

  it('gives what failed the room that rows do not need, in a small view', async () => {
    const page = await show({ width: 220, height: 400 });
    const run = shown.begin([{ sql: 'SELECT 1 FROM cards', offset: 0 }]);
    run
      .start(0)
      .fail(
        new CodedError('DATABASE', 'relation "cards" does not exist', { details: { sqlstate: '42P01', position: 15 } }),
      );
    run.finish();
    const goTo = page.getByText('Go to line 1, column 15');
    await goTo.waitFor();
    const hidden = await page.locator('.notes').evaluate(notes => notes.scrollHeight - notes.clientHeight);
    assert.equal(hidden, 0);
  });

  it('cancels the run, offers the rest of a limited result and runs again', async () => {
    const page = await show();
    const run = shown.begin([{ sql: 'SELECT * FROM accounts', repeatable: true }]);
    const recorder = run.start(0);
    await recorder.sink.columns([column('id', 'int4')]);
    await recorder.sink.rows([['1']]);
    await page.locator('vscode-button', { hasText: 'Cancel' }).click();
    await page.locator('vscode-button', { hasText: 'Cancelling…' }).waitFor();
    assert.equal(run.signal.aborted, true);
    recorder.fail(new CodedError('CANCELLED', 'cancelled'));
    run.finish();
    await saying(page, /^Cancelled · 1 row/);
    await cell(page, 0, 0).filter({ hasText: '1' }).waitFor();
    const second = shown.begin([{ sql: 'SELECT * FROM accounts', repeatable: true }]);
    const limited = second.start(0);
    await limited.sink.columns([column('id', 'int4')]);
    await limited.sink.rows([['1']]);
    limited.succeed({ tag: 'SELECT 1', rowCount: 1, limited: true, durationMs: 1, retries: 0 });
    second.finish();
    await page.getByText('Fetch all rows').click();
    await page.getByRole('button', { name: 'Run the statements again' }).click();
    await until(async () => shown.calls.runs.length === 2, 'both were asked for');
    assert.deepEqual(
      shown.calls.runs.map(({ all, statements }) => [all, statements.length]),
      [
        [true, 1],
        [false, 1],
      ],
    );
  });

  it('comes back to its place after it was hidden, and says after a restart that the rows are gone', async () => {
    const page = await show();
    await shown.fill(BANK_COLUMNS, bankRows(0, 3_000));
    await cell(page, 0, 0).click();
    await page.keyboard.press('Control+End');
    await cell(page, 2_999, 7).filter({ hasText: '8 B' }).waitFor();
    await shown.reload();
    await page.locator('.grid-row[aria-rowindex="3001"]').waitFor();
    const memory = JSON.parse(await page.evaluate<string>(() => sessionStorage.getItem('state') ?? '')) as Record<
      string,
      unknown
    >;
    assert.deepEqual(memory.statements, [{ sql: 'SELECT * FROM transactions', offset: 0 }]);
    assert.ok(!JSON.stringify(memory).includes(bankRow(5)[1] ?? '-'));
    await shown.close();
    const restored = await show({
      memory: { title: 'bank.sql', profileId: 'local', statements: [{ sql: 'SELECT 42', offset: 3 }] },
    });
    await restored.getByText('These rows were not kept').waitFor();
    await restored.locator('vscode-button', { hasText: 'Run Again' }).click();
    await until(async () => shown.calls.runs.length === 1, 'the run is asked for');
    assert.deepEqual(shown.calls.runs[0]?.statements, [{ sql: 'SELECT 42', offset: 3 }]);
  });

  it('loses nothing beside its cells at 320 pixels: the cluster, the numbers of rows, what the server said', async () => {
    const page = await show({ width: 320 });
    const run = shown.begin([{ sql: 'SELECT 1' }]);
    const recorder = run.start(0);
    await recorder.sink.columns([column('id', 'int8')]);
    await recorder.sink.rows(Array.from({ length: 30_000 }, (_, at) => [String(at)]));
    recorder.succeed({ tag: 'SELECT 30000', rowCount: 30_000, limited: false, durationMs: 1_234, retries: 12 });
    run.finish();
    await saying(page, /30,000 rows/);
    await cell(page, 0, 0).click();
    await page.keyboard.press('Control+End');
    await cell(page, 29_999, 0).waitFor();
    assert.deepEqual(await lostIn(page, '.grid-canvas > :not(.grid-rows), .grid-rows .cell'), []);
    assert.equal(await page.getByText('Local cluster').evaluate(name => name.scrollWidth > name.clientWidth), false);
  });

  it('is whole, wide and narrow', async () => {
    for (const width of [1_200, 420]) {
      const page = await show({ width });
      const rows = bankRows(0, 50).map(([id = null, ...rest]) => [id, null, ...rest]);
      await shown.fill([column('id', 'int8'), column('void', 'text'), ...BANK_COLUMNS.slice(1)], rows);
      await cell(page, 0, 0).filter({ hasText: '1' }).waitFor();
      await cell(page, 0, 0).click();
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide at ${width}`);
      for (const name of ['Find in all rows', 'Export all rows', 'Keep this result'])
        assert.equal(await page.getByRole('button', { name }).isVisible(), true, `${name} at ${width}`);
      if (width === 1_200) await shown.close();
    }
  });
});
