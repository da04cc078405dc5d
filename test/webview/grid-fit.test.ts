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

describe('widths of columns', () => {
  let harness: ResultsHarness;
  let shown: ShownResults;
  before(async () => (harness = await ResultsHarness.open()));
  after(() => harness.close());
  afterEach(async () => {
    assert.deepEqual(await shown.problems(), []);
    await shown.close();
  });

  for (const [size, family] of [
    [12, 'sans-serif'],
    [14, 'monospace'],
    [16, 'serif'],
  ] as const)
    it(`fit what the columns hold in the editor's font: ${family}, ${size} px`, async () => {
      shown = await harness.show();
      const { page } = shown;
      await page.locator('html').evaluate(
        ({ style }, [px, name]) => {
          style.setProperty('--vscode-editor-font-size', `${px}px`);
          style.setProperty('--vscode-editor-font-family', 'monospace');
          style.setProperty('--vscode-font-family', String(name));
        },
        [size, family] as const,
      );
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
});
