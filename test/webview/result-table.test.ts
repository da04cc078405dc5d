import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { repositoryRoot } from '../../src/build/repository';
import { openBrowser, type TestBrowser } from '../support/browser';

const ENTRY = `
import './webview/shared/theme.css';
import { resultTable } from './webview/shared/result-table';
const columns = [
  { name: '<b>id</b>', typeName: 'int8', kind: 'integer' },
  { name: 'note', typeName: 'text', kind: 'text' },
];
const rows = Array.from({ length: 80 }, (_, index) => [String(index), index === 0 ? null : index === 1 ? '' : '<img src=x onerror="window.hacked=1">']);
document.body.append(resultTable({ columns, rows, rowCount: 1234, openFull: () => (window.opened = true) }));
`;

describe('result table in a page', function () {
  this.timeout(40_000);
  let browser: TestBrowser;
  before(async () => (browser = await openBrowser()));
  after(() => browser.close());

  it('shows the first rows as text in a real table, and leads to the full view', async () => {
    const { outputFiles } = await build({
      stdin: { contents: ENTRY, resolveDir: repositoryRoot(), loader: 'ts' },
      outdir: 'out',
      write: false,
      bundle: true,
      format: 'iife',
      logLevel: 'silent',
    });
    const { page } = browser;
    await page.setContent('<!DOCTYPE html><html lang="en"><body></body></html>');
    await page.addScriptTag({ content: outputFiles.find(file => file.path.endsWith('.js'))?.text ?? '' });
    assert.deepEqual(await page.getByRole('columnheader').allTextContents(), ['<b>id</b>', 'note']);
    assert.equal(await page.locator('tbody tr').count(), 50);
    assert.equal(await page.locator('td.null').textContent(), 'NULL');
    assert.equal(await page.locator('tbody tr').nth(1).locator('td').nth(1).textContent(), '');
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.locator('figcaption span').textContent(), '1,234 rows, the first 50 shown');
    await page.getByRole('button', { name: 'Open in the results view' }).click();
    assert.deepEqual(await page.evaluate(() => [Reflect.get(window, 'opened'), Reflect.get(window, 'hacked')]), [
      true,
      undefined,
    ]);
  });
});
