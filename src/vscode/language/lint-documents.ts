import * as vscode from 'vscode';
import { Emitter, type Event } from '../../base/events';
import type { Diagnostic, Linter, LintFix, LintOptions, LintReport, LintSeverity } from '../../core/lint/contract';
import { lintOptionsFor } from './lint-settings';

/** How a document stands to lint. */
export type LintState =
  | { name: 'off' }
  | { name: 'checking' }
  | { name: 'checked'; errors: number; findings: number }
  | { name: 'foreign'; dialect: string }
  | { name: 'failed'; error: unknown };

interface Checked {
  version: number;
  report: LintReport;
}

/** Typing may go on for this long before the document is looked at. */
const DELAY_MS = 250;
/** How long the extension host is kept at a time. */
const SLICE_MS = 12;

const SEVERITIES: Record<LintSeverity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** Checks open SQL documents as they change, and keeps what was found for actions and hovers. */
export class LintDocuments implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('dsql');
  private readonly checked = new Map<string, Checked>();
  private readonly states = new Map<string, LintState>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly changed = new Emitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];

  /** A document's state changed. */
  readonly onDidChange: Event<vscode.Uri> = this.changed.event;

  constructor(
    private readonly loadLinter: () => Promise<Linter>,
    private readonly write: (error: unknown) => void,
  ) {
    this.subscriptions = [
      this.collection,
      vscode.workspace.onDidOpenTextDocument(document => this.schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.schedule(document, DELAY_MS);
      }),
      vscode.workspace.onDidCloseTextDocument(document => this.closed(document)),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration('dsqlWorkshop.lint')) this.checkAll();
      }),
    ];
    this.checkAll();
  }

  stateOf(uri: vscode.Uri): LintState {
    return this.states.get(uri.toString()) ?? { name: 'off' };
  }

  /** What was found in the document as it is now; undefined while that is not known. */
  reportOf(document: vscode.TextDocument): LintReport | undefined {
    const checked = this.checked.get(document.uri.toString());
    return checked?.version === document.version ? checked.report : undefined;
  }

  /** Findings that touch a range of the document as it is now. */
  findingsAt(document: vscode.TextDocument, range: vscode.Range): { finding: Diagnostic; range: vscode.Range }[] {
    return (this.reportOf(document)?.diagnostics ?? []).flatMap(finding => {
      const where = rangeOf(document, finding.range);
      return where.intersection(range) ? [{ finding, range: where }] : [];
    });
  }

  fixesOf(document: vscode.TextDocument, finding: Diagnostic): LintFix[] {
    return this.reportOf(document)?.fixesOf(finding) ?? [];
  }

  private checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.schedule(document, 0);
  }

  private schedule(document: vscode.TextDocument, delayMs: number): void {
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    const options = lintOptionsFor(document);
    if (!options) {
      if (this.states.has(key)) this.forget(document.uri);
      return;
    }
    this.timers.set(
      key,
      setTimeout(() => void this.check(document, options).catch(error => this.fail(document.uri, error)), delayMs),
    );
  }

  private async check(document: vscode.TextDocument, options: LintOptions): Promise<void> {
    this.enter(document.uri, { name: 'checking' });
    const linter = await this.loadLinter();
    const { version } = document;
    const slices = linter.lintInSlices(document.getText(), options);
    for (;;) {
      const until = performance.now() + SLICE_MS;
      while (performance.now() < until) {
        const step = slices.next();
        if (step.done) return this.publish(document, { version, report: step.value });
      }
      await new Promise(resolve => setImmediate(resolve));
      // typed on, or closed: the timer of the newer text is running
      if (document.isClosed || document.version !== version) return;
    }
  }

  private publish(document: vscode.TextDocument, checked: Checked): void {
    if (document.isClosed || document.version !== checked.version) return;
    const { diagnostics, foreignDialect } = checked.report;
    this.checked.set(document.uri.toString(), checked);
    this.collection.set(
      document.uri,
      diagnostics.map(finding => {
        const text = `${finding.message}\n${finding.rule.why} ${finding.rule.remedy}`;
        const shown = new vscode.Diagnostic(rangeOf(document, finding.range), text, SEVERITIES[finding.severity]);
        shown.source = 'DSQL';
        shown.code = { value: finding.rule.id, target: vscode.Uri.parse(finding.rule.url) };
        return shown;
      }),
    );
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    this.enter(
      document.uri,
      foreignDialect === undefined
        ? { name: 'checked', errors, findings: diagnostics.length }
        : { name: 'foreign', dialect: foreignDialect },
    );
  }

  private fail(uri: vscode.Uri, error: unknown): void {
    this.write(error);
    this.collection.delete(uri);
    this.enter(uri, { name: 'failed', error });
  }

  private enter(uri: vscode.Uri, state: LintState): void {
    this.states.set(uri.toString(), state);
    this.changed.fire(uri);
  }

  /** The editor gives the name of a closed untitled document to the next one, and may tell of the new one first. */
  private closed(document: vscode.TextDocument): void {
    this.forget(document.uri);
    setImmediate(() => {
      for (const open of vscode.workspace.textDocuments) {
        const key = open.uri.toString();
        if (!open.isClosed && !this.states.has(key) && !this.timers.has(key)) this.schedule(open, 0);
      }
    });
  }

  private forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.checked.delete(key);
    this.states.delete(key);
    this.collection.delete(uri);
    this.changed.fire(uri);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** The range of two offsets. An empty one is widened to the character beside it, so that something is marked. */
function rangeOf(document: vscode.TextDocument, { start, end }: { start: number; end: number }): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(Math.max(end, start + 1)));
}
