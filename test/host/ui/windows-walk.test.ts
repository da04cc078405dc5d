import { testPackage } from './package';
import { StressBar } from './stress-bar';
import { Workbench } from './workbench';

describe('somebody with two windows on one local cluster', () => {
  let one: Workbench;
  let two: Workbench;
  let first: StressBar;
  let second: StressBar;

  before(async () => {
    one = await Workbench.open(await testPackage());
    two = await one.beside();
    first = new StressBar(one);
    second = new StressBar(two);
  });

  after(() => one?.close());

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await one?.screenshot('windows-failed-1');
    await two?.screenshot('windows-failed-2');
  });

  /** Waits for a line of the history. */
  const told = async (bar: StressBar, verdict: string): Promise<void> =>
    (await bar.side()).locator('.run', { hasText: verdict }).first().waitFor({ timeout: 120_000 });

  it('runs in both, and is told in each that the other moved money too', async () => {
    await first.open();
    await first.fill('In flight', '50');
    await first.start('long', 1_000_000);
    await (await first.side()).locator('.live .figures').waitFor({ timeout: 120_000 });
    await second.open();
    await second.fill('In flight', '50');
    await second.start('short', 500);
    await told(second, 'single transfers cannot be judged: “long” moved money meanwhile');
    await (await first.side()).getByRole('button', { name: 'Stop' }).click();
    await told(first, 'single transfers cannot be judged: “short” moved money meanwhile');
    await one.screenshot('windows-told');
  });

  it('keeps what was filled in in each', async () => {
    await (await first.side()).getByText(/^1,000,000 calls/).waitFor();
    await (await second.side()).getByText(/^500 calls/).waitFor();
  });

  it('is asked before the cluster of the other window’s run is stopped', async () => {
    await second.start('beside', 1_000_000);
    await (await second.side()).locator('.live .figures').waitFor();
    await one.runCommand('DSQL Workshop: Stop Local Cluster');
    const dialog = one.page.locator('.monaco-dialog-box');
    await dialog
      .getByText('The stress run “beside” of another window or a terminal is under way on this cluster.')
      .waitFor();
    await one.screenshot('windows-asked');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await (await second.side()).getByRole('button', { name: 'Stop' }).click();
    await told(second, 'stopped, balance exact');
  });
});
