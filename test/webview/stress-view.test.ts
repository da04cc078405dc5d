import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { PresetView, StressForm } from '../../src/protocol/stress-form';
import type { StressState, StressTick } from '../../src/protocol/stress-view';
import { compareRuns } from '../../src/core/stress-view/comparison';
import { liveFigures } from '../../src/core/stress-view/figures';
import { DEFAULT_FORM } from '../../src/core/stress-view/form';
import { WORKSHOP_PRESETS } from '../../src/core/stress-view/presets';
import { reportOf } from '../../src/core/stress-view/report';
import { endOf, rowOf } from '../../src/core/stress-view/run-record';
import { nameless } from '../support/accessible-names';
import { recordOf, snapshotAt } from '../support/stress-runs';
import { callsOf, frame, memoryOf, overflow, problemsOf, sendState, ViewHarness } from './harness';
import {
  comparisonState,
  HOSTILE,
  liveAt,
  liveRun,
  records,
  reportState,
  runningState,
  sidebarState,
  verdictOf,
} from './stress-states';
import { THEMES } from './themes';

const MILLION = 1_000_000;

const tick = (page: Page, value: StressTick): Promise<void> =>
  page.evaluate(message => window.postMessage(message, '*'), { rpc: 'event', name: 'tick', value });
const methods = async (page: Page): Promise<string[]> => (await callsOf(page)).map(({ method }) => method);
/** The last form that the view had checked. */
const checked = async (page: Page): Promise<StressForm> => {
  const call = (await callsOf(page)).findLast(({ method }) => method === 'check');
  assert.ok(call);
  return (call.params as { form: StressForm }).form;
};

describe('the stress views', function () {
  let harness: ViewHarness<StressState>;
  const replies = { check: verdictOf(DEFAULT_FORM) };
  before(async () => (harness = await ViewHarness.open<StressState>('stress')));
  after(() => harness.close());

  it('draw a run under way, a report and a comparison, under the policy, with names as text', async () => {
    for (const state of [runningState(90_000, MILLION), reportState, comparisonState]) {
      const page = await harness.show(state);
      await frame(page);
      assert.equal(await page.locator('img').count(), 0);
      assert.notEqual(await page.title(), 'owned');
      assert.deepEqual(await problemsOf(page), []);
      assert.deepEqual(await nameless(page.locator('main')), []);
      await page.close();
    }
  });

  it('fit a side bar of 200 pixels, idle and running, and narrow panels, whatever runs are called', async () => {
    const five = ['a', 'b', HOSTILE, 'W'.repeat(80), 'e'].map((name, at) =>
      recordOf(`2026112${at}T091200-aaaa`, {}, { name, inFlight: 100 * (at + 1) }),
    );
    const ofFive: StressState = {
      surface: 'report',
      runs: five.map(record => reportOf(record)),
      comparison: compareRuns(five),
      missing: [],
    };
    for (const [state, width] of [
      [sidebarState(), 200],
      [runningState(90_000, MILLION), 200],
      [reportState, 200],
      [comparisonState, 400],
      [ofFive, 280],
      [ofFive, 1200],
    ] as const) {
      const page = await harness.show(state, { width });
      await frame(page);
      assert.ok((await overflow(page)) <= 0);
      await page.close();
    }
  });

  it('takes a changed preset as it was again, by the keyboard alone', async () => {
    const [{ form }] = WORKSHOP_PRESETS as [PresetView];
    const page = await harness.show(sidebarState({ form }), { width: 300, replies });
    const back = page.getByRole('button', { name: 'Take the preset as it was again' });
    assert.equal(await back.isVisible(), false);
    await page.getByLabel('Calls', { exact: true }).fill('77');
    await back.focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.getByLabel('Calls', { exact: true }).inputValue(), String(form.calls));
    assert.equal((await checked(page)).calls, form.calls);
    assert.equal(await back.isVisible(), false);
    assert.equal(await page.evaluate('document.activeElement.id'), 'f-preset');
    await page.close();
  });

  it('has what starts the run in reach wherever its form is scrolled to', async () => {
    const page = await harness.show(sidebarState(), { width: 250, replies });
    await page.getByText('Accounts and conditions').click();
    await page.getByLabel('Seed').scrollIntoViewIfNeeded();
    await page.getByLabel('Seed').focus();
    const start = page.getByRole('button', { name: 'Start', exact: true });
    const { y = -1 } = (await start.boundingBox()) ?? {};
    assert.ok(y >= 0 && y < 60, `Start stands at ${y}`);
    await start.click();
    assert.equal((await callsOf(page)).at(-1)?.method, 'start');
    await page.close();
  });

  it('puts a preset into the form, keeps the target, and has it checked', async () => {
    const page = await harness.show(sidebarState({ form: { ...DEFAULT_FORM, target: 'aws' } }), {
      width: 300,
      replies,
    });
    await page.getByLabel('Preset', { exact: true }).selectOption('sustained');
    const form = await checked(page);
    assert.deepEqual([form.loop, form.ratePerSecond, form.target], ['open', 300, 'aws']);
    assert.equal(await page.getByLabel('Calls a second').inputValue(), '300');
    assert.equal(await page.getByLabel('In batches').isVisible(), false);
    assert.equal(await page.getByRole('button', { name: 'Delete the preset' }).isVisible(), false);
    await page.getByLabel('Preset', { exact: true }).selectOption('mine');
    await page.getByRole('button', { name: 'Delete the preset' }).click();
    assert.deepEqual((await callsOf(page)).at(-1), { method: 'deletePreset', params: { id: 'mine' } });
    await page.close();
  });

  it('offers a connection that is made while it is shown, and no longer one that is gone', async () => {
    const [local, orders] = sidebarState().targets;
    assert.ok(local && orders);
    const page = await harness.show(sidebarState({ form: { ...DEFAULT_FORM, target: 'aws' } }), { width: 300 });
    const target = page.getByLabel('Target', { exact: true });
    const offered = () => target.locator('option').allTextContents();
    assert.deepEqual(await offered(), ['Local cluster', 'orders (AWS)']);
    const ledger = { id: 'made', name: 'ledger', kind: 'aws', detail: 'def.dsql.eu-west-1.on.aws' } as const;
    await sendState(
      page,
      sidebarState({ targets: [local, orders, ledger], form: { ...DEFAULT_FORM, target: 'made' } }),
    );
    await target.locator('option', { hasText: 'ledger' }).waitFor({ state: 'attached' });
    assert.equal(await target.inputValue(), 'made');
    await sendState(page, sidebarState({ targets: [local, orders], form: { ...DEFAULT_FORM, target: 'local' } }));
    await target.locator('option', { hasText: 'ledger' }).waitFor({ state: 'detached' });
    assert.equal(await target.inputValue(), 'local');
    await page.close();
  });

  it('says what is wrong beside the field, and does not start', async () => {
    const form = { ...DEFAULT_FORM, inFlight: 0, thresholds: 'p99<fast' };
    const page = await harness.show(sidebarState({ form, verdict: verdictOf(form) }), { width: 300 });
    const field = page.getByLabel('In flight', { exact: true });
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    const border = (label: string) =>
      page.getByLabel(label, { exact: true }).evaluate(element => getComputedStyle(element).borderColor);
    assert.notEqual(await border('In flight'), await border('Calls'));
    const described = (await field.getAttribute('aria-describedby')) ?? '';
    assert.match(await page.locator(`#${described.split(' ')[1]}`).innerText(), /From 1 to 20,000/);
    assert.match(await page.locator('.summary').innerText(), /2 fields to correct/);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    assert.ok(!(await methods(page)).includes('start'));
    assert.equal(await field.evaluate(element => element === document.activeElement), true);
    await page.close();
  });

  it('sends an empty or malformed number as none, never as zero', async () => {
    const page = await harness.show(sidebarState(), { width: 300, replies });
    await page.getByLabel('Calls', { exact: true }).fill('');
    assert.equal((await checked(page)).calls, null);
    await page.close();
  });

  it('is used by keyboard alone: filled in, started, stopped, a run opened, two compared', async () => {
    const page = await harness.show(sidebarState(), { width: 300, replies });
    await page.getByLabel('Calls', { exact: true }).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('1234');
    assert.equal((await checked(page)).calls, 1234);
    await page.keyboard.press('Enter');
    assert.equal((await callsOf(page)).at(-1)?.method, 'start');
    await sendState(page, runningState(1_000));
    await page.locator('.live').waitFor();
    await page.keyboard.press('Enter');
    assert.equal((await callsOf(page)).at(-1)?.method, 'stop');
    await sendState(page, sidebarState());
    await page.locator('.run-name').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.deepEqual((await callsOf(page)).at(-1), { method: 'openRun', params: { id: records[1]?.id } });
    for (const box of await page.locator('.run input').all()) {
      await box.focus();
      await page.keyboard.press('Space');
    }
    await page.getByRole('button', { name: 'Compare 3' }).focus();
    await page.keyboard.press('Enter');
    const { method, params } = (await callsOf(page)).at(-1) ?? {};
    assert.equal(method, 'compare');
    assert.deepEqual((params as { ids: string[] }).ids, records.map(({ id }) => id).sort());
    await page.close();
  });

  it('touches its texts where a tick brings others: between two of them only the charts are drawn', async () => {
    const page = await harness.show(runningState(90_000, MILLION), { width: 300 });
    await frame(page);
    const { live, series } = liveAt(90_100, MILLION);
    const touched = await page.evaluate(
      async value => {
        const frames = async (count: number): Promise<void> => {
          for (let at = 0; at < count; at++) await new Promise(resolve => requestAnimationFrame(resolve));
        };
        // the view has listened for longer, so it has taken the tick by then
        const taken = new Promise(resolve => window.addEventListener('message', resolve, { once: true }));
        window.postMessage({ rpc: 'event', name: 'tick', value }, '*');
        await taken;
        await frames(2);
        const found: string[] = [];
        const observer = new MutationObserver(records => {
          for (const { target, attributeName } of records) {
            const element = target instanceof Element ? target : target.parentElement;
            if (!element?.closest('.chart-plot')) found.push(`${element?.className} ${attributeName ?? 'text'}`);
          }
        });
        const everything = { subtree: true, childList: true, attributes: true, characterData: true };
        observer.observe(document.querySelector('.live')!, everything);
        // one that tells nothing new
        window.postMessage({ rpc: 'event', name: 'tick', value }, '*');
        await frames(8);
        observer.disconnect();
        return found;
      },
      { live, series: series.since(0) },
    );
    assert.deepEqual(touched, []);
    await page.close();
  });

  it('goes from Stop back to Start with the end of a run, and leaves any other focus where it is', async () => {
    const page = await harness.show(runningState(30_000), { replies });
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.getByText('Stop', { exact: true }).focus();
    await sendState(page, sidebarState());
    await page.locator('.live').waitFor({ state: 'hidden' });
    await frame(page);
    assert.equal(await focused(), 'Start');
    await sendState(page, runningState(30_000));
    await page.locator('.live').waitFor();
    assert.equal(await focused(), 'Stop');
    await page.getByLabel('Name of the run').focus();
    await sendState(page, sidebarState());
    await page.locator('.live').waitFor({ state: 'hidden' });
    await frame(page);
    assert.equal(await page.evaluate('document.activeElement.id'), 'f-name');
    await page.close();
  });

  it('keeps what is typed while the host tells of something that it knew before', async () => {
    const page = await harness.show(sidebarState({ history: [] }), { width: 300, replies });
    const name = page.getByLabel('Name of the run', { exact: true });
    await page.evaluate(value => {
      const { fakeHost } = window as unknown as { fakeHost: { post(message: unknown): void } };
      fakeHost.post({ rpc: 'event', name: 'state', value });
      const field = document.querySelector<HTMLInputElement>('#f-name');
      field!.value = 'again';
      field!.dispatchEvent(new Event('input', { bubbles: true }));
    }, sidebarState());
    await page.locator('.run').first().waitFor();
    assert.equal(await name.inputValue(), 'again');
    assert.equal((await checked(page)).name, 'again');
    await sendState(page, sidebarState({ form: { ...DEFAULT_FORM, name: 'another' } }));
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#f-name')?.value === 'another');
    await page.close();
  });

  it('has the end of a run at its top, and opens its report from there', async () => {
    const [first] = records;
    assert.ok(first);
    const page = await harness.show(sidebarState({ notice: endOf(rowOf(first)) }), { width: 300, replies });
    const notice = page.locator('main > .notice:first-of-type');
    assert.ok((await notice.textContent())?.startsWith(`${first.result.plan.name}: `));
    await notice.getByRole('button', { name: 'Open report' }).click();
    assert.deepEqual((await callsOf(page)).at(-1), { method: 'openRun', params: { id: first.id } });
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await notice.waitFor({ state: 'hidden' });
    assert.equal((await methods(page)).at(-1), 'dismissNotice');
    await page.close();
  });

  it('tells a screen reader of the beginning, each quarter and the end, not of every tick', async () => {
    const page = await harness.show(sidebarState(), { width: 300, replies });
    await page.evaluate(() => {
      const said: string[] = [];
      (window as unknown as { said: string[] }).said = said;
      const region = document.querySelector('[aria-live]');
      if (region) new MutationObserver(() => said.push(region.textContent ?? '')).observe(region, { childList: true });
    });
    const { series } = liveAt(100);
    for (let at = 100; at < 3_400; at += 100) {
      series.take(snapshotAt(at));
      await tick(page, { live: liveRun(at), series: series.since(0) });
    }
    const [first] = records;
    assert.ok(first);
    const ended = { ...rowOf(first), id: liveRun(0).id, name: 'with-retries' };
    await sendState(page, sidebarState({ history: [ended] }));
    await frame(page);
    const said = await page.evaluate<string[]>('said');
    assert.equal(said.length, 5, said.join('\n'));
    assert.match(said[0] ?? '', /started/);
    assert.match(said[1] ?? '', /^25 percent: [\d,]+ calls a second/);
    assert.match(said[4] ?? '', /ended/);
    await page.close();
  });

  it('asks for the whole when points are missing, as after it was hidden', async () => {
    const page = await harness.show(runningState(1_000), { width: 300 });
    assert.match((await page.locator('.live .phase').textContent()) ?? '', /^Running: 10,000 calls, at most 10 min /);
    const { live, series } = liveAt(2_000);
    await tick(page, { live, series: series.since(series.length - 1) });
    await frame(page);
    const loads = await page.evaluate<number>(`fakeHost.calls.filter(call => call.method === 'load').length`);
    assert.equal(loads, 2);
    await page.close();
  });

  it('draws each chart once a frame while a million calls are ticking in, and no figure anew', async () => {
    const page = await harness.show(runningState(60_000, MILLION), { width: 320 });
    const { series } = liveAt(60_000, MILLION);
    const ticks: StressTick[] = [];
    let sent = series.length;
    for (let at = 60_100; at <= 64_000; at += 100) {
      const snapshot = snapshotAt(at, { calls: MILLION });
      series.take(snapshot);
      ticks.push({ live: { ...liveRun(at, MILLION), figures: liveFigures(snapshot) }, series: series.since(sent) });
      sent = series.length;
    }
    const drawn = await page.evaluate(async messages => {
      const { prototype } = CanvasRenderingContext2D;
      const { clearRect } = prototype;
      const canvases = new Map<HTMLCanvasElement, number>();
      prototype.clearRect = function (this: CanvasRenderingContext2D, x, y, width, height) {
        canvases.set(this.canvas, (canvases.get(this.canvas) ?? 0) + 1);
        clearRect.call(this, x, y, width, height);
      };
      const made: Node[] = [];
      const figures = document.querySelector('.figures');
      new MutationObserver(changes => {
        for (const { addedNodes } of changes) made.push(...[...addedNodes].filter(node => node instanceof Element));
      }).observe(figures ?? document, { subtree: true, childList: true });
      let frames = 0;
      const nextFrame = () => new Promise(requestAnimationFrame).then(() => frames++);
      for (const value of messages) {
        // a burst, as after a stall: both come before the next frame
        window.postMessage({ rpc: 'event', name: 'tick', value }, '*');
        if (messages.indexOf(value) % 2 === 1) await nextFrame();
      }
      await nextFrame();
      prototype.clearRect = clearRect;
      return { frames, most: Math.max(...canvases.values()), charts: canvases.size, made: made.length };
    }, ticks);
    // a chart is drawn once in a frame, however many ticks came in it, and the figures are texts that change in place
    const report = JSON.stringify(drawn);
    assert.ok(drawn.charts >= 4 && drawn.most > 1 && drawn.most <= drawn.frames + 1, report);
    assert.equal(drawn.made, 0, report);
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('stays where it is while its figures come and grow', async () => {
    for (const width of [240, 258, 300, 420]) {
      const page = await harness.show(runningState(0, MILLION), { width });
      const places = async (): Promise<number[]> => {
        await frame(page);
        const boxes = await page.locator('.figures, .chart-plot').all();
        return Promise.all(boxes.map(async box => (await box.boundingBox())?.y ?? -1));
      };
      const before = await places();
      const { live, series } = liveAt(100, MILLION);
      const snapshot = snapshotAt(620_000, { calls: MILLION, perSecond: 1_500, p50: 9_000 });
      series.take(snapshot);
      await sendState(
        page,
        sidebarState({ live: { ...live, figures: liveFigures(snapshot) }, series: series.since(0) }),
      );
      await page.getByText('10 min 20 s').waitFor();
      assert.deepEqual(await places(), before, `at ${width} pixels`);
      await page.close();
    }
  });

  it('draws nothing while nothing changes', async () => {
    const page = await harness.show(runningState(3_000), { width: 300 });
    const drawn = await page.evaluate(async () => {
      let count = 0;
      const prototype = CanvasRenderingContext2D.prototype;
      const { clearRect } = prototype;
      prototype.clearRect = function (this: CanvasRenderingContext2D, x, y, width, height) {
        count++;
        clearRect.call(this, x, y, width, height);
      };
      const in20Frames = async (): Promise<number> => {
        count = 0;
        for (let i = 0; i < 20; i++) await new Promise(requestAnimationFrame);
        return count;
      };
      // what it draws to begin with takes as long as the machine lets it
      for (let look = 0; look < 20 && (await in20Frames()) > 0; look++);
      return in20Frames();
    });
    assert.equal(drawn, 0);
    await page.close();
  });

  it('tells a latency of the percentile chart with its percentile, that under the pointer', async () => {
    const page = await harness.show(reportState);
    const chart = page.locator('.chart', { hasText: 'Latency by percentile' });
    const value = chart.locator('.legend-value').first();
    await chart.locator('canvas').waitFor();
    assert.equal(await value.textContent(), '');
    const plot = chart.locator('.u-over');
    await plot.scrollIntoViewIfNeeded();
    await plot.hover();
    await value.filter({ hasText: / m?s at p\d/ }).waitFor();
    await page.mouse.move(0, 0);
    await value.filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
    await page.close();
  });

  it('follows a change of the theme', async () => {
    const page = await harness.show(reportState, { theme: 'dark' });
    const colour = (): Promise<string> =>
      page.evaluate(() => {
        const canvas = document.querySelector('canvas');
        return canvas?.toDataURL() ?? '';
      });
    await frame(page);
    const before = await colour();
    await page.evaluate(variables => {
      for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
      document.body.className = document.body.className.replace('vscode-dark', 'vscode-light');
    }, THEMES.light.variables);
    await frame(page);
    const inLight = await colour();
    assert.notEqual(inLight, before);
    // from one light theme to another the page's class stays as it is
    await page.evaluate(() => document.documentElement.style.setProperty('--vscode-charts-blue', 'rgb(200, 0, 100)'));
    await frame(page);
    assert.notEqual(await colour(), inLight);
    await page.close();
  });

  it('calls what the transfers were held to by the names that conditions have', async () => {
    const page = await harness.show(reportState, { theme: 'dark' });
    await page.getByText('Ledger exact: 9,975 acknowledged, 9,975 recorded').waitFor();
    await page.getByText('Moves exact: the balances are those that 9,975 acknowledged transfers make').waitFor();
    await page.close();
  });

  it('remembers which runs the panel shows, and says when one is gone', async () => {
    const page = await harness.show(comparisonState);
    const runIds = records.map(({ id }) => id);
    assert.deepEqual(await memoryOf(page), { runIds });
    await page.getByRole('button', { name: 'Export…' }).click();
    assert.deepEqual((await callsOf(page)).at(-1), { method: 'exportComparison', params: { ids: runIds } });
    await sendState(page, { surface: 'report', runs: [], missing: records.map(({ id }) => id) });
    await page.getByText('not in the history any more').waitFor();
    await page.close();
  });

  it('shows what the others are held to, and opens one of them', async () => {
    const page = await harness.show(comparisonState);
    assert.match(await page.locator('.verdict').first().innerText(), /differ in calls in flight/);
    assert.match(await page.locator('.comparison').first().innerText(), /−38\.8 % worse/);
    await page.locator('.comparison button', { hasText: HOSTILE }).click();
    assert.deepEqual((await callsOf(page)).at(-1), { method: 'openRun', params: { id: records[1]?.id } });
    await page.close();
  });
});
