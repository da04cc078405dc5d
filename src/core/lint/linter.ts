/** The linter as an object: rules, the dialect, and what is known of statements seen before. */
import { BoundedCache } from '../dialect/cache';
import type { Dialect } from '../dialect/contract';
import { createDialect } from '../dialect/dialect';
import type { Diagnostic, Linter, LintFix, LintOptions, LintReport, LintRule } from './contract';
import { fixesFor, type FixContext } from './fixes/fixes';
import { foreignDialectOf } from './foreign-dialect';
import { maskScript, type MaskedText } from './mask';
import { ruleCatalog } from './rule-catalog';
import { ScriptWalk } from './script-walk';
import { statementFacts, type Finding, type StatementFacts } from './statement-facts';
import { StatementTokens } from './statement-tokens';
import { suppressionsOf } from './suppressions';

export interface LinterOptions {
  /** The date (ISO) whose DSQL is asked about. Default: today's. */
  asOf?: string;
}

const CACHE_ENTRIES = 50_000;
const CACHE_UNITS = 16 * 1024 * 1024;
/** Statements that need no examination, between two yields. */
const REMEMBERED_PER_SLICE = 256;

/** Builds a linter; the first call loads PostgreSQL's parser. */
export async function createLinter({ asOf }: LinterOptions = {}): Promise<Linter> {
  return new CachingLinter(await createDialect({ asOf }), ruleCatalog(asOf));
}

class CachingLinter implements Linter {
  private readonly known = new BoundedCache<StatementFacts>(CACHE_ENTRIES, CACHE_UNITS);

  constructor(
    private readonly dialect: Dialect,
    readonly rules: ReadonlyMap<string, LintRule>,
  ) {}

  lint(text: string, options: LintOptions = {}): LintReport {
    const slices = this.lintInSlices(text, options);
    for (;;) {
      const step = slices.next();
      if (step.done) return step.value;
    }
  }

  *lintInSlices(text: string, options: LintOptions = {}): Generator<void, LintReport> {
    const foreignDialect = foreignDialectOf(text);
    if (foreignDialect !== undefined) return { diagnostics: [], fixesOf: () => [], foreignDialect, statements: 0 };
    const masked = maskScript(text);
    yield;
    const spans = this.dialect.split(masked.text);
    yield;
    const isSilenced = suppressionsOf(text);
    const walk = new ScriptWalk(options.singleTransaction === true);
    const report: LintReport = { diagnostics: [], fixesOf: () => [], statements: spans.length };
    const contexts = new Map<Diagnostic, () => FixContext>();
    let firstCovered = 0;
    for (const [at, span] of spans.entries()) {
      const seen = this.known.get(span.text);
      const facts = seen ?? this.examine(span.text);
      const rows = facts.classified.tag === 'COPY' ? copiedRows(masked, text, span.end) : undefined;
      const { findings, except, ...place } = walk.take(rows === undefined ? facts : { ...facts, rows }, span.text);
      while ((masked.covered[firstCovered]?.end ?? Infinity) <= span.start) firstCovered++;
      const isCovered = (masked.covered[firstCovered]?.start ?? Infinity) < span.end;
      for (const finding of [...facts.findings, ...findings]) {
        if (except.has(finding.ruleId) || (isCovered && isDoubtful(finding))) continue;
        const diagnostic = this.diagnosticOf(finding, span, options);
        if (!diagnostic || isSilenced(finding.ruleId, diagnostic.range.start)) continue;
        report.diagnostics.push(diagnostic);
        contexts.set(diagnostic, () => ({
          finding,
          place,
          span,
          document: text,
          tables: walk.tables,
          // what a template covered must stay as it is written
          tokens: new StatementTokens(span.text),
        }));
      }
      if (!seen || at % REMEMBERED_PER_SLICE === 0) yield;
    }
    report.diagnostics.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
    report.fixesOf = diagnostic => {
      const context = contexts.get(diagnostic)?.();
      return context ? restored(fixesFor(context), masked, context) : [];
    };
    return report;
  }

  private examine(text: string): StatementFacts {
    const facts = statementFacts(text, this.dialect);
    this.known.set(text, facts, text.length);
    return facts;
  }

  private diagnosticOf(
    { ruleId, message, range }: Finding,
    { start, end }: { start: number; end: number },
    { severities }: LintOptions,
  ): Diagnostic | undefined {
    const rule = this.rules.get(ruleId);
    const severity = severities?.[ruleId] ?? rule?.severity;
    if (!rule || severity === undefined || severity === 'off') return undefined;
    return {
      rule,
      severity,
      message,
      range: { start: start + range.start, end: Math.max(start + range.start, start + range.end) },
      statement: { start, end },
    };
  }
}

/** Rows of the data that stands behind COPY … FROM stdin in the text; undefined where none does. */
function copiedRows({ covered }: MaskedText, text: string, end: number): number | undefined {
  const data = covered.find(({ start }) => start > end);
  if (!data || !/^[ \t]*;[^\n]*\n$/.test(text.slice(end, data.start))) return undefined;
  let rows = 0;
  for (let at = text.indexOf('\n', data.start); at >= 0 && at < data.end; at = text.indexOf('\n', at + 1)) rows++;
  return rows;
}

/** A stand-in for a template may make the text wrong in ways the real one is not. */
const isDoubtful = ({ ruleId, message }: Finding): boolean =>
  ruleId === 'syntax_error' || ruleId === 'nul' || /\bx_+\b/.test(message);

/** Fixes whose new text holds a stand-in would write it into the file: they are left out. */
function restored(fixes: LintFix[], { covered }: MaskedText, { span }: FixContext): LintFix[] {
  const inside = covered.filter(({ start, end }) => start < span.end && end > span.start);
  if (inside.length === 0) return fixes;
  return fixes.filter(({ edits }) =>
    edits.every(
      ({ start, end, newText }) =>
        !/x__|'_+'|"_+"/.test(newText) && !inside.some(part => part.start < end && part.end > start),
    ),
  );
}
