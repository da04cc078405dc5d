/**
 * The chapter model. A chapter is a folder `workshop/chapters/NN-name/` whose `chapter.md` reads well alone and is what the runner
 * executes. `parseChapter` (./parser) makes this of it; `ChapterRunner` (./runner) runs it through the ports below.
 */
import type { JobTimelineView } from '../../protocol/job-timeline';
import type { HeatMapView } from '../../protocol/chapter-view';
import type { LambdaPort } from '../lambda/contract';
import type { PromiseSet } from '../promises/contract';
import type { SourcesPort } from '../workspace/contract';
import type { Interleaving } from '../sessions/contract';
import type { Expectation } from '../sessions/script';
import type { SqlSession } from '../sql/contract';
import type { DatabasePort, RunAs } from '../sql/database-port';
import type { PlanComparisonView } from '../../protocol/plan-view';
import type { AccountDistribution } from '../stress/accounts';
import type { RateStage, RunPlan, RunResult, RunSnapshot } from '../stress/contract';
import type { LeftBehind } from '../stress/left-behind';
import type { RetryPolicy } from '../bank/occ-retry';
import type { BankAudit } from '../bank/invariants';

/** A chapter as its `chapter.md` says it; nothing in it is of a run. */
export interface Chapter {
  /** The number in the folder's name. */
  number: number;
  /** Folder name, `01-schema-and-transfer`. */
  slug: string;
  title: string;
  /** One sentence for lists. */
  summary: string;
  /** Absolute folder. */
  directory: string;
  /** Prose before the first step, Markdown. */
  introduction: string;
  /** Minutes a reader needs. */
  minutes: number;
  steps: Step[];
  /** Comes from a folder of the user's, not with the workshop. */
  own?: boolean;
  /** Numbers of the workshop's chapters that it builds on; all before it when undefined. */
  buildsOn?: number[];
}

/** What the reader runs and checks at once. Steps build on the ones before them. */
export interface Step {
  /** Stable id, unique in the chapter: `create-accounts`. */
  id: string;
  title: string;
  /** Markdown, without the runner's blocks' results. Shown as it stands. */
  body: string;
  /** Run in order by Run. */
  actions: Action[];
  /** All must hold for the step to be done. May be re-run at any time without changing state. */
  checks: Check[];
  /** Brings the database back to before the step. */
  undo: Action[];
  /** Later chapters build on it: run (where its checks do not hold) before one of them starts on another state. `{#id .base}`. */
  base: boolean;
  /** First line of the step's heading in chapter.md, 1-based. */
  line: number;
  /** Line of chapter.md that `body` begins with, 1-based: actions are found in the prose by it. */
  bodyLine?: number;
}

/** What a block of `chapter.md` does, with the line it stands on (1-based). `${…}` in its texts is replaced when it runs. */
export type Action =
  | {
      type: 'sql';
      sql: string;
      as: RunAs;
      user?: string;
      /** The action succeeds only if the statement fails so. */ expectError?: ExpectedError;
      /** SQLSTATEs after which the action counts as done: what it makes is there already, or what it undoes is gone, or used by others. */ tolerate?: string[];
      line: number;
    }
  | {
      type: 'explain';
      sql: string;
      analyze: boolean;
      verbose: boolean;
      /** Name under which checks find the plan. */ name: string;
      line: number;
    }
  | {
      type: 'deploy';
      /** Folder of the sources, relative to the chapter. */ lambda: string;
      functionName: string;
      /** A piece of the code by which the place to work at is found, in the learner's own. */ at?: string;
      line: number;
    }
  | { type: 'remove-function'; functionName: string; line: number }
  /** Shows an authentication token's parts, signature hidden. */
  | { type: 'token'; as: RunAs; user: string; line: number }
  /** Shows runs side by side. */
  | { type: 'compare-runs'; runs: string[]; line: number }
  | {
      type: 'invoke';
      functionName: string;
      payload: unknown;
      /** Name under which checks find the last answer. */ name: string;
      /** Invocations, one after the other. */ times: number;
      /** The action succeeds only if the function fails. */ expectFunctionError: boolean;
      line: number;
    }
  | { type: 'load-accounts'; accounts: ScaledNumber; balance: number; line: number }
  | {
      type: 'wait-for-jobs';
      /** Index names whose jobs must complete. */ indexes: string[];
      timeoutSeconds: number;
      line: number;
    }
  | {
      type: 'stress';
      name: string;
      /** Transfers through this function; exactly one of it and `direct` is given. */
      functionName?: string;
      /** Transfers straight over SQL, with this retry policy. */
      direct?: { workload: 'sql-transfer'; retry: RetryPolicy; policy: string };
      calls: ScaledNumber;
      inFlight: ScaledNumber;
      workers: number;
      accounts: ScaledNumber;
      amount: number;
      /** How accounts are chosen; uniform when absent. */
      distribution?: AccountDistribution;
      durationSeconds?: number;
      stages?: RateStage[];
      line: number;
    }
  /** Plays an order of a session script, given by the name of its file or inline. */
  | {
      type: 'sessions';
      /** Name under which checks find the run. */
      name: string;
      source: { script: string } | { text: string };
      /** Name or number of the order; the first when absent. */
      order?: string;
      line: number;
    }
  /** Draws a query's answer as a heat map: row, column, value; or column, value for a single row. */
  | { type: 'heat-map'; sql: string; title: string; line: number }
  /** Draws where conflicts met in runs: a row for each run, accounts in `buckets` ranges of keys. */
  | { type: 'conflict-map'; runs: string[]; buckets: number; line: number }
  /** Shows two saved plans of one statement side by side. */
  | { type: 'compare-plans'; before: string; after: string; line: number }
  /** Calls a function `times` times for each case, one call at a time, and shows what the caller waited. */
  | {
      type: 'measure';
      functionName: string;
      times: number;
      /** The last answer of a case is kept under its name, for checks. */
      cases: { name: string; payload: unknown }[];
      line: number;
    };

export interface ExpectedError {
  sqlstate: string;
  /** Case-insensitive part of the message or the hint. */
  contains?: string;
}

/** A figure by scale: what a laptop does in two minutes, and the workshop's own. */
export interface ScaledNumber {
  laptop: number;
  full: number;
}

/** What must hold once a step is done. A check leaves nothing changed, whatever it finds; `describe` is its line in the table. */
export type Check = CheckKind & {
  /** What to do where it does not hold, for those where that is not plain. */
  otherwise?: string;
};

export type CheckKind =
  /** One answer of the played sessions `name`, or everything that their script expects. */
  | { type: 'sessions'; name: string; expect?: Expectation; describe: string; line: number }
  /** Rows equal, as text, in order; `NULL` for null. `min` compares a single number. */
  | { type: 'rows'; sql: string; expect?: string[][]; min?: number; max?: number; describe: string; line: number }
  /** A statement fails with this error. Run in a transaction that is rolled back. */
  | { type: 'fails'; sql: string; as: RunAs; user?: string; error: ExpectedError; describe: string; line: number }
  /** There are `accounts` accounts, the sum of their balances is accounts x balance, and none is negative. */
  | { type: 'money'; accounts: ScaledNumber; balance: number; describe: string; line: number }
  /** The plan saved under `name`, or made now from `sql`. */
  | {
      type: 'plan';
      name?: string;
      sql?: string;
      uses?: string;
      avoids?: string;
      index?: string;
      maxRowsRead?: number;
      /** The plan reads fewer rows, looks fewer up, or costs fewer DPU than the saved plan `than`. */
      less?: { of: PlanMeasure; than: string };
      describe: string;
      line: number;
    }
  /** A value inside the answer of the invocation `name`; path as `a.b.0`. */
  | { type: 'answer'; name: string; path: string; equals?: unknown; contains?: string; describe: string; line: number }
  /** The stress run `name`. */
  | {
      type: 'stress';
      name: string;
      succeeded?: 'all' | 'some';
      errors?: { class: string; min?: number; max?: number }[];
      minRetries?: number;
      /** Fewer calls of the run failed than of this one. */
      fewerFailuresThan?: string;
      describe: string;
      line: number;
    }
  /** The deployed function keeps the promises of the set; see core/promises. Takes some seconds, on accounts of its own. */
  | { type: 'promises'; functionName: string; set: PromiseSet; describe: string; line: number }
  | { type: 'index'; index: string; valid: boolean; describe: string; line: number };

/** What two plans can be held against each other by. */
export type PlanMeasure = 'rowsRead' | 'lookups' | 'dpu';

/** What happened to one action. */
export interface ActionOutcome {
  action: Action;
  /** One line that says what was done, variables replaced. */
  title: string;
  ok: boolean;
  durationMs: number;
  /** Shown to the user: a table, a plan, a stress summary, an answer, or a text. */
  result: StepResult;
  error?: {
    message: string;
    sqlstate?: string;
    /** As the server tells it: the key that is there already, what depends on the thing. */
    detail?: string;
    hint?: string;
    nextStep?: string;
    /** The end of the function's log, where a function failed. */
    log?: string;
  };
}

/** What an action leaves to be shown; each member is drawn by one case in views and terminal. */
export type StepResult =
  /** Asynchronous jobs with the states they were seen in. */
  | { type: 'jobs'; jobs: JobTimelineView[] }
  /** Transactions stepped line by line; `script` is the text of their script. */
  | { type: 'interleaving'; interleaving: Interleaving; script: string }
  | { type: 'table'; columns: string[]; rows: (string | null)[][]; tag: string; truncated: boolean }
  | { type: 'plan'; text: string; title: string }
  | { type: 'stress'; result: RunResult }
  /** Runs side by side, in the order asked for. */
  | { type: 'stress-comparison'; results: RunResult[] }
  | { type: 'json'; value: unknown; title: string }
  | { type: 'heat-map'; map: HeatMapView }
  /** Two plans of one statement: their texts, and what changed between them. */
  | ({ type: 'plan-comparison'; before: NamedPlan; after: NamedPlan } & Pick<
      PlanComparisonView,
      'verdict' | 'better' | 'facts'
    >)
  | { type: 'text'; text: string };

export interface NamedPlan {
  title: string;
  text: string;
}

/** What a check found, both sides as text. */
export interface CheckOutcome {
  check: Check;
  held: boolean;
  expected: string;
  actual: string;
  /** What to do where it does not hold: by what was found, else as the chapter says. */
  nextStep?: string;
}

export type StepStatus = 'pending' | 'running' | 'done' | 'failed' | 'skipped';

/** A step after a run. `failed`: an action failed, or a check does not hold; the actions after a failed one were not run. */
export interface StepOutcome {
  step: Step;
  status: StepStatus;
  actions: ActionOutcome[];
  checks: CheckOutcome[];
  durationMs: number;
}

/** Progress of whatever is running: fraction in 0..1 where known. */
export interface Progress {
  text: string;
  fraction?: number;
  snapshot?: RunSnapshot;
  /** Jobs that are waited for. */
  jobs?: JobTimelineView[];
}

/** What the runner tells while it works, in order. Each event is complete in itself. */
export type RunnerEvent =
  /** Of each step that an undo, or running an earlier step again, has undone. */
  | { type: 'step-undone'; step: Step }
  | { type: 'step-started'; step: Step }
  | { type: 'action-started'; step: Step; action: Action; title: string }
  | { type: 'progress'; step: Step; action: Action; progress: Progress }
  | { type: 'action-finished'; step: Step; outcome: ActionOutcome; title: string }
  | { type: 'check-finished'; step: Step; outcome: CheckOutcome }
  | { type: 'step-finished'; outcome: StepOutcome };

/** Everything the runner needs of the world. */
export interface ChapterPorts {
  /** Values for `${...}` in statements and environment: `region`, `clusterEndpoint`, `lambdaRoleArn`. */
  variables: Record<string, string>;
  /** An authentication token for `user`, signed with the identity's credentials. A secret: shown only decoded, without its signature. */
  mintToken(as: RunAs, user: string): Promise<string>;
  database: DatabasePort;
  lambda: LambdaPort;
  /** Where the learner's own code lies; without it chapters deploy their own. */
  sources?: SourcesPort;
  /** For session scripts: sessions with a connection of their own, as admin; the caller closes them. */
  sessions: {
    open(): Promise<SqlSession>;
    /** The text of a script, by the name of one of the product's or a path relative to the chapter's folder. */
    load(name: string, directory: string): Promise<string>;
  };
  stress: {
    run(plan: RunPlan, onSnapshot: (snapshot: RunSnapshot) => void, signal: AbortSignal): Promise<RunResult>;
    /** What the last run on this target left under way; absent where nobody knows of other runs. */
    left?(): Promise<LeftBehind | undefined>;
  };
  bank: {
    /** Inserts accounts 1..count that are missing, in transactions of at most 3,000 rows. Idempotent, resumable. */
    loadAccounts(
      count: number,
      balance: number,
      onProgress: (loaded: number, rowsPerSecond?: number) => void,
      signal: AbortSignal,
    ): Promise<number>;
    audit(signal?: AbortSignal): Promise<BankAudit>;
  };
}
