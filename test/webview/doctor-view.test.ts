import assert from 'node:assert/strict';
import { CHECK_ORDER } from '../../src/core/doctor/examine';
import { doctorViewState } from '../../src/core/doctor/view-model';
import type { DoctorViewState } from '../../src/protocol/doctor-view';
import { until } from '../support/postgres';
import { findings, finished, HOSTILE, profile } from './doctor-states';
import { callsOf, faultsOf, memoryOf, problemsOf, sendState, ViewHarness } from './harness';
import { lostIn } from './reflow';

describe("the connection doctor's view", () => {
  let harness: ViewHarness<DoctorViewState>;
  before(async () => (harness = await ViewHarness.open<DoctorViewState>('doctor')));
  after(() => harness.close());

  it("shows checks, the server's words and the fix, under the policy", async () => {
    const page = await harness.show(finished);
    assert.equal(await page.locator('.check').count(), CHECK_ORDER.length);
    assert.equal(await page.locator('.conclusion').textContent(), 'Not healthy: Connection.');
    const failed = page.locator('.check.failed');
    assert.equal(await failed.locator('dd').nth(1).textContent(), HOSTILE);
    assert.match((await failed.locator('pre').first().textContent()) ?? '', /AWS IAM GRANT myapp TO 'arn:aws:iam::/);
    assert.equal(await page.locator('img').count(), 0);
    assert.deepEqual(await problemsOf(page), []);
    assert.deepEqual(await memoryOf(page), { profileId: 'bank' });
    await page.close();
  });

  it('copies and opens what is to be run, and examines again', async () => {
    const page = await harness.show(finished);
    const sql = (await page.locator('.check.failed pre').first().textContent()) ?? '';
    await page.getByRole('button', { name: 'Copy the SQL of “Connection”' }).click();
    await page.getByText('Open in Editor').click();
    await page.getByText('Examine Again').click();
    await page.getByText('Copy Report').click();
    assert.deepEqual(await callsOf(page), [
      { method: 'copy', params: { text: sql } },
      { method: 'openSql', params: { text: sql } },
      { method: 'run', params: {} },
      { method: 'copyReport', params: {} },
    ]);
    await page.close();
  });

  it('hands on what nothing in it catches: a request that fails, each time, and an error of its own, once', async () => {
    const error = { code: 'CLIPBOARD', message: 'There is no clipboard.', nextStep: 'Take the log.' };
    const page = await harness.show(finished, { failures: { copyReport: error } });
    await page.getByText('Copy Report').click();
    await page.getByText('Copy Report').click();
    await until(async () => (await faultsOf(page)).length === 2, 'both failures are told');
    assert.deepEqual(await faultsOf(page), [error, error]);
    for (const checks of [[null], [null], [{}]]) await sendState(page, { ...finished, checks });
    await page.evaluate('setTimeout(() => { throw new RangeError("of a timer"); }); fakeHost.faults.length = 0');
    await until(async () => (await faultsOf(page)).some(({ message }) => message.includes('of a timer')), 'it is told');
    const faults = await faultsOf(page);
    assert.deepEqual(new Set(faults.map(({ message }) => message)).size, faults.length);
    assert.deepEqual(faults[0]?.code, 'VIEW_FAULT');
    assert.equal(faults[0]?.nextStep, 'Close the panel and open it again.');
    await page.close();
  });

  it('follows an examination, can cancel it, and leaves rows alone that did not change', async () => {
    const page = await harness.show(doctorViewState(profile, findings.slice(0, 1), true));
    assert.equal(await page.locator('.check.running h2').textContent(), 'Host name: examining');
    const pulse = page.locator('.check.running .pulse');
    assert.equal(await pulse.evaluate(mark => getComputedStyle(mark).animationName), 'pulse');
    // the editor's own setting is a class, the system's a media query
    await page.evaluate("document.body.classList.add('vscode-reduce-motion')");
    assert.equal(await pulse.evaluate(mark => getComputedStyle(mark).animationName), 'none');
    await page
      .locator('.check')
      .first()
      .evaluate(row => row.setAttribute('data-kept', 'yes'));
    await page.getByText('Cancel', { exact: true }).click();
    assert.deepEqual(await callsOf(page), [{ method: 'cancel', params: {} }]);
    await sendState(page, doctorViewState(profile, findings.slice(0, 3), true));
    await page.locator('.check.ok').nth(2).waitFor();
    assert.equal(await page.locator('.check[data-kept]').count(), 1);
    await page.close();
  });

  it('fits a narrow panel', async () => {
    const page = await harness.show(finished, { width: 320 });
    assert.deepEqual(await lostIn(page), []);
    await page.setViewportSize({ width: 200, height: 600 });
    assert.deepEqual(await lostIn(page), []);
    await page.close();
  });
});
