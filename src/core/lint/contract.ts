/** What lint says of a text, as plain data: drawn by the editor, printed by the command line, collected by the audit. */
import type { Grade } from '../dialect/rule';

/** `error`: DSQL refuses it. `warning`: accepted, but it bites later. `info` and `hint`: worth knowing. */
export type LintSeverity = 'error' | 'warning' | 'info' | 'hint';

/** What a rule may be set to. */
export type RuleSetting = LintSeverity | 'off';

/** Offsets in the text, UTF-16 units: `start` inclusive, `end` exclusive. */
export interface TextRange {
  start: number;
  end: number;
}

/** Replaces a range; an insertion where the range is empty. */
export interface TextEdit extends TextRange {
  newText: string;
}

/** A way out of a finding. Its edits do not overlap one another. */
export interface LintFix {
  /** Stable within the rule: `identity`, `uuid`. */
  id: string;
  /** Imperative, for a menu. */
  title: string;
  edits: TextEdit[];
  /** Means the same and loses nothing: may be applied to a whole file unseen. At most one fix of a finding is. */
  safe: boolean;
}

/** What is known of a rule, whatever it was found in. */
export interface LintRule {
  /** Stable, `snake_case`; the dialect's own ids where the dialect refuses. */
  id: string;
  severity: LintSeverity;
  /** DSQL's text (with `{name}` places), or the sentence of an advice. */
  message: string;
  /** One sentence: why it is so. */
  why: string;
  /** What to write instead. */
  remedy: string;
  sqlstate?: string;
  /** First date (ISO) it is known to be so. */
  since: string;
  grade: Grade;
  /** Where it is known from. */
  source: string;
  /** A page of the User Guide to read on. */
  url: string;
}

/** One finding in a text. */
export interface Diagnostic {
  rule: LintRule;
  severity: LintSeverity;
  /** The offending part. */
  range: TextRange;
  /** The statement it stands in. */
  statement: TextRange;
  /** In DSQL's words where DSQL refuses. */
  message: string;
}

export interface LintOptions {
  /** Severity by rule id; what is not named keeps its own. */
  severities?: Readonly<Record<string, RuleSetting>>;
  /** The whole text runs as one transaction, as with `psql -1` and migration tools that wrap a file. Default false. */
  singleTransaction?: boolean;
}

/** The findings of one text, in the order of their places. */
export interface LintReport {
  diagnostics: Diagnostic[];
  /** Ways out of a finding of this report, the best first; empty where only the remedy's text helps. */
  fixesOf(diagnostic: Diagnostic): LintFix[];
  /** Set when the text is written for another database and was not examined: its name. */
  foreignDialect?: string;
  /** Statements seen. */
  statements: number;
}

/** Examines texts. Pure; remembers what it knows of statements it has seen. `createLinter` builds one. */
export interface Linter {
  readonly rules: ReadonlyMap<string, LintRule>;
  /** Never throws, whatever the text. */
  lint(text: string, options?: LintOptions): LintReport;
  /** The same in slices: yields after some milliseconds' work each, so that others get their turn. */
  lintInSlices(text: string, options?: LintOptions): Generator<void, LintReport>;
}
