import { build, type BuildOptions } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { npm, offlineFolder } from '../../src/build/offline-vscode';
import { repositoryRoot } from '../../src/build/repository';
import { openBrowser } from '../support/browser';
import { largePlan } from '../support/plans';
import type { BenchReport } from './report';

const NODES = 2_000;
const ROUNDS = 5;
/** A page that takes longer than this is given up. */
const LIMIT_MS = 40_000;
const PATIENCE_MS = 10_000;
const PEV2 = 'pev2@1.21.0';

/** From the text to the picture, in the page; resolves with milliseconds once two frames have passed. */
const MEASURE = `
  globalThis.measure = async text => {
    const began = performance.now();
    await globalThis.show(text);
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - began;
  };`;

/** Our parser, measures, findings and viewer, as one page. */
const OURS = `
  import { showPlan } from './src/core/plan-view/plan-view';
  import { PlanPage } from './webview/plan/plan-page';
  import { registerComponents } from './webview/shared/toolkit';
  import './webview/shared/theme.css';
  import './webview/plan/plan.css';
  import './webview/plan/graph.css';
  import './webview/plan/side.css';
  import './webview/plan/raw.css';
  registerComponents();
  globalThis.show = async text => {
    const state = { plan: showPlan({ name: 'bench', text }).view, saved: false };
    const host = {
      channel: { call: () => Promise.resolve(state), on: () => undefined },
      readMemory: () => ({}),
      writeMemory: () => undefined,
    };
    const page = new PlanPage(host);
    document.getElementById('app').replaceChildren(page.element);
    await page.load();
  };${MEASURE}`;

/** pev2 as its page uses it. */
const THEIRS = `
  import { createApp, h, nextTick } from 'vue';
  import { Plan } from 'pev2';
  let app;
  globalThis.show = async text => {
    app?.unmount();
    app = createApp({ render: () => h(Plan, { planSource: text, planQuery: '' }) });
    app.mount('#app');
    await nextTick();
  };${MEASURE}`;

/** Parse and first paint of a plan of 2,000 nodes, ours and pev2's, in the same Chromium. pev2 is fetched once, beside the test browser. */
export async function planBench(): Promise<BenchReport> {
  const folder = fetchPev2();
  const common: BuildOptions = {
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    format: 'iife',
    logLevel: 'silent',
    outdir: path.join(repositoryRoot(), 'out'),
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    loader: { '.svg': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl' },
  };
  const files = async (contents: string, resolveDir: string): Promise<{ script: string; style: string }> => {
    const { outputFiles } = await build({ ...common, stdin: { contents, resolveDir, loader: 'ts' } });
    const text = (end: string): string => outputFiles?.find(file => file.path.endsWith(end))?.text ?? '';
    return { script: text('.js'), style: text('.css') };
  };
  const [ours, theirs] = await Promise.all([files(OURS, repositoryRoot()), files(THEIRS, folder)]);
  const style = fs.readdirSync(path.join(folder, 'node_modules', 'pev2', 'dist')).find(file => file.endsWith('.css'));
  if (style) theirs.style += fs.readFileSync(path.join(folder, 'node_modules', 'pev2', 'dist', style), 'utf8');
  const text = largePlan(NODES);
  const [own, other] = [await measure(ours, text), await measure(theirs, text)];
  const row = (name: string, { medianMs, elements, late }: typeof own, bytes: number) => ({
    name,
    perSecond: 1_000 / medianMs,
    ratio: other.medianMs / medianMs,
    more: {
      'median ms': `${late ? 'given up after ' : ''}${Math.round(medianMs)}`,
      'elements in the page': elements,
      'script kB': Math.round(bytes / 1_000),
    },
  });
  return {
    bench: `plan: parse and first paint of ${NODES} nodes`,
    baseline: PEV2,
    measurements: [row(PEV2, other, theirs.script.length), row('ours', own, ours.script.length)],
    notes: [
      `${ROUNDS} rounds each after one to warm up, in one Chromium; from the text to the second frame after it was drawn.`,
    ],
  };
}

async function measure(
  { script, style }: { script: string; style: string },
  text: string,
): Promise<{ medianMs: number; elements: number; late: boolean }> {
  const browser = await openBrowser({ width: 1_280, height: 800 });
  try {
    const { page } = browser;
    const html = '<!doctype html><style>html,body,#app{height:100%;margin:0}</style><div id="app"></div>';
    // a page of its own origin: pev2 keeps settings in the page's storage
    await page.route('http://plan.test/', route => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto('http://plan.test/');
    const errors: string[] = [];
    page.on('pageerror', error => errors.push(error.message));
    await page.addStyleTag({ content: style });
    await page.addScriptTag({ content: script });
    const times: number[] = [];
    const began = Date.now();
    // one round to warm up, and no more where a round takes long
    for (let round = 0; round <= ROUNDS && (round === 0 || Date.now() - began < PATIENCE_MS); round++) {
      const drawn = page.evaluate<number>(`measure(${JSON.stringify(text)})`).catch(() => Infinity);
      const late = new Promise<number>(done => setTimeout(() => done(Infinity), LIMIT_MS).unref());
      times.push(await Promise.race([drawn, late]));
      if (times.at(-1) === Infinity) return { medianMs: LIMIT_MS, elements: 0, late: true };
    }
    if (times.length > 1) times.shift();
    const elements = await page.evaluate<number>('document.querySelectorAll("*").length');
    if (elements < 50) throw new Error(`nothing was drawn: ${errors.join('; ')}`);
    return { medianMs: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0, elements, late: false };
  } finally {
    await browser.close();
  }
}

/** Into a folder of its own: it and what it needs are larger than everything else that is only for development. */
function fetchPev2(): string {
  const folder = path.join(offlineFolder(), 'pev2');
  if (!fs.existsSync(path.join(folder, 'node_modules', 'pev2', 'package.json'))) {
    console.log(`Fetching ${PEV2} (once)…`);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
    npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', PEV2], folder);
  }
  return folder;
}
