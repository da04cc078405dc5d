/** A script of two or more sessions whose lines are run in a chosen order, as `readSessionScript` makes it of its text. */
export interface SessionScript {
  title: string;
  /** What it shows, in a sentence or two. */
  summary: string;
  /** What PostgreSQL does instead with its default, READ COMMITTED. */
  postgres: string;
  /** How test runners send its statements. `fetched`: extended, the rows read one at a time. */
  protocols: readonly ('simple' | 'extended' | 'fetched')[];
  /** Statements run before each order, one transaction each. */
  setup: string[];
  /** Statements that remove what `setup` made; run before it and at the end. */
  teardown: string[];
  /** A query whose rows are looked at after every line: as committed, and as each open transaction sees them. */
  watch?: string;
  sessions: ScriptSession[];
  /** In the order of the text; at least one. */
  orders: ScriptOrder[];
}

export interface ScriptSession {
  name: string;
  /** Statements run on its connection before its first line. */
  setup: string[];
  steps: ScriptStep[];
}

/** A line of a session. */
export interface ScriptStep {
  /** Unique in the script. */
  name: string;
  session: string;
  sql: string;
  /** Line of the text, 1-based. */
  line: number;
}

/** An order in which the lines are run, and what must come of it. */
export interface ScriptOrder {
  name: string;
  /** Names of steps; those of one group are sent together, each group is answered before the next is sent. */
  groups: string[][];
  expectations: Expectation[];
  /** Rows of the watch query after the last line, as text; NULL for null. */
  finalRows?: string[][];
  /** What this order shows; true only where everything expected came. */
  verdict?: string;
  /** Line of the text, 1-based. */
  line: number;
}

/** What a step must answer. */
export interface Expectation {
  step: string;
  answer:
    | { type: 'ok' }
    /** One of these SQLSTATEs; the message or the hint holds the text, in whatever case. */
    | { type: 'error'; sqlstates: string[]; contains?: string }
    /** The whole command tag, `UPDATE 1`. */
    | { type: 'tag'; tag: string }
    | { type: 'rows'; rows: string[][] };
}

/** All steps by name. */
export function stepsOf(script: Pick<SessionScript, 'sessions'>): Map<string, ScriptStep> {
  return new Map(script.sessions.flatMap(({ steps }) => steps.map(step => [step.name, step] as const)));
}
