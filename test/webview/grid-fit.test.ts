import assert from 'node:assert/strict';
import { column } from '../support/result-columns';
import { ResultsHarness, type ShownResults } from './results-harness';

/** What a bank's tables hold that is read to its last character. */
const VALUES: readonly [type: string, value: string][] = [
  ['uuid', '0d239608-b14e-4f8f-a6be-8db65c15d0aa'],
  ['timestamptz', '2026-11-22 06:22:28.648121+00'],
  ['numeric', '44062081127176366.00000001'],
  ['bytea', '\\xc4ca4238a0b92382'],
  ['text', 'WWWWWWWWWWWW'],
  ['text', '支払い口座番号'],
];

describe('cells of results', () => {
  let harness: ResultsHarness;
  let shown: ShownResults;
  before(async () => (harness = await ResultsHarness.open()));
  after(() => harness.close());
  afterEach(async () => {
    assert.deepEqual(await shown.problems(), []);
    await shown.close();
  });

  const setFonts = (size: number, family: string): Promise<void> =>
    shown.page.locator('html').evaluate(
      ({ style }, [px, name]) => {
        style.setProperty('--vscode-editor-font-size', `${px}px`);
        style.setProperty('--vscode-editor-font-family', 'monospace');
        style.setProperty('--vscode-font-family', String(name));
      },
      [size, family] as const,
    );

  for (const [size, family] of [
    [12, 'sans-serif'],
    [14, 'monospace'],
    [16, 'serif'],
  ] as const)
    it(`are as wide as what the columns hold in the editor's font: ${family}, ${size} px`, async () => {
      shown = await harness.show();
      const { page } = shown;
      await setFonts(size, family);
      await shown.fill(
        VALUES.map(([type], at) => column(`c${at}`, type)),
        [VALUES.map(([, value]) => value)],
      );
      await page
        .locator('#g0-0-0')
        .filter({ hasText: VALUES[0]?.[1] ?? '' })
        .waitFor();
      await page.locator('.grid').focus();
      for (const at of VALUES.keys()) {
        await page.keyboard.press(at === 0 ? 'Home' : 'ArrowRight');
        const cell = page.locator(`#g0-0-${at}.active`);
        await cell.waitFor();
        const room = await cell.evaluate(element => element.clientWidth - element.scrollWidth);
        assert.ok(room >= 0, `${VALUES[at]?.[0]} is cut by ${-room} px`);
      }
    });

  for (const size of [13, 20, 30])
    it(`are as high as the editor's font asks for, and found where they are drawn: ${size} px`, async () => {
      shown = await harness.show();
      const { page } = shown;
      await setFonts(size, 'sans-serif');
      await shown.fill([column('city', 'text')], [['Ålesund'], ['Győr'], ['Çeşme']]);
      const third = page.locator('#g0-2-0');
      await third.filter({ hasText: 'Çeşme' }).waitFor();
      const beyond = await third.evaluate(element => {
        const text = document.createRange();
        text.selectNodeContents(element);
        const [drawn, cell] = [text.getBoundingClientRect(), element.getBoundingClientRect()];
        return Math.max(cell.top - drawn.top, drawn.bottom - cell.bottom);
      });
      assert.ok(beyond <= 0, `cut by ${beyond} px`);
      await third.click();
      await page.locator('#g0-2-0.active').waitFor();
      const [box, grid] = await Promise.all([third.boundingBox(), page.locator('.grid').boundingBox()]);
      const header = await page.locator('.grid-header').boundingBox();
      assert.equal((box?.y ?? 0) - (grid?.y ?? 0), (header?.height ?? 0) + 2 * (box?.height ?? 0));
    });
});
