/**
 * `npm test`: every check of the repository, with the totals of all suites on the last line. Parts run side by side, because each waits for much
 * of its time; what one prints comes when it has ended. `npm test -- unit local` runs the named parts only; one alone prints as it goes. A part
 * that ends without having written its totals counts as a failure. Files of tests that failed are run once more when all else has ended: what
 * fails twice has failed, what fails once is named as unsteady. What failed is told again at the end, above the totals.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tellUnsteady, type Failure } from './support/failures';
import { inLanes } from './support/lanes';
import { scratchInMemory } from './support/scratch-in-memory';
import { afterSecondRun, failedFiles, type Totals } from './support/totals';
import { HangWatch, UNDER_WAY_FILE } from './support/under-way';

const root = path.resolve(__dirname, '..');
const out = path.join(root, 'out');
const bin = (name: string) => path.join(root, 'node_modules', name);

interface Part {
  name: string;
  args: string[];
  /** True when the part writes its totals; else its exit code counts as one test. */
  suite: boolean;
  /** It needs a browser, VS Code or the packaged extension, which are made ready while other parts run. */
  prepared?: boolean;
}

const mocha = (...globs: string[]) => [
  bin('mocha/bin/mocha.js'),
  '--config',
  'test/mocharc.json',
  '--reporter',
  'test/support/reporter.cjs',
  ...globs,
];

/** The suites of these areas of the local cluster. */
const suites = (...areas: string[]) => areas.map(area => `test/local/${area}/**/*.test.ts`);

/** Tests in a real VS Code: inside the extension host, or a share of the walks by clicks and keys. */
const vsCode = (...options: string[]) => ['--import', 'tsx', 'test/host/run.ts', '--only', ...options];
const walks = (share: 'first' | 'second'): Part => ({
  name: `walks-${share}`,
  args: vsCode('ui', '--share', share),
  suite: true,
  prepared: true,
});

/** Both shares of the walks install this package of the extension, which is made while other parts run. */
const PACKAGE = path.join(out, 'tested.vsix');

/** Suites of functions and of processes that are started and killed: they wait more than they compute. */
const PROCESSES = suites('cluster', 'lambda', 'own-code', 'postgres', 'promises');
/** Suites that go through whole lessons, runs and the way to AWS. */
const LESSONS = suites('aws', 'chapters', 'cli', 'roles', 'sessions', 'stress', 'stress-view');

/**
 * What tests, the longest first, and VS Code late: it is made ready while the first run. Each lane takes the next when it is free. Two and the
 * checks keep two cores busy; with three the cores were never idle, nothing ended sooner, and walks were unsteady.
 */
const LANES = 2;
const TESTS: Part[] = [
  { name: 'lessons', args: mocha(...LESSONS), suite: true },
  {
    name: 'local',
    args: mocha('test/local/**/*.test.ts', ...[...LESSONS, ...PROCESSES].flatMap(glob => ['--ignore', glob])),
    suite: true,
  },
  { name: 'processes', args: mocha(...PROCESSES), suite: true },
  walks('second'),
  walks('first'),
  { name: 'unit', args: mocha('test/unit/**/*.test.ts'), suite: true },
  { name: 'webview', args: mocha('test/webview/**/*.test.ts'), suite: true, prepared: true },
  { name: 'host', args: vsCode('host'), suite: true, prepared: true },
];

/** What only computes has a lane of its own: it takes the time that tests leave, and never theirs. */
const CHECKS: Part[] = [
  {
    name: 'code',
    // it keeps the types of the whole program, for which Node grants too little on a small machine
    args: ['--max-old-space-size=4096', '--import', 'tsx', 'test/support/check-code.ts'],
    suite: true,
  },
  { name: 'format', args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'], suite: false },
];
const parts = [...CHECKS, ...TESTS];

/** Removes the folder in memory. What a process that is ending still writes there changes nothing of the tests' outcome. */
function leave(folder: string): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    console.error(`${folder} was left: ${(error as Error).message}`);
  }
}

const underWayOf = (name: string): string => path.join(out, `under-way-${name}.txt`);

/** Fifteen minutes: the limit of no test is as long. A machine that is suspended looks at nothing meanwhile. */
const LOOK_EVERY_MS = 5_000;
const SILENT_LOOKS = 180;

/** Runs a part. What it prints comes as it prints it or, with `later`, when it has ended: beside others it would be among theirs. */
async function runPart(part: Part, later: boolean): Promise<Totals> {
  const totalsFile = path.join(out, `totals-${part.name}.json`);
  const logFile = path.join(out, `${part.name}.log`);
  const underWay = underWayOf(part.name);
  for (const file of [totalsFile, underWay]) fs.rmSync(file, { force: true });
  const started = Date.now();
  const heading = `\n── ${part.name} ${'─'.repeat(Math.max(3, 60 - part.name.length))}`;
  console.log(later ? `${part.name} begins` : heading);
  const log = later ? fs.openSync(logFile, 'w') : 'inherit';
  const child = spawn(process.execPath, part.args, {
    cwd: root,
    stdio: ['inherit', log, log],
    env: {
      ...process.env,
      ...scratch,
      WORKSHOP_TEST_TOTALS: totalsFile,
      WORKSHOP_TEST_PACKAGE: PACKAGE,
      [UNDER_WAY_FILE]: underWay,
    },
  });
  running.set(child, part.name);
  if (CHECKS.includes(part) && child.pid !== undefined)
    os.setPriority(child.pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  const watch = new HangWatch(underWay, SILENT_LOOKS);
  let hangsAt: string | undefined;
  const looks = setInterval(() => {
    hangsAt ??= watch.look();
    if (hangsAt !== undefined) child.kill('SIGKILL');
  }, LOOK_EVERY_MS);
  const how = await new Promise<number | string>(resolve => {
    child.once('error', error => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'no exit code'));
  });
  clearInterval(looks);
  running.delete(child);
  if (later) process.stdout.write(`${heading}\n${fs.readFileSync(logFile, 'utf8')}`);
  console.log(`${part.name}: ${how === 0 ? 'ok' : `exit ${how}`}, ${Math.round((Date.now() - started) / 1000)} s`);
  return hangsAt === undefined ? totalsOf(part, totalsFile, how === 0) : hung(hangsAt);
}

/** What passed before is not counted. */
const hung = (at: string): Totals => ({
  ...{ passed: 0, failed: 1, skipped: 0 },
  failures: [{ title: `hangs, and was ended: ${at}`, message: 'Nothing was heard of it for a quarter of an hour.' }],
});

function totalsOf(part: Part, file: string, succeeded: boolean): Totals {
  if (!part.suite) return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
  if (!fs.existsSync(file)) {
    console.error(`${part.name}: ended without totals`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const totals = JSON.parse(fs.readFileSync(file, 'utf8')) as Totals;
  if (totals.passed + totals.failed + totals.skipped === 0) return { ...totals, failed: 1 };
  return !succeeded && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

const memory = scratchInMemory();
const scratch = memory === undefined ? {} : { TMPDIR: memory };
process.on('exit', () => memory !== undefined && leave(memory));

/** What runs, by its name. It ends with us, also where a signal is for us alone, as at the limit of a CI; then what it was at is told. */
const running = new Map<ChildProcess, string>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    for (const [child, name] of running) {
      const underWay = underWayOf(name);
      console.log(`${name} has not ended${fs.existsSync(underWay) ? `: ${fs.readFileSync(underWay, 'utf8')}` : ''}`);
      child.kill(signal);
    }
    process.exit(1);
  });

const wanted = process.argv.slice(2);
/** `walks` names both of its shares. */
const isNamed = (part: Part, name: string): boolean => part.name === name || part.name.startsWith(`${name}-`);
const unknown = wanted.filter(name => !parts.some(part => isNamed(part, name)));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}. Parts: ${parts.map(part => part.name).join(', ')}`);
  process.exit(2);
}

void main();

async function main(): Promise<void> {
  fs.mkdirSync(out, { recursive: true });
  const isWanted = (part: Part): boolean => wanted.length === 0 || wanted.some(name => isNamed(part, name));
  const alone = parts.filter(isWanted).length === 1;
  const preparation = parts.some(part => part.prepared && isWanted(part)) ? prepare() : undefined;
  const run = async (part: Part): Promise<{ part: Part; totals: Totals }> => {
    if (part.prepared) await preparation;
    return { part, totals: await runPart(part, !alone) };
  };
  const ended = await Promise.all([
    inLanes(CHECKS.filter(isWanted), 1, run),
    inLanes(TESTS.filter(isWanted), LANES, run),
  ]);
  const results = ended.flat();
  const unsteady: Failure[] = [];
  for (const result of results) {
    const second = await secondRun(result.part, result.totals);
    result.totals = second.totals;
    unsteady.push(...second.unsteady);
  }
  tellUnsteady(unsteady);
  summarise(results);
}

/** Files that failed beside everything else, run alone. Of VS Code's parts, the walks see to that themselves. */
async function secondRun(part: Part, first: Totals): Promise<{ totals: Totals; unsteady: Failure[] }> {
  const files = failedFiles(first);
  if (files.length === 0) return { totals: first, unsteady: [] };
  return afterSecondRun(first, await runPart({ ...part, name: `${part.name}-again`, args: mocha(...files) }, false));
}

/** Installs and packages what such parts need. What cannot be had is told by the part that misses it. */
function prepare(): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/host/prepare.ts'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, WORKSHOP_TEST_PACKAGE: PACKAGE },
  });
  running.set(child, 'prepare');
  return new Promise<void>(resolve => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).finally(() => running.delete(child));
}

function summarise(results: { part: Part; totals: Totals }[]): void {
  const sum = (pick: (totals: Totals) => number) => results.reduce((total, result) => total + pick(result.totals), 0);
  for (const { part, totals } of results)
    for (const { title, message } of totals.failures ?? [])
      console.log(`\n✗ ${part.name}: ${title}\n${message.replace(/^/gm, '    ')}`);
  console.log();
  for (const { part, totals } of results) {
    console.log(
      `${part.name.padEnd(10)}${String(totals.passed).padStart(5)} passed${String(totals.failed).padStart(5)} failed`,
    );
  }
  const skipped = sum(totals => totals.skipped);
  console.log(
    `\n${sum(totals => totals.passed)} passed, ${sum(totals => totals.failed)} failed${skipped ? `, ${skipped} skipped` : ''}`,
  );
  process.exit(sum(totals => totals.failed) === 0 ? 0 : 1);
}
