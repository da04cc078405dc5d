import assert from 'node:assert/strict';
import { draftView } from '../../src/core/indexes/draft-view';
import type { IndexesViewMemory, IndexesViewState } from '../../src/protocol/indexes-view';
import { draft, indexesState, transactions } from '../support/index-fixtures';
import { callsOf, memoryOf, problemsOf, sendState, ViewHarness } from './harness';
import { lostIn } from './reflow';

const HOSTILE = '<img src=x onerror="document.title=`owned`">';
const state = indexesState(HOSTILE);

describe('the index view', () => {
  let harness: ViewHarness<IndexesViewState>;
  before(async () => (harness = await ViewHarness.open<IndexesViewState>('indexes')));
  after(() => harness.close());

  for (const width of [1000, 420]) {
    it(`draws indexes, jobs, draft and trial ${width} pixels wide, under the policy, every text as text`, async () => {
      const page = await harness.show(state, { width });
      assert.equal(await page.locator('tr.invalid .name').textContent(), HOSTILE);
      assert.match((await page.locator('.job.failed .job-details').textContent()) ?? '', /duplicate key/);
      assert.equal(await page.locator('img').count(), 0);
      assert.notEqual(await page.title(), 'owned');
      assert.deepEqual(await problemsOf(page), []);
      const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      assert.ok((await page.evaluate<number>(wide)) <= 0, 'scrolls sideways');
      await page.close();
    });
  }

  it('names every column of its tables', async () => {
    const page = await harness.show(state);
    const table = page.locator('.indexes').first();
    for (const name of ['Index', 'State', 'Key', 'INCLUDE', 'WHERE', 'Actions'])
      assert.equal(await table.getByRole('columnheader', { name, exact: true }).count(), 1, name);
    await page.close();
  });

  it('has the columns of all tables below each other', async () => {
    const page = await harness.show(state, { width: 1200 });
    const lefts = await page
      .locator('.indexes')
      .evaluateAll(all =>
        all.map(each => [...each.querySelectorAll('thead th')].slice(0, 5).map(th => th.getBoundingClientRect().left)),
      );
    assert.ok(lefts.length > 1);
    for (const left of lefts) assert.deepEqual(left.map(Math.round), lefts[0]?.map(Math.round));
    await page.close();
  });

  it('draws up an index: each change goes to the host and typing is not taken back by its answers', async () => {
    const page = await harness.show({ ...state, draft: draftView(draft({ keys: [] }), transactions(), new Set()) });
    const lastDraft = async () =>
      ((await callsOf(page)).filter(({ method }) => method === 'changeDraft').at(-1)?.params as { draft: unknown })
        .draft;
    await page.getByText('Add Key').click();
    await page.getByLabel('Key 1', { exact: true }).selectOption('payer_id');
    await page.getByLabel('NULLs of key 1').selectOption('first');
    assert.deepEqual(await lastDraft(), draft({ keys: [{ kind: 'column', text: 'payer_id', nulls: 'first' }] }));
    await page.getByText('Add Key').click();
    await page.getByLabel('Key 2', { exact: true }).selectOption({ label: 'an expression' });
    await page.getByLabel('Expression of key 2').fill('abs(amount)');
    await page.getByLabel('amount', { exact: true }).check();
    await page.getByLabel('WHERE (a partial index)').fill('amount > 10');
    // an answer to an older draft
    await sendState(page, { ...state, draft: draftView(draft(), transactions(), new Set()) });
    assert.equal(await page.getByLabel('WHERE (a partial index)').inputValue(), 'amount > 10');
    await page.getByLabel('Move key 2 up').click();
    assert.deepEqual(
      await lastDraft(),
      draft({
        keys: [
          { kind: 'expression', text: 'abs(amount)' },
          { kind: 'column', text: 'payer_id', nulls: 'first' },
        ],
        include: ['amount'],
        where: 'amount > 10',
      }),
    );
    await page.close();
  });

  it('says of a connection that is read-only why it offers no index to be made, and what would change that', async () => {
    const page = await harness.show({ ...state, readOnly: true, draft: undefined });
    const note = page.locator('.note', { hasText: 'read-only: no index is made or dropped until Toggle Read-Only' });
    await note.waitFor();
    assert.equal(await page.getByRole('button', { name: /^New index on/ }).count(), 0);
    await page.close();
  });

  it('loses nothing at 320 pixels and at 200, whatever its keys are', async () => {
    const keys = [
      { kind: 'column', text: 'payer_id', nulls: 'first' },
      { kind: 'expression', text: 'abs(amount)' },
    ] as const;
    const wide = draftView(draft({ keys: [...keys] }), transactions(), new Set());
    const page = await harness.show({ ...state, draft: wide }, { width: 320 });
    assert.deepEqual(await lostIn(page), []);
    await page.setViewportSize({ width: 200, height: 600 });
    assert.deepEqual(await lostIn(page), []);
    await page.close();
  });

  it('keeps the buttons of a key together, and shows the name that the server would choose whole', async () => {
    const page = await harness.show({ ...state, draft: draftView(draft(), transactions(), new Set()) }, { width: 420 });
    const places = await Promise.all(
      ['Move key 1 up', 'Move key 1 down', 'Remove key 1'].map(name => page.getByLabel(name).boundingBox()),
    );
    assert.equal(new Set(places.map(place => place && Math.round(place.y + place.height / 2))).size, 1);
    assert.match((await page.locator('#index-name').getAttribute('placeholder')) ?? '', /^\w+_idx$/);
    await page.close();
  });

  it('offers no column in a key that DSQL refuses there, and sends nothing that is refused', async () => {
    const refused = draftView(draft({ keys: [{ kind: 'column', text: 'details' }] }), transactions(), new Set());
    const page = await harness.show({ ...state, draft: refused });
    assert.equal(await page.locator('option[value=details]').first().getAttribute('disabled'), '');
    assert.match(
      (await page.locator('.problems .error').textContent()) ?? '',
      /datatype jsonb is not supported in a key/,
    );
    await page.getByText('Create Index', { exact: true }).click({ force: true });
    await page.getByText('Build and Compare').click({ force: true });
    assert.deepEqual(await callsOf(page), []);
    await page.close();
  });

  it('tries an index on a statement, and keeps or drops it', async () => {
    const { trial: done, ...idle } = state;
    const page = await harness.show(idle);
    await page.getByText('Build and Compare').click();
    assert.deepEqual(await callsOf(page), []);
    await page.getByLabel('Statement to explain before and after').fill('SELECT 1');
    await page.getByText('Build and Compare').click();
    await sendState(page, { ...idle, trial: done });
    await page.getByText('Show Both Plans').click();
    await page.getByText('Drop the Index…').click();
    await page.getByText('Keep the Index').click();
    assert.deepEqual(
      (await callsOf(page)).map(({ method, params }) => [method, params]),
      [
        ['tryIt', { statement: 'SELECT 1', analyze: true }],
        ['openComparison', {}],
        ['endTrial', { keep: false }],
        ['endTrial', { keep: true }],
      ],
    );
    const kept = (await memoryOf(page)) as IndexesViewMemory;
    assert.equal(kept.profileId, 'local');
    assert.equal(kept.draft?.table, 'transactions');
    await page.close();
  });

  it('leads to the form of a new index, and from there to the heading when it is discarded', async () => {
    const without = { ...state };
    delete without.draft;
    const page = await harness.show(without);
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.getByRole('button', { name: 'New index on public.transactions' }).focus();
    await page.keyboard.press('Enter');
    await sendState(page, state);
    await page.locator('.draft .preview').waitFor();
    assert.equal(await focused(), 'New index on public.transactions');
    await page.getByText('Discard', { exact: true }).focus();
    await sendState(page, without);
    await page.locator('.draft').waitFor({ state: 'hidden' });
    assert.equal(await focused(), 'Indexes on Local cluster');
    await page.close();
  });

  it('is usable by keyboard, and every control has a name', async () => {
    const page = await harness.show(state);
    const nameless = await page
      .locator('main button:not([part]), main input, main select, main textarea, main vscode-button, [role=group]')
      .evaluateAll(all =>
        all
          .filter(control => {
            const label = (control as HTMLInputElement).labels?.[0]?.textContent;
            return !(control.getAttribute('aria-label') ?? label ?? control.textContent)?.trim();
          })
          .map(control => control.outerHTML),
      );
    assert.deepEqual(nameless, []);
    await page.getByLabel('Drop transactions_payee_idx').focus();
    await page.keyboard.press('Enter');
    assert.deepEqual((await callsOf(page)).at(-1), {
      method: 'drop',
      params: { schema: 'public', table: 'transactions', index: 'transactions_payee_idx' },
    });
    await page.getByRole('searchbox').fill('accounts');
    assert.equal(await page.locator('.table-card').count(), 1);
    await page.close();
  });
});
