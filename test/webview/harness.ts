import { build } from 'esbuild';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { repositoryRoot } from '../../src/build/repository';
import type { ChapterViewState, RunView } from '../../src/protocol/chapter-view';
import { webviewHtml } from '../../src/vscode/webviews/html';
import { openBrowser, type TestBrowser } from '../support/browser';
import { EDITOR_STYLES } from './editor-styles';
import { THEMES, type ThemeName } from './themes';

const ORIGIN = 'http://view.test';

/** A call that the view made of its host. */
export interface HostCall {
  method: string;
  params: unknown;
}

/** An error as it goes to the host. */
export interface HostFault {
  code: string;
  message: string;
  nextStep?: string;
}

interface FakeHost {
  state: unknown;
  calls: HostCall[];
  memory: unknown;
  problems: string[];
  /** Errors that the view told of by itself. */
  faults: HostFault[];
  /** What the view answered when the test called it. */
  answers: unknown[];
  post(message: unknown): void;
}

/** Settles when what the page has to draw now is drawn. */
export const frame = (page: Page): Promise<void> =>
  page.evaluate('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))');

/** By how many pixels the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** The bundles of a view, built as the product builds them. */
export async function bundle(view: string): Promise<{ script: string; style: string }> {
  const { outputFiles } = await build({
    absWorkingDir: repositoryRoot(),
    entryPoints: { [view]: `webview/${view}/main.ts` },
    outdir: path.join(repositoryRoot(), 'out'),
    write: false,
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'chrome130',
    format: 'iife',
    logLevel: 'silent',
  });
  const text = (suffix: string) => outputFiles.find(file => file.path.endsWith(suffix))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}

/** A view in Chromium, under its real policy, with a host that the test plays: every `load` is answered with the state. */
export class ViewHarness<State> {
  private constructor(
    private readonly view: string,
    private readonly browser: TestBrowser,
    private readonly files: { script: string; style: string },
  ) {}

  static async open<State>(view: string): Promise<ViewHarness<State>> {
    return new ViewHarness<State>(view, await openBrowser({ width: 1000, height: 900 }), await bundle(view));
  }

  /**
   * A new page with that state, in that theme. `replies`: what the host answers to other calls than `load`, by method. `early`: a state
   * that the host tells by itself just before it answers `load`. `failures`: calls that fail, by method.
   */
  async show(
    state: State,
    options: {
      theme?: ThemeName;
      width?: number;
      memory?: unknown;
      replies?: Record<string, unknown>;
      failures?: Record<string, HostFault>;
      early?: State;
    } = {},
  ): Promise<Page> {
    const page = await this.browser.context.newPage();
    await page.setViewportSize({ width: options.width ?? 1000, height: 900 });
    const html = webviewHtml({
      title: 'test',
      cspSource: ORIGIN,
      nonce: 'bm9uY2U=',
      styleNonce: 'c3R5bGU=',
      scriptUri: `${ORIGIN}/${this.view}.js`,
      styleUri: `${ORIGIN}/${this.view}.css`,
    });
    await page.route(`${ORIGIN}/**`, route => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
      if (pathname === `/${this.view}.js`)
        return route.fulfill({ contentType: 'text/javascript', body: this.files.script });
      if (pathname === `/${this.view}.css`) return route.fulfill({ contentType: 'text/css', body: this.files.style });
      return route.fulfill({ status: 404 });
    });
    const theme = THEMES[options.theme ?? 'dark'];
    // the TypeScript runner names functions through a helper that a page does not have
    await page.addInitScript('globalThis.__name = f => f');
    await page.addInitScript(installFakeHost, {
      state,
      memory: options.memory ?? null,
      theme,
      editorStyles: EDITOR_STYLES,
      replies: options.replies ?? {},
      failures: options.failures ?? {},
      early: options.early ?? null,
    });
    await page.goto(`${ORIGIN}/`);
    await page.locator('.page.loaded').waitFor();
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** The chapter view. */
export const ChapterViewHarness = { open: () => ViewHarness.open<ChapterViewState>('chapter') };
export type ChapterViewHarness = ViewHarness<ChapterViewState>;

/** Runs in the page before the view: the editor's function, its theme, and a host that answers every call. */
function installFakeHost(given: {
  state: unknown;
  memory: unknown;
  replies: Record<string, unknown>;
  failures: Record<string, HostFault>;
  early: unknown;
  theme: { kind: string; variables: Record<string, string> };
  editorStyles: string;
}): void {
  const fake: FakeHost = {
    state: given.state,
    calls: [],
    memory: given.memory,
    problems: [],
    faults: [],
    answers: [],
    post: message => window.postMessage(message, '*'),
  };
  const editorStyles = new CSSStyleSheet();
  editorStyles.replaceSync(given.editorStyles);
  document.adoptedStyleSheets.push(editorStyles);
  const page = window as unknown as { fakeHost: FakeHost; acquireVsCodeApi: () => unknown };
  page.fakeHost = fake;
  document.addEventListener('securitypolicyviolation', event =>
    fake.problems.push(`policy: ${event.violatedDirective} ${event.blockedURI}`),
  );
  window.addEventListener('error', event => fake.problems.push(`error: ${event.message}`));
  window.addEventListener('unhandledrejection', event => fake.problems.push(`rejection: ${String(event.reason)}`));
  page.acquireVsCodeApi = () => ({
    postMessage: (message: { rpc: string; id: number; method: string; params: unknown; error: HostFault }) => {
      if (message.rpc === 'done' || message.rpc === 'fail') fake.answers.push(message);
      if (message.rpc === 'fault') fake.faults.push(message.error);
      if (message.rpc !== 'call') return;
      fake.calls.push({ method: message.method, params: message.params });
      if (message.method === 'load' && given.early !== null)
        fake.post({ rpc: 'event', name: 'state', value: given.early });
      const error = given.failures[message.method];
      if (error) return fake.post({ rpc: 'fail', id: message.id, error });
      const result = message.method === 'load' ? fake.state : given.replies[message.method];
      fake.post({ rpc: 'done', id: message.id, result });
    },
    getState: () => fake.memory,
    setState: (memory: unknown) => (fake.memory = memory),
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = given.theme.kind;
    for (const [name, value] of Object.entries(given.theme.variables))
      document.documentElement.style.setProperty(name, value);
  });
}

const inPage = {
  calls: 'fakeHost.calls',
  problems: 'fakeHost.problems',
  memory: 'fakeHost.memory',
  faults: 'fakeHost.faults',
} as const;

/** What the view asked for so far, without its first `load`. */
export const callsOf = async (page: Page): Promise<HostCall[]> =>
  (await page.evaluate<HostCall[]>(inPage.calls)).filter(call => call.method !== 'load');

/** Policy violations, errors and unhandled rejections so far. */
export const problemsOf = (page: Page): Promise<string[]> => page.evaluate<string[]>(inPage.problems);

/** What the view told of errors that nothing in it caught. */
export const faultsOf = (page: Page): Promise<HostFault[]> => page.evaluate<HostFault[]>(inPage.faults);

export const memoryOf = (page: Page): Promise<unknown> => page.evaluate<unknown>(inPage.memory);

/** Sends a snapshot as the host does. */
export const sendState = (page: Page | Frame, value: unknown): Promise<void> => send(page, 'state', value);
export const sendProgress = (page: Page, value: RunView): Promise<void> => send(page, 'progress', value);

async function send(page: Page | Frame, name: string, value: unknown): Promise<void> {
  await page.evaluate(message => (window as unknown as { fakeHost: FakeHost }).fakeHost.post(message), {
    rpc: 'event',
    name,
    value,
  });
}
