import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { installOfflineVsCode } from '../../../src/build/offline-vscode';
import { repositoryRoot } from '../../../src/build/repository';
import {
  startVsCodeServer,
  workbenchUrl,
  type VsCodeServer,
  type WorkbenchTarget,
} from '../../../src/build/vscode-server';
import { openBrowser, type TestBrowser } from '../../support/browser';
import { removeLiveDirectory } from '../../support/scratch';
import { TEST_SERVER_ARGS, TEST_SETTINGS, TEST_TITLE } from '../workbench-settings';
import { installedPackage } from './package';

/** The class of a view's body by the workbench's. */
const VIEW_CLASSES = { 'vs-dark': 'vscode-dark', vs: 'vscode-light', 'hc-black': 'vscode-high-contrast' } as const;

/** After so long without its settings the window is loaded anew. */
const SETTINGS_MS = 20_000;

const FIXTURE = path.join(repositoryRoot(), 'test', 'host', 'fixtures', 'workspace');

export interface WorkbenchOptions {
  /** More variables for the extension host, such as the AWS SDK reads. */
  env?: Record<string, string>;
  /** The folder, or the file of a workspace, to open; by default a folder that holds a note. */
  folder?: string;
  /** Whether the editor asks if the folder is trusted, as it does at home. */
  asksForTrust?: boolean;
}

/** A workbench in a browser with a packaged extension, used as a person does: palette, clicks, keys. */
export class Workbench {
  private constructor(
    /** Holds the user's data of this editor; gone when it is closed. */
    readonly scratch: string,
    private readonly server: VsCodeServer,
    private readonly browser: TestBrowser,
    private readonly folder: string,
  ) {}

  static async open(
    vsix: string,
    settings: Record<string, unknown> = {},
    options: WorkbenchOptions = {},
  ): Promise<Workbench> {
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-ui-'));
    const folders = { userDataDir: path.join(scratch, 'user'), extensionsDir: path.join(scratch, 'extensions') };
    const code = installOfflineVsCode(console.log);
    fs.symlinkSync(installedPackage(code, vsix), folders.extensionsDir);
    const server = await startVsCodeServer(code, {
      ...folders,
      settings: { ...TEST_SETTINGS, ...settings },
      args: TEST_SERVER_ARGS.filter(arg => !options.asksForTrust || arg !== '--disable-workspace-trust'),
      env: options.env,
    });
    const browser = await openBrowser({ width: 1280, height: 860 });
    const workbench = new Workbench(scratch, server, browser, options.folder ?? FIXTURE);
    browser.page.setDefaultTimeout(60_000);
    await workbench.load();
    return workbench;
  }

  get page(): Page {
    return this.browser.page;
  }

  /**
   * Opens the workbench, or opens it again as after a restart of the window. An editor whose machine is busy may miss its settings, and never
   * looks again.
   */
  async load(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.page.goto(workbenchUrl(this.server, this.place), { waitUntil: 'commit' });
      await this.page.locator('.monaco-workbench .explorer-folders-view').first().waitFor();
      const titled = this.page.waitForFunction(title => document.title.includes(title), TEST_TITLE, {
        timeout: SETTINGS_MS,
      });
      const hasSettings = await titled.then(
        () => true,
        () => false,
      );
      if (hasSettings) return;
      if (attempt === 3)
        throw new Error(`the editor never read its settings: its title is “${await this.page.title()}”`);
    }
  }

  private get place(): WorkbenchTarget {
    return this.folder.endsWith('.code-workspace') ? { workspace: this.folder } : { folder: this.folder };
  }

  /** Another window on the same folder, of the same user; it goes with this one. */
  async beside(): Promise<Workbench> {
    const page = await this.browser.context.newPage();
    page.setDefaultTimeout(60_000);
    const window = new Workbench(this.scratch, this.server, { ...this.browser, page }, this.folder);
    await window.load();
    return window;
  }

  /**
   * Loads the window anew once the editor has written down what it shows, which it does some seconds late.
   * @param shown what its record of open editors must hold by then.
   */
  async reload(shown: RegExp): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (!shown.test(await this.page.evaluate<string>(RECORD_OF_EDITORS))) {
      if (Date.now() > deadline) throw new Error(`the editor never wrote down ${String(shown)}`);
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    await this.load();
  }

  /** The document of the webview that is shown. */
  get view(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /**
   * The palette's list is made when it opens, so it is opened again until the extension's commands are in it; and also when it closed
   * under the typing, because something else had just taken the focus.
   */
  async runCommand(title: string): Promise<void> {
    const row = this.quickPickRow(title);
    const box = this.page.locator('.quick-input-widget input[type=text]');
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('F1');
      const shown = await box
        .fill(`>${title}`, { timeout: 5_000 })
        .then(() => row.waitFor({ timeout: 2_000 }))
        .then(
          () => true,
          () => false,
        );
      if (shown) break;
      if (attempt >= 20) throw new Error(`“${title}” never came up in the palette`);
      await this.page.keyboard.press('Escape');
    }
    await this.page.keyboard.press('Enter');
  }

  /** A message in the notification centre: a headless window has no focus, so messages go there without showing up first. */
  async notification(text: string | RegExp): Promise<Locator> {
    const centre = this.page.locator('.notifications-center.visible');
    const item = centre.locator('.notification-list-item', { hasText: text }).first();
    for (const deadline = Date.now() + 60_000; !(await item.isVisible()); await this.page.waitForTimeout(50)) {
      if (Date.now() > deadline) throw new Error(`${String(text)} is not in the notification centre`);
      if (!(await centre.isVisible())) await this.page.locator('#status\\.notifications a').click();
    }
    return item;
  }

  /** Runs a command that asks first, and chooses; it is run again where the list closed because something else had just taken the focus. */
  async chooseInCommand(title: string, row: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.runCommand(title);
      const chosen = await this.quickPickRow(row)
        .click({ timeout: 15_000 })
        .then(
          () => true,
          () => false,
        );
      if (chosen) return;
      if (attempt >= 4) throw new Error(`“${row}” could not be chosen in “${title}”`);
      await this.page.keyboard.press('Escape');
    }
  }

  /** Chooses a folder in the editor's own dialog by the button of that label, which does nothing while the folder is still read. */
  async chooseFolder(folder: string, label: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget');
    const box = dialog.locator('input[type=text]');
    const button = dialog.getByText(label);
    await button.waitFor();
    for (let attempt = 1; (await box.inputValue()) !== `${folder}/`; attempt++) {
      if (attempt >= 20) throw new Error(`${folder} could not be typed`);
      await box.fill(`${folder}/`);
      await this.quickPickRow('..')
        .waitFor({ timeout: 2_000 })
        .catch(() => undefined);
    }
    for (let attempt = 1; await dialog.isVisible(); attempt++) {
      if (attempt >= 20) throw new Error(`${folder} could not be chosen`);
      await button.click({ timeout: 5_000 }).catch(() => undefined);
      await dialog.waitFor({ state: 'hidden', timeout: 2_000 }).catch(() => undefined);
    }
  }

  /** Chooses from the menu of a row of a tree. A menu pays no heed to a click that comes right after it has opened. */
  async chooseInMenu(row: Locator, item: string): Promise<void> {
    await row.click({ button: 'right' });
    const action = this.page.locator('.monaco-menu .action-item', { hasText: item }).first();
    await action.waitFor();
    for (let attempt = 1; ; attempt++) {
      await action.click({ timeout: 1_000 }).catch(() => undefined);
      const chosen = await action.waitFor({ state: 'hidden', timeout: 500 }).then(
        () => true,
        () => false,
      );
      if (chosen) return;
      if (attempt >= 40) throw new Error(`“${item}” could not be chosen`);
    }
  }

  quickPickRow(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  /** Chooses a colour theme as a person does. `kind`: the workbench's class for it; `view`: a webview is shown, which must follow. */
  async setTheme(label: string, kind: keyof typeof VIEW_CLASSES, { view = true } = {}): Promise<void> {
    const box = this.page.locator('.quick-input-widget input[type=text]');
    for (let attempt = 1; ; attempt++) {
      // a webview that has the focus takes it back from the picker while it opens
      await this.page
        .locator('.explorer-folders-view .monaco-list')
        .first()
        .click({ position: { x: 120, y: 200 } });
      await this.page.keyboard.press('Control+k');
      await this.page.keyboard.press('Control+t');
      const row = this.quickPickRow(label);
      const shown = await box
        .fill(label, { timeout: 5_000 })
        .then(() => row.waitFor({ timeout: 5_000 }))
        .then(
          () => true,
          () => false,
        );
      if (shown) {
        await row.click();
        break;
      }
      if (attempt >= 5) throw new Error(`the theme “${label}” could not be chosen`);
      await this.page.keyboard.press('Escape');
    }
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
    if (view) await this.view.locator(`body.${VIEW_CLASSES[kind]}`).waitFor();
  }

  /** The settings as the editor wrote them: the user's, and this machine's, where settings of machine scope go. */
  get settingsText(): string {
    const user = path.join(this.scratch, 'user');
    const files = fs.readdirSync(user, { recursive: true, encoding: 'utf8' });
    const settings = files.filter(file => path.basename(file) === 'settings.json');
    return settings.map(file => fs.readFileSync(path.join(user, file), 'utf8')).join('\n');
  }

  async screenshot(name: string): Promise<void> {
    const folder = path.join(repositoryRoot(), 'out', 'screenshots');
    fs.mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await removeLiveDirectory(this.scratch);
  }
}

/** In the page: what the workbench keeps of its open editors in the browser's database. Text, because it runs without a loader's helpers. */
const RECORD_OF_EDITORS = `(async () => {
  const answer = request =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const records = [];
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db-') || name.endsWith('global')) continue;
    const database = await answer(indexedDB.open(name));
    const store = database.transaction('ItemTable').objectStore('ItemTable');
    records.push(await answer(store.get('memento/workbench.parts.editor')));
    database.close();
  }
  return records.join();
})()`;
