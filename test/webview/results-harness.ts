import type { Page } from 'playwright-core';
import { RpcChannel } from '../../src/base/rpc';
import { ResultsRun, type RunStatement } from '../../src/core/results/results-run';
import { ResultsSession, type ResultsSessionPorts } from '../../src/core/results/results-session';
import type { SqlColumn, SqlValue } from '../../src/core/sql/contract';
import type { MenuRequest, ResultsHostSide, ResultsViewMemory, ResultsViewSide } from '../../src/protocol/results-view';
import { webviewHtml } from '../../src/vscode/webviews/html';
import { openBrowser, type TestBrowser } from '../support/browser';
import { openTestStores } from '../support/row-stores';
import { bundle } from './harness';
import { THEMES, type ThemeName } from './themes';

const ORIGIN = 'http://view.test';

/** What the panel asked of the editor. */
export interface EditorCalls {
  clipboard: string[];
  exports: Parameters<ResultsSessionPorts['exportRows']>[0][];
  plans: Parameters<ResultsSessionPorts['openPlan']>[0][];
  places: Parameters<ResultsSessionPorts['goTo']>[0][];
  runs: { statements: RunStatement[]; all: boolean }[];
}

/** One results view in Chromium under its real policy, with the real session and the real thread of rows behind it. */
export interface ShownResults {
  page: Page;
  session: ResultsSession;
  calls: EditorCalls;
  /** Starts a run in the panel. */
  begin(statements: RunStatement[]): ResultsRun;
  /** A run of one finished statement. */
  fill(columns: SqlColumn[], rows: SqlValue[][], sql?: string): Promise<ResultsRun>;
  /** A choice of the editor's menu on the cells. */
  menu(request: MenuRequest): void;
  /** Policy violations, errors and unhandled rejections of the page so far. */
  problems(): Promise<string[]>;
  /** The page anew, as after the panel was hidden. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export interface ShowOptions {
  theme?: ThemeName;
  width?: number;
  height?: number;
  memory?: ResultsViewMemory;
  canRunAgain?: boolean;
}

/** A browser and a thread of rows for the tests of a suite. */
export class ResultsHarness {
  private constructor(
    private readonly browser: TestBrowser,
    private readonly files: { script: string; style: string },
    private readonly rows: Awaited<ReturnType<typeof openTestStores>>,
  ) {}

  static async open(): Promise<ResultsHarness> {
    const [browser, files, rows] = await Promise.all([openBrowser(), bundle('results'), openTestStores()]);
    return new ResultsHarness(browser, files, rows);
  }

  async show(options: ShowOptions = {}): Promise<ShownResults> {
    const page = await this.browser.context.newPage();
    await page.setViewportSize({ width: options.width ?? 1000, height: options.height ?? 700 });
    await this.serve(page);
    const calls: EditorCalls = { clipboard: [], exports: [], plans: [], places: [], runs: [] };
    const post = (message: unknown) =>
      void page.evaluate(value => window.postMessage(value, '*'), message).catch(() => undefined);
    const channelListeners = new Set<(message: unknown) => void>();
    const session = new ResultsSession(
      {
        sendState: state => channel.send('state', state),
        sendActivity: activity => channel.send('activity', activity),
        writeClipboard: async text => void calls.clipboard.push(text),
        exportRows: async request => void calls.exports.push(request),
        goTo: async place => void calls.places.push(place),
        runAgain: () =>
          options.canRunAgain === false
            ? undefined
            : async ({ statements, all }) => void calls.runs.push({ statements, all }),
        openPlan: async plan => void calls.plans.push(plan),
        showLog: () => undefined,
      },
      options.memory,
    );
    const channel = new RpcChannel<ResultsHostSide, ResultsViewSide>(
      {
        post,
        onMessage: listener => {
          channelListeners.add(listener);
          return { dispose: () => void channelListeners.delete(listener) };
        },
      },
      session.handlers(),
    );
    await page.exposeFunction('hostReceives', (message: unknown) => {
      for (const listener of channelListeners) listener(message);
    });
    // the TypeScript runner names functions through a helper that a page does not have
    await page.addInitScript('globalThis.__name = f => f');
    await page.addInitScript(installEditor, THEMES[options.theme ?? 'dark']);
    const load = async () => {
      await page.goto(`${ORIGIN}/`);
      await page.locator('.page.loaded').waitFor();
    };
    await load();
    const begin = (statements: RunStatement[]): ResultsRun => {
      const run: ResultsRun = new ResultsRun(
        {
          title: 'bank.sql',
          target: { name: 'Local cluster', environment: 'development', readOnly: false },
          profileId: 'local',
          document: 'file:///bank.sql',
        },
        statements,
        {
          stores: async () => this.rows.stores,
          quotaBytes: () => 1 << 30,
          changed: () => session.changed(),
          retryText: (attempt, delayMs) => `Attempt ${attempt} met a conflict; the next one starts in ${delayMs} ms.`,
          now: () => Date.now(),
        },
      );
      session.show(run);
      return run;
    };
    return {
      page,
      session,
      calls,
      begin,
      fill: async (columns, rows, sql = 'SELECT * FROM transactions') => {
        const run = begin([{ sql, offset: 0 }]);
        const recorder = run.start(0);
        await recorder.sink.columns(columns);
        await recorder.sink.rows(rows);
        recorder.succeed({
          tag: `SELECT ${rows.length}`,
          rowCount: rows.length,
          limited: false,
          durationMs: 12.3,
          retries: 0,
        });
        run.finish();
        return run;
      },
      menu: request => channel.send('menu', request),
      problems: () => page.evaluate<string[]>('editorProblems'),
      reload: load,
      close: async () => {
        channel.dispose();
        session.dispose();
        await page.close();
      },
    };
  }

  private async serve(page: Page): Promise<void> {
    const html = webviewHtml({
      title: 'test',
      cspSource: ORIGIN,
      nonce: 'bm9uY2U=',
      styleNonce: 'c3R5bGU=',
      scriptUri: `${ORIGIN}/results.js`,
      styleUri: `${ORIGIN}/results.css`,
    });
    await page.route(`${ORIGIN}/**`, route => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
      if (pathname === '/results.js') return route.fulfill({ contentType: 'text/javascript', body: this.files.script });
      if (pathname === '/results.css') return route.fulfill({ contentType: 'text/css', body: this.files.style });
      return route.fulfill({ status: 404 });
    });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.rows.close();
  }
}

/** Runs in the page before the view: the editor's function and its theme. The state is kept over a reload, as the editor keeps it. */
function installEditor(theme: { kind: string; variables: Record<string, string> }): void {
  const problems: string[] = [];
  const host = window as unknown as {
    editorProblems: string[];
    hostReceives(message: unknown): void;
    acquireVsCodeApi: () => unknown;
  };
  host.editorProblems = problems;
  document.addEventListener('securitypolicyviolation', event =>
    problems.push(`policy: ${event.violatedDirective} ${event.blockedURI}`),
  );
  window.addEventListener('error', event => problems.push(`error: ${event.message}`));
  window.addEventListener('unhandledrejection', event => problems.push(`rejection: ${String(event.reason)}`));
  host.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => host.hostReceives(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = theme.kind;
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(name, value);
  });
}
