import { ERROR_LABELS } from '../stress/error-labels';
import type { RunResult } from '../stress/contract';
import type { Check, CheckOutcome } from './contract';
import { notKept } from './outcome-error';

/** Holds a run to a chapter's expectation. */
export function verifyRun(
  check: Extract<Check, { type: 'stress' }>,
  runs: ReadonlyMap<string, RunResult>,
): Omit<CheckOutcome, 'check'> {
  const run = runs.get(check.name);
  const conditions: { expected: string; actual: (run: RunResult) => string; held: (run: RunResult) => boolean }[] = [];
  const named = new Set((check.errors ?? []).map(({ class: name }) => name));
  if (check.succeeded) {
    const all = check.succeeded === 'all';
    conditions.push({
      expected: all ? 'all calls succeed' : 'some calls succeed, some fail',
      actual: r => `${number(r.succeeded)} succeeded, ${number(r.failed)} failed${breakdown(r, named)}`,
      held: r => r.succeeded > 0 && (all ? r.failed === 0 && madeAll(r) : r.failed > 0),
    });
  }
  for (const { class: name, min, max } of check.errors ?? []) {
    const count = (r: RunResult): number => (r.errors as Record<string, number | undefined>)[name] ?? 0;
    const bounds = [min !== undefined && `at least ${min}`, max !== undefined && `at most ${max}`].filter(Boolean);
    conditions.push({
      expected: max === 0 ? timesOf(0, name) : `${bounds.join(', ')} × ${labelOf(name)}`,
      actual: r => timesOf(count(r), name),
      held: r => count(r) >= (min ?? 0) && count(r) <= (max ?? Infinity),
    });
  }
  const { minRetries } = check;
  if (minRetries !== undefined) {
    conditions.push({
      expected: `at least ${retries(minRetries)}`,
      actual: r => `${retries(r.retries)}, at most ${number(r.maxRetries)} in one call`,
      held: r => r.retries >= minRetries,
    });
  }
  const { fewerFailuresThan } = check;
  if (fewerFailuresThan !== undefined) {
    const other = runs.get(fewerFailuresThan);
    conditions.push({
      expected: `fewer failures than "${fewerFailuresThan}"`,
      actual: r => `${number(r.failed)} failed, ${other ? number(other.failed) : 'not run:'} in "${fewerFailuresThan}"`,
      held: r => other !== undefined && r.failed < other.failed,
    });
  }
  // every run is held to this one
  conditions.push({
    expected: 'money conserved',
    actual: r =>
      r.moneyConserved ? 'money conserved' : `${r.before.sumOfBalances} before, ${r.after.sumOfBalances} after`,
    held: r => r.moneyConserved,
  });
  const expected = conditions.map(condition => condition.expected).join('; ');
  if (!run) return notKept(expected, 'not run in this session');
  return {
    held: conditions.every(condition => condition.held(run)),
    expected,
    actual: conditions.map(condition => condition.actual(run)).join('; '),
  };
}

/** Runs that end by the clock make as many calls as they can. */
function madeAll({ succeeded, plan }: RunResult): boolean {
  return succeeded === plan.calls || plan.durationSeconds !== undefined || plan.stages !== undefined;
}

/** What failed, by class, without the classes that have a condition of their own: that tells them. */
function breakdown(run: RunResult, named: ReadonlySet<string>): string {
  const classes = Object.entries(run.errors).filter(([name, count]) => count > 0 && !named.has(name));
  return classes.length === 0 ? '' : `: ${classes.map(([name, count]) => timesOf(count, name)).join(', ')}`;
}

const timesOf = (count: number, name: string): string =>
  `${count === 0 ? 'no' : `${number(count)} ×`} ${labelOf(name)}`;

/** A class of errors as every other view calls it. */
const labelOf = (name: string): string => (ERROR_LABELS as Readonly<Record<string, string>>)[name] ?? name;

const number = (value: number): string => value.toLocaleString('en');

const retries = (count: number): string => `${number(count)} ${count === 1 ? 'retry' : 'retries'}`;
