/** The contract between the index view (`webview/indexes`) and its host. Events are complete snapshots; names from the catalogue are text. */
import type { JobTimelineView } from './job-timeline';

/** What the view keeps, so that a panel comes back after a restart of the window. */
export interface IndexesViewMemory {
  profileId: string;
  /** Only this table's indexes are shown. */
  scope?: TableName;
  draft?: IndexDraft;
  statement?: string;
}

export interface TableName {
  schema: string;
  table: string;
}

/** One key of an index that is being drawn up. */
export interface IndexKeyDraft {
  kind: 'column' | 'expression';
  /** A column's bare name, or an expression's SQL. */
  text: string;
  /** Where NULLs stand; the server's own order (last) when absent. */
  nulls?: 'first' | 'last';
}

/** An index that is being drawn up. Names are bare. */
export interface IndexDraft {
  schema: string;
  table: string;
  /** Empty: the server chooses. */
  name: string;
  unique: boolean;
  nullsNotDistinct: boolean;
  keys: IndexKeyDraft[];
  include: string[];
  /** Condition of a partial index, without WHERE; empty for none. */
  where: string;
}

/** Something that speaks for or against an index before it is sent. */
export interface DraftProblem {
  /** An error keeps it from being created: DSQL would refuse it. */
  severity: 'error' | 'warning' | 'notice';
  text: string;
  /** What to do instead. */
  remedy?: string;
  /** What DSQL answers. */
  sqlstate?: string;
  field: 'name' | 'keys' | 'include' | 'where' | 'table';
}

/** An index that is being drawn up, judged by the host after each change: `sql` is what Create would send. */
export interface DraftView {
  draft: IndexDraft;
  /** The table's, in its order. */
  columns: ColumnView[];
  sql: string;
  suggestedName: string;
  problems: DraftProblem[];
  /** No problem is an error. */
  ready: boolean;
}

export interface ColumnView {
  name: string;
  type: string;
  /** False for types that DSQL takes in no key. */
  indexable: boolean;
}

/** An index as the catalogue has it. `building` and `invalid` are both not valid; a job that goes on tells them apart. */
export interface IndexView {
  name: string;
  state: 'valid' | 'building' | 'invalid';
  unique: boolean;
  primary: boolean;
  keys: string[];
  includes: string[];
  nullsNotDistinct: boolean;
  predicate?: string;
  /** The constraint it stands behind; such an index cannot be dropped by itself. */
  constraint?: string;
  /** Another index that serves everything this one does. */
  redundantWith?: string;
  sql: string;
}

/** A table with its indexes; `used` counts them against the limit of DSQL. */
export interface IndexTableView extends TableName {
  /** `about 12 k rows`, or that nobody counted. */
  size: string;
  sizeClass: 'unknown' | 'empty' | 'small' | 'medium' | 'large' | 'huge';
  indexes: IndexView[];
  /** `3 of 24`. */
  used: string;
}

/** Where a trial stands, in the order in which it gets there; the last three are ends. */
export type TrialPhase = 'ready' | 'before' | 'creating' | 'building' | 'after' | 'done' | 'failed' | 'cancelled';

/** A statement explained before and after an index. */
export interface TrialView {
  statement: string;
  /** EXPLAIN ANALYZE: the statement is executed. */
  analyze: boolean;
  phase: TrialPhase;
  /** What has been done and what is to come, in order. */
  steps: { title: string; state: 'pending' | 'running' | 'done' | 'failed'; note?: string }[];
  job?: JobTimelineView;
  verdict?: { better: 'before' | 'after' | 'same' | 'unclear'; sentences: string[]; usesIndex: boolean };
  /** The new index's name, once it is there. */
  index?: string;
  /** What became of it: still open when absent. */
  kept?: boolean;
  error?: { message: string; nextStep?: string };
}

/** Everything the view draws; sent whole after every change. */
export interface IndexesViewState {
  profileId: string;
  profile: string;
  local: boolean;
  readOnly: boolean;
  loading: boolean;
  scope?: TableName;
  /** Why the catalogue could not be read. */
  error?: { message: string; nextStep?: string };
  /** At most `MAX_TABLES`; names of the others in `more`. */
  tables: IndexTableView[];
  more: TableName[];
  jobs: JobTimelineView[];
  draft?: DraftView;
  trial?: TrialView;
}

export interface IndexesHostSide {
  requests: {
    load: (params: Record<string, never>) => IndexesViewState;
    refresh: (params: Record<string, never>) => void;
    /** Shows one table's indexes, or all again. */
    setScope: (params: { scope?: TableName }) => void;
    newIndex: (params: TableName) => void;
    changeDraft: (params: { draft: IndexDraft }) => void;
    discardDraft: (params: Record<string, never>) => void;
    /** Sends the draft's statement. */
    create: (params: Record<string, never>) => void;
    /** Explains, creates the draft's index, waits, explains again. */
    tryIt: (params: { statement: string; analyze: boolean }) => void;
    cancelTrial: (params: Record<string, never>) => void;
    /** Keeps the tried index, or drops it. */
    endTrial: (params: { keep: boolean }) => void;
    /** Both plans in the plan viewer. */
    openComparison: (params: Record<string, never>) => void;
    drop: (params: TableName & { index: string }) => void;
    dropInvalid: (params: Record<string, never>) => void;
    copy: (params: { text: string }) => void;
    openSql: (params: { text: string }) => void;
  };
  events: { state: IndexesViewState };
}

export interface IndexesViewSide {
  requests: Record<never, never>;
  events: Record<never, never>;
}
