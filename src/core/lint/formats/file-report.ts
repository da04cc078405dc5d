/** The findings of several files, ready to be written in any format. */
import { LineIndex } from '../line-index';
import type { LintFix, LintReport, LintRule, LintSeverity } from '../contract';

/** A finding with its place as people and machines count. Lines and columns from 1, columns in UTF-16 units; ends are exclusive. */
export interface FileFinding extends Omit<LintRule, 'id'> {
  /** Id of the rule. */
  rule: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  /** UTF-16 units from the file's start. */
  offset: number;
  endOffset: number;
  fixes: LintFix[];
}

/** The findings of one file, as every output format takes them. */
export interface FileReport {
  /** As given on the command line or found below it, with `/`. `<stdin>` for standard input. */
  path: string;
  statements: number;
  /** Set when the text is written for another database and was not examined. */
  foreignDialect?: string;
  findings: FileFinding[];
  /** Findings that were fixed, by rule. */
  fixed?: Record<string, number>;
}

export interface LintTotals {
  files: number;
  statements: number;
  errors: number;
  warnings: number;
  infos: number;
  hints: number;
  fixed: number;
}

/** The report of one file's text. */
export function fileReport(path: string, text: string, report: LintReport): FileReport {
  const lines = new LineIndex(text);
  const findings = report.diagnostics.map((diagnostic): FileFinding => {
    const { rule, severity, message, range } = diagnostic;
    const start = lines.at(range.start);
    const end = lines.at(range.end);
    return {
      rule: rule.id,
      severity,
      message,
      why: rule.why,
      remedy: rule.remedy,
      ...(rule.sqlstate !== undefined && { sqlstate: rule.sqlstate }),
      since: rule.since,
      grade: rule.grade,
      source: rule.source,
      url: rule.url,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      offset: range.start,
      endOffset: range.end,
      fixes: report.fixesOf(diagnostic),
    };
  });
  const { statements, foreignDialect } = report;
  return { path, statements, ...(foreignDialect !== undefined && { foreignDialect }), findings };
}

/** Sums over all files. */
export function totalsOf(files: readonly FileReport[]): LintTotals {
  const all = files.flatMap(({ findings }) => findings);
  const count = (severity: LintSeverity): number => all.filter(finding => finding.severity === severity).length;
  return {
    files: files.length,
    statements: files.reduce((sum, { statements }) => sum + statements, 0),
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    hints: count('hint'),
    fixed: files.reduce((sum, { fixed = {} }) => sum + Object.values(fixed).reduce((a, b) => a + b, 0), 0),
  };
}
