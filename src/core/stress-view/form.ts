import type { FieldLimit, FormProblem, NumberField, StressForm } from '../../protocol/stress-form';
import { GIVE_UP_AFTER_SECONDS } from '../stress/outage';
import { PLAN_LIMITS } from '../stress/plan';
import { RETRY_POLICIES } from '../stress/retry-policies';
import { thresholdProblems } from './threshold-text';

const whole = (min: number, max: number): FieldLimit => ({ min, max, integer: true });
const anyNumber = (min: number, max: number): FieldLimit => ({ min, max, integer: false });

/** A quarter of an hour above the longest run that the workshop makes. */
const MAX_SECONDS = 2 * 60 * 60;

/** What each number may be. */
export const FORM_LIMITS: Readonly<Record<NumberField, FieldLimit>> = {
  transferPercent: anyNumber(0, 100),
  calls: whole(1, PLAN_LIMITS.calls),
  inFlight: whole(1, PLAN_LIMITS.inFlight),
  ratePerSecond: anyNumber(0.1, 100_000),
  rampSeconds: anyNumber(0, MAX_SECONDS),
  durationSeconds: anyNumber(0, MAX_SECONDS),
  warmupSeconds: anyNumber(0, 600),
  workers: whole(1, PLAN_LIMITS.workers),
  accounts: whole(2, 10_000_000),
  amount: whole(1, PLAN_LIMITS.amount),
  zipfExponent: anyNumber(0.01, 5),
  hotAccounts: whole(1, 10_000_000),
  hotPercent: anyNumber(0, 100),
  balanceEverySeconds: anyNumber(0, 3_600),
  maxDurationSeconds: anyNumber(1, MAX_SECONDS),
  giveUpAfterSeconds: anyNumber(0, 3_600),
  seed: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
};

/** What a plan says nothing about; with batches it is chapter 2's run. */
export const DEFAULT_FORM: StressForm = {
  name: 'ten-thousand',
  target: 'local',
  workload: 'lambda',
  handler: 'with-retries',
  functionName: 'transfer',
  retryPolicy: 'full-jitter',
  transferPercent: 10,
  module: '',
  loop: 'closed',
  calls: 10_000,
  inFlight: 1_000,
  batches: false,
  ratePerSecond: 500,
  rampSeconds: 0,
  durationSeconds: 0,
  warmupSeconds: 0,
  workers: 2,
  accounts: 1_000,
  amount: 1,
  choice: 'uniform',
  zipfExponent: 1,
  hotAccounts: 10,
  hotPercent: 50,
  thresholds: 'errors<0.1%, balance=exact',
  abortOnFail: false,
  balanceEverySeconds: 1,
  maxDurationSeconds: 600,
  giveUpAfterSeconds: GIVE_UP_AFTER_SECONDS,
  seed: 20251201,
  transport: 'lean',
};

/** The choice that makes one run with each retry policy. */
export const ALL_POLICIES = 'all';

/** Whether a workload goes over `pg`, where each call in flight holds a connection. */
export const overSql = (form: StressForm): boolean =>
  form.workload === 'sql-transfer' || form.workload === 'sql-mix' || form.workload === 'order-service';

/** The number fields that count for a form: of another workload or loop the others are not looked at. */
export function activeFields(form: StressForm): NumberField[] {
  return [
    'calls',
    'inFlight',
    'workers',
    'accounts',
    'amount',
    'maxDurationSeconds',
    'giveUpAfterSeconds',
    'seed',
    'warmupSeconds',
    'durationSeconds',
    'balanceEverySeconds',
    ...(form.loop === 'open' ? (['ratePerSecond', 'rampSeconds'] as const) : []),
    ...(form.workload === 'sql-mix' ? (['transferPercent'] as const) : []),
    ...(form.choice === 'zipf' ? (['zipfExponent'] as const) : []),
    ...(form.choice === 'hot-set' ? (['hotAccounts', 'hotPercent'] as const) : []),
  ];
}

/** Everything that is wrong with a form, in the order of its fields. Empty: it can be run. */
export function checkForm(form: StressForm): FormProblem[] {
  const problems: FormProblem[] = [];
  if (form.name.trim() === '') problems.push({ field: 'name', message: 'Give the run a name.' });
  else if (form.name.length > 80) problems.push({ field: 'name', message: 'At most 80 characters.' });
  for (const field of activeFields(form)) {
    const message = numberProblem(form[field], FORM_LIMITS[field]);
    if (message) problems.push({ field, message });
  }
  // figures are held against each other only where each is one
  const between = problems.length > 0 ? [] : relationProblems(form);
  return [...problems, ...between, ...textProblems(form)];
}

/** What does not go together in figures that are right by themselves. */
function relationProblems(form: StressForm): FormProblem[] {
  const problems: FormProblem[] = [];
  const add = (field: keyof StressForm, message: string): void => void problems.push({ field, message });
  const of = (field: NumberField): number => form[field] ?? 0;
  const open = form.loop === 'open';
  if (overSql(form) && of('inFlight') > PLAN_LIMITS.sqlInFlight)
    add('inFlight', `At most ${text(PLAN_LIMITS.sqlInFlight)} over SQL: each call in flight holds a connection.`);
  if (of('workers') > of('inFlight')) add('workers', 'Not more than there are calls in flight.');
  if (open && !form.durationSeconds) add('durationSeconds', 'A run at a rate needs a duration.');
  if (open && of('rampSeconds') > of('durationSeconds')) add('rampSeconds', 'Not longer than the whole run.');
  if (of('durationSeconds') > of('maxDurationSeconds')) add('maxDurationSeconds', 'Not shorter than the run itself.');
  if (of('warmupSeconds') > of('maxDurationSeconds')) add('warmupSeconds', 'Not longer than the hard stop.');
  else if (form.durationSeconds && of('warmupSeconds') >= form.durationSeconds)
    add('warmupSeconds', 'Shorter than the run itself.');
  if (form.choice === 'hot-set' && of('hotAccounts') > of('accounts'))
    add('hotAccounts', 'Not more than there are accounts.');
  if (!open && of('calls') < of('inFlight')) add('inFlight', 'Not more than there are calls in all.');
  return problems;
}

function textProblems(form: StressForm): FormProblem[] {
  const problems: FormProblem[] = [];
  if (form.workload === 'lambda' && form.handler === 'named' && !/^[\w:-]{1,170}$/.test(form.functionName))
    problems.push({ field: 'functionName', message: 'The name or the ARN of a Lambda function.' });
  const known = form.retryPolicy === ALL_POLICIES || RETRY_POLICIES.some(({ id }) => id === form.retryPolicy);
  if (overSql(form) && !known) problems.push({ field: 'retryPolicy', message: 'Choose one of the policies.' });
  if (form.workload === 'custom' && !/\.[cm]?[jt]s$/.test(form.module))
    problems.push({ field: 'module', message: 'Choose a JavaScript or TypeScript module.' });
  const message = thresholdProblems(form.thresholds);
  if (message) problems.push({ field: 'thresholds', message });
  return problems;
}

function numberProblem(value: number | null, { min, max, integer }: FieldLimit): string | undefined {
  if (value === null || !Number.isFinite(value)) return 'A number is needed.';
  if (integer && !Number.isInteger(value)) return 'A whole number is needed.';
  if (value < min || value > max) return `From ${text(min)} to ${text(max)}.`;
  return undefined;
}

const text = (value: number): string => value.toLocaleString('en-US');
