/**
 * `npm test`: every check of the repository, one after the other, with the totals of all suites on the last line.
 * `npm test -- unit local` runs the named parts only. A part that ends without having written its totals counts as a failure.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '..');
const totalsFile = path.join(root, 'out', 'totals.json');
const bin = (name: string) => path.join(root, 'node_modules', name);

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

interface Part {
  name: string;
  args: string[];
  /** True when the part writes its totals; else its exit code counts as one test. */
  suite: boolean;
}

const mocha = (glob: string) => [
  bin('mocha/bin/mocha.js'),
  '--config',
  'test/mocharc.json',
  '--reporter',
  'test/support/reporter.cjs',
  glob,
];

const parts: Part[] = [
  { name: 'types', args: [bin('typescript/bin/tsc'), '-p', '.'], suite: false },
  { name: 'lint', args: [bin('eslint/bin/eslint.js'), '.'], suite: false },
  { name: 'format', args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'], suite: false },
  { name: 'unit', args: mocha('test/unit/**/*.test.ts'), suite: true },
  { name: 'local', args: mocha('test/local/**/*.test.ts'), suite: true },
  { name: 'webview', args: mocha('test/webview/**/*.test.ts'), suite: true },
  { name: 'host', args: ['--import', 'tsx', 'test/host/run.ts'], suite: true },
];

function runPart(part: Part): Totals {
  fs.rmSync(totalsFile, { force: true });
  const started = Date.now();
  console.log(`\n── ${part.name} ${'─'.repeat(Math.max(3, 60 - part.name.length))}`);
  const { status, signal } = spawnSync(process.execPath, part.args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, WORKSHOP_TEST_TOTALS: totalsFile },
  });
  console.log(
    `${part.name}: ${status === 0 ? 'ok' : `exit ${status ?? signal}`}, ${Math.round((Date.now() - started) / 1000)} s`,
  );
  if (!part.suite) return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  if (!fs.existsSync(totalsFile)) {
    console.error(`${part.name}: ended without totals`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const totals = JSON.parse(fs.readFileSync(totalsFile, 'utf8')) as Totals;
  if (totals.passed + totals.failed === 0) return { ...totals, failed: 1 };
  return status !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !parts.some(part => part.name === name));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}. Parts: ${parts.map(part => part.name).join(', ')}`);
  process.exit(2);
}
fs.mkdirSync(path.join(root, 'out'), { recursive: true });
const results = parts
  .filter(part => wanted.length === 0 || wanted.includes(part.name))
  .map(part => ({ part, totals: runPart(part) }));

const sum = (pick: (totals: Totals) => number) => results.reduce((total, result) => total + pick(result.totals), 0);
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
