/**
 * The contract between the Two Sessions view (`webview/sessions`) and its host. Everything is plain data, made ready for drawing; events are
 * complete snapshots. Values from the database are text and are shown as text, whatever they hold.
 */

/** What the view keeps with `setState`, so that a panel comes back after a restart of the window. */
export interface SessionsViewMemory {
  source: ScriptSource;
  profileId: string;
  order: string;
}

/** Where the shown script comes from. */
export type ScriptSource =
  /** One of the product's, by its file's name without the suffix. */
  | { kind: 'preset'; id: string }
  /** A document of the editor, saved or not. */
  | { kind: 'document'; uri: string }
  /** A chapter's. */
  | { kind: 'text'; text: string };

/** A run of lines in the order of their answers. */
export interface TimelineView {
  sessions: string[];
  rows: TimelineRow[];
  /** There is a watch query: the rows carry what is seen. */
  watched: boolean;
}

export interface TimelineRow {
  /** From 1. */
  number: number;
  step: string;
  /** The line's name as prose and expectations give it: `a3`. */
  name: string;
  /** Index in `sessions`. */
  session: number;
  sql: string;
  /** One line: the error, the command tag. */
  answer: string;
  /** The rows of the answer, each as `a | b`; at most 8. */
  answerRows: string[];
  failed: boolean;
  /** What happened to the transaction: `snapshot`, `commit 2`, … in words. */
  notes: string[];
  /** Of each session, after this line. */
  lanes: LaneView[];
  /** Of each session, what it sees after this line where that is known; then what is committed. */
  seen: (SeenView | null)[];
}

/** A session's transaction after a line, as a lane of the timeline draws it. */
export interface LaneView {
  state: 'idle' | 'open' | 'failed';
  /** This line's mark on the lane of its session. */
  mark?: 'begin' | 'snapshot' | 'statement' | 'commit' | 'refused' | 'rollback';
}

/** The rows that a session, or who begins a transaction now, sees after a line. */
export interface SeenView {
  /** `1 | 100`, a row each. */
  rows: string[];
  /** Which of them this line changed, against the row above. */
  changed: boolean[];
  /** Rows that this line took away. */
  gone: string[];
}

export interface ScriptLineView {
  step: string;
  sql: string;
  state: 'waiting' | 'next' | 'running' | 'done' | 'failed';
  /** Of a line that was run. */
  answer?: string;
}

export interface SessionColumnView {
  name: string;
  transaction: 'idle' | 'open' | 'failed';
  /** Transaction and snapshot in words. */
  status: string;
  lines: ScriptLineView[];
}

export interface OrderView {
  name: string;
  /** `a1 b1 a2 …` */
  steps: string;
}

/** Whether the order came out as its script expects. */
export interface VerdictView {
  text: string;
  /** Nothing while the lines go on, or where nothing is expected. */
  held?: boolean;
  /** What was expected and did not come. */
  unmet: { expected: string; actual: string }[];
}

/** Everything the view draws; sent whole after every line. */
export interface SessionsViewState {
  source: ScriptSource;
  title: string;
  summary: string;
  postgres: string;
  /** Of the script's file; nothing for the product's own. */
  file?: string;
  profileId: string;
  connection: string;
  /** Where it is real: a warning on whose cluster the lines run. */
  environment?: string;
  phase: 'ready' | 'starting' | 'running' | 'paused' | 'finished';
  /** The script cannot be read, or the last request could not be done. */
  problem?: { message: string; nextStep?: string };
  columns: SessionColumnView[];
  orders: OrderView[];
  /** Name of the chosen order. */
  order: string;
  /** Name of the next line of that order; nothing when the lines run so far do not follow it, or it is over. */
  nextStep?: string;
  /** The rows before the first line. */
  initial?: string[];
  timeline: TimelineView;
  verdict?: VerdictView;
  /** For screen readers: what the last line did. */
  announcement: string;
}

/** What the view may ask of the host. */
export interface SessionsHostSide {
  requests: {
    /** The whole state; the view's first call. */
    load: (params: Record<string, never>) => SessionsViewState;
    /** One line, of whatever session. */
    runLine: (params: { step: string }) => void;
    /** The next line of the chosen order. */
    runNext: (params: Record<string, never>) => void;
    /** The rest of the chosen order, from the start where other lines were run. */
    play: (params: Record<string, never>) => void;
    chooseOrder: (params: { order: string }) => void;
    /** All but the last line, from the start. */
    stepBack: (params: Record<string, never>) => void;
    reset: (params: Record<string, never>) => void;
    cancel: (params: Record<string, never>) => void;
    /** Asks for a script: the product's, or a file of the workspace. */
    chooseScript: (params: Record<string, never>) => void;
    chooseConnection: (params: Record<string, never>) => void;
    /** Opens the script as text, a copy where it is the product's; the view follows it from then on. */
    edit: (params: Record<string, never>) => void;
    copy: (params: { text: string }) => void;
  };
  events: { state: SessionsViewState };
}

/** What the host may ask of the view: nothing; the view is drawn from events. */
export interface SessionsViewSide {
  requests: Record<never, never>;
  events: Record<never, never>;
}
