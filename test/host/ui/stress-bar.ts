import type { Frame } from 'playwright-core';
import type { Workbench } from './workbench';

/** The Stress view of the side bar and its report panel, used by hand. */
export class StressBar {
  constructor(private readonly workbench: Workbench) {}

  /** The document of the side bar's view. */
  readonly side = (): Promise<Frame> => this.view('sidebar');

  /** The document of the report panel. */
  readonly report = (): Promise<Frame> => this.view('report');

  /** Shows the view. */
  async open(): Promise<void> {
    await this.workbench.page.locator('.activitybar').getByRole('tab', { name: 'DSQL Stress' }).click();
    await this.side();
  }

  async fill(label: string, value: string): Promise<void> {
    await (await this.side()).getByLabel(label, { exact: true }).fill(value);
  }

  /** Starts so many calls, once the extension has read them. */
  async start(name: string, calls: number): Promise<void> {
    await this.fill('Name of the run', name);
    await this.fill('Calls', String(calls));
    await (await this.side()).getByText(new RegExp(`^${calls.toLocaleString('en')} calls`)).waitFor();
    await (await this.side()).getByRole('button', { name: 'Start', exact: true }).click();
  }

  /** Found by what it is: both are webviews. */
  private async view(surface: 'sidebar' | 'report'): Promise<Frame> {
    const { page } = this.workbench;
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await page.waitForTimeout(50)) {
      for (const frame of page.frames()) {
        // a frame may go while it is asked
        const is = await frame
          .locator(`body.${surface} .loaded`)
          .isVisible()
          .catch(() => false);
        if (is) return frame;
      }
    }
    throw new Error(`no ${surface} is shown`);
  }
}
