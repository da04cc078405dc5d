/** What a run does as a person fills it in, what is wrong with it, and presets of it. */

/** What a run does, as the form has it. Numbers are numbers; a field that is not filled in properly is `null`. */
export interface StressForm {
  name: string;
  /** Id of a connection profile. */
  target: string;
  workload: StressWorkload;
  /** For `lambda`: a function of the workshop, or `named`. */
  handler: StressHandler;
  /** For `named`: the function's name. */
  functionName: string;
  /** For SQL: id of a retry policy, or `all`: one run with each, one after the other. */
  retryPolicy: string;
  /** For `sql-mix`: percent of the calls that are transfers. */
  transferPercent: number | null;
  /** For `custom`: absolute path of the module. */
  module: string;
  loop: 'closed' | 'open';
  calls: number | null;
  inFlight: number | null;
  batches: boolean;
  /** Open loop. */
  ratePerSecond: number | null;
  /** Open loop: seconds over which the rate grows from 0; 0: at once. */
  rampSeconds: number | null;
  /** Open loop: how long. Closed loop: no call is started after it; 0: no such limit. */
  durationSeconds: number | null;
  warmupSeconds: number | null;
  workers: number | null;
  accounts: number | null;
  amount: number | null;
  choice: 'uniform' | 'zipf' | 'hot-set';
  zipfExponent: number | null;
  hotAccounts: number | null;
  hotPercent: number | null;
  /** Separated by commas or line ends. */
  thresholds: string;
  abortOnFail: boolean;
  /** Seconds between two samples of the sum of balances; 0: only before and after. */
  balanceEverySeconds: number | null;
  maxDurationSeconds: number | null;
  /** Seconds without a call that gets through, after which the run ends by itself; 0: it never does. */
  giveUpAfterSeconds: number | null;
  seed: number | null;
  transport: 'lean' | 'sdk';
}

export type StressWorkload = 'lambda' | 'sql-transfer' | 'sql-mix' | 'order-service' | 'custom';
export type StressHandler = 'with-retries' | 'without-retries' | 'with-history' | 'named';
export type NumberField = {
  [K in keyof StressForm]: StressForm[K] extends number | null ? (null extends StressForm[K] ? K : never) : never;
}[keyof StressForm];

/** Bounds of a number field. */
export interface FieldLimit {
  min: number;
  max: number;
  /** Whole numbers only. */
  integer: boolean;
}

/** What is wrong with a field, in one sentence. */
export interface FormProblem {
  field: keyof StressForm;
  message: string;
}

/** What the host says of a form while it is filled in. */
export interface FormVerdict {
  problems: FormProblem[];
  /** What the run will do, one sentence; empty while there are problems. */
  summary: string;
  /** Of targets that cost money: an estimate, one sentence. */
  cost?: string;
}

export interface PresetView {
  id: string;
  name: string;
  description: string;
  /** Made by the user: may be renamed and deleted. */
  own: boolean;
  form: StressForm;
}
