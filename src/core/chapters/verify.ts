import { verifyPromises } from './promises-check';
import type { Check, CheckOutcome } from './contract';
import { matches, outcomeError, showError, showExpected } from './outcome-error';
import { planOf } from './perform-sql';
import { verifyPlan } from './plan-check';
import type { Stage } from './stage';
import { notKept } from './outcome-error';
import { verifySessions } from './sessions-block';
import { verifyRun } from './stress-check';
import { substitute } from './variables';

type Of<T extends Check['type']> = Extract<Check, { type: T }>;
type Verdict = Omit<CheckOutcome, 'check'>;

/** What verifying a check needs: it changes nothing. A statement that runs when the signal comes is given up. */
export type Bench = Pick<Stage, 'ports' | 'memory' | 'figure'> & Partial<Pick<Stage, 'signal'>>;

/** Whether a check holds now. A check that cannot be carried out, or was given up, does not hold, and says why; it never throws. */
export async function verify(check: Check, bench: Bench): Promise<CheckOutcome> {
  try {
    return advised(check, await verdict(check, bench));
  } catch (error) {
    const outcome = outcomeError(error);
    const { nextStep } = outcome;
    const expected = check.type === 'rows' ? wanted(check) : check.describe;
    return advised(check, { held: false, expected, actual: showError(outcome), nextStep });
  }
}

/** What was found tells more than the chapter could foresee. */
function advised(check: Check, { nextStep = check.otherwise, ...found }: Verdict): CheckOutcome {
  return { check, ...found, ...(!found.held && nextStep !== undefined && { nextStep }) };
}

function verdict(check: Check, bench: Bench): Promise<Verdict> | Verdict {
  switch (check.type) {
    case 'rows':
      return rows(check, bench);
    case 'fails':
      return fails(check, bench);
    case 'money':
      return money(check, bench);
    case 'plan':
      return plan(check, bench);
    case 'answer':
      return answer(check, bench);
    case 'sessions':
      return verifySessions(check, bench.memory.answers.get(check.name));
    case 'stress':
      return verifyRun(check, bench.memory.runs);
    case 'promises':
      return verifyPromises(check, bench.ports, bench.signal);
    case 'index':
      return index(check, bench);
  }
}

async function rows(check: Of<'rows'>, { ports, memory, signal }: Bench): Promise<Verdict> {
  const result = await ports.database.query(substitute(check.sql, memory.variables), { signal });
  if (check.expect) {
    const want = check.expect.map(row => row.map(cell => substitute(cell, memory.variables)));
    const got = result.rows.map(row => row.map(cell => cell ?? 'NULL'));
    return { held: JSON.stringify(want) === JSON.stringify(got), expected: showRows(want), actual: showRows(got) };
  }
  const actual = result.rows[0]?.[0] ?? 'NULL';
  // decimal integers may be beyond 2^53
  const value = /^-?\d+$/.test(actual) ? BigInt(actual) : undefined;
  const held =
    value !== undefined &&
    (check.min === undefined || value >= BigInt(check.min)) &&
    (check.max === undefined || value <= BigInt(check.max));
  return { held, expected: wanted(check), actual };
}

/** As the chapter says it. */
function wanted({ expect, min, max }: Of<'rows'>): string {
  if (expect) return showRows(expect);
  return [min !== undefined && `at least ${min}`, max !== undefined && `at most ${max}`].filter(Boolean).join(', ');
}

/** One row a line. */
function showRows(rows: string[][]): string {
  if (rows.length === 0) return '(no rows)';
  const shown = rows.slice(0, 5).map(row => row.join(' | '));
  return [...shown, ...(rows.length > 5 ? [`… (${rows.length} rows)`] : [])].join('\n');
}

async function fails(check: Of<'fails'>, { ports, memory, signal }: Bench): Promise<Verdict> {
  const expected = showExpected(check.error);
  try {
    const { as, user } = check;
    await ports.database.rolledBack([substitute(check.sql, memory.variables)], { as, user, signal });
    return { held: false, expected, actual: 'accepted' };
  } catch (error) {
    const outcome = outcomeError(error);
    return { held: matches(outcome, check.error), expected, actual: showError(outcome) };
  }
}

async function money(check: Of<'money'>, { ports, figure, signal }: Bench): Promise<Verdict> {
  const accounts = figure(check.accounts);
  const audit = await ports.bank.audit(signal);
  const show = (count: number, sum: string, negative: number): string =>
    `${count.toLocaleString('en')} accounts, sum of balances ${/^-?\d+$/.test(sum) ? BigInt(sum).toLocaleString('en') : sum}, ${negative.toLocaleString('en')} below zero`;
  const expected = show(accounts, String(BigInt(accounts) * BigInt(check.balance)), 0);
  const actual = show(audit.accounts, audit.sumOfBalances, audit.negativeBalances);
  return { held: expected === actual, expected, actual, nextStep: check.otherwise ?? WHOLE_TRANSFERS };
}

const WHOLE_TRANSFERS =
  'A transfer debits and credits the same amount in one transaction, and rolls back where either fails. The chapter, run from its beginning, makes the balances anew.';

async function plan(check: Of<'plan'>, { ports, memory, signal }: Bench): Promise<Verdict> {
  const text =
    check.sql === undefined
      ? memory.plans.get(check.name ?? '')
      : await planOf(substitute(check.sql, memory.variables), { analyze: false, verbose: false }, ports, signal);
  if (text === undefined) return notKept(check.describe, 'not explained in this session');
  return verifyPlan(check, text, check.less && memory.plans.get(check.less.than));
}

function answer(check: Of<'answer'>, { memory }: Bench): Verdict {
  const expected = check.contains === undefined ? showValue(check.equals) : `… ${check.contains} …`;
  if (!memory.answers.has(check.name)) return notKept(expected, 'not invoked in this session');
  const answered = memory.answers.get(check.name);
  const value = valueAt(answered, check.path);
  const held =
    (check.equals === undefined || JSON.stringify(value) === JSON.stringify(check.equals)) &&
    (check.contains === undefined || String(value).toLowerCase().includes(check.contains.toLowerCase()));
  return { held, expected, actual: value === undefined ? missing(check.path, answered) : showValue(value) };
}

/** A function that answers an error has said why the rest is missing. */
function missing(path: string, answered: unknown): string {
  const said = valueAt(answered, 'error') ?? valueAt(answered, 'errorMessage');
  return `no "${path}"${typeof said === 'string' ? `, but the error ${JSON.stringify(said)}` : ''}`;
}

/** Rows of a query as other checks show them; everything else as JSON. */
function showValue(value: unknown): string {
  return isRows(value) ? showRows(value) : JSON.stringify(value);
}

const isRows = (value: unknown): value is string[][] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(row => Array.isArray(row) && row.length > 0 && row.every(cell => typeof cell === 'string'));

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, key) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, key)
          ? (at as Record<string, unknown>)[key]
          : undefined,
      value,
    );
}

async function index(check: Of<'index'>, { ports, signal }: Bench): Promise<Verdict> {
  const { rows } = await ports.database.query(
    'SELECT i.indisvalid::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = $1',
    { params: [check.index], signal },
  );
  const found = rows[0]?.[0];
  const actual = found === undefined ? 'no such index' : found === 'true' || found === 't' ? 'valid' : 'invalid';
  const expected = check.valid ? 'valid' : 'invalid';
  return { held: actual === expected, expected, actual, nextStep: found === undefined ? undefined : BUILD };
}

const BUILD =
  'Look at its build: SELECT status, details FROM sys.jobs. Wait for one that runs; after a failed one drop the index and run the step again.';
