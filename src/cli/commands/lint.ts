import fs from 'node:fs';
import { fileNextStep } from '../../base/file-errors';
import { fixAll } from '../../core/lint/apply-fixes';
import type { Linter, LintOptions, RuleSetting } from '../../core/lint/contract';
import { fileReport, totalsOf, type FileReport } from '../../core/lint/formats/file-report';
import { lintGithub } from '../../core/lint/formats/github';
import { lintJson } from '../../core/lint/formats/json';
import { lintSarif } from '../../core/lint/formats/sarif';
import { unifiedDiff } from '../../core/lint/formats/unified-diff';
import { createLinter } from '../../core/lint/linter';
import { runsAsOneTransaction } from '../../core/lint/whole-file';
import { productVersion } from '../../node/assets';
import { findFiles } from '../../node/files/find-files';
import { writeWhole } from '../../node/files/write-whole';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { reasonOf, standardInput } from '../given-file';
import { lintText } from '../terminal/lint-text';
import { wholeNumber } from '../whole-number';

export type LintFormat = 'text' | 'json' | 'sarif' | 'github';

export interface LintCommandOptions {
  format: LintFormat;
  fix?: boolean;
  fixDryRun?: boolean;
  /** `id=severity`, as often as wanted. */
  rule?: string[];
  maxWarnings?: string;
  singleTransaction?: boolean;
  asOf?: string;
}

const NAME_FILES = 'Name files, folders or globs, or - for standard input.';
const STDIN = '<stdin>';
const SETTINGS = ['off', 'hint', 'info', 'warning', 'error'];
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * `lint [files…]`: findings of SQL files, folders, globs, or `-` for standard input. Exit codes: 0 nothing that DSQL refuses, 1 errors,
 * or more warnings than --max-warnings, 2 a file cannot be read or written, or the command line is wrong.
 */
export async function lint(args: string[], options: LintCommandOptions, console: Console): Promise<ExitCode> {
  const linter = await createLinter({ asOf: dateOf(options.asOf) });
  const severities = severitiesOf(options.rule ?? [], linter);
  const maxWarnings =
    options.maxWarnings === undefined ? undefined : wholeNumber('--max-warnings', options.maxWarnings, 0);
  let unreadable = false;
  const tell = (path: string, what: 'read' | 'written', error: unknown): void => {
    unreadable = true;
    const lines = [`${path} cannot be ${what}: ${reasonOf(error)}`, fileNextStep(error) ?? ''].filter(Boolean);
    console.stderr.write(`${console.errorStyle.red('error:')} ${lines.join('\n')}\n`);
  };
  const { files, missing } = findFiles(
    args.filter(arg => arg !== '-'),
    ['.sql', '.pgsql', '.psql', '.ddl'],
    (folder, error) => tell(folder, 'read', error),
  );
  if (args.length === 0 || (files.length === 0 && missing.length === 0 && !unreadable && !args.includes('-')))
    throw usageError('no SQL files to check', NAME_FILES);
  unreadable ||= missing.length > 0;
  for (const name of missing) console.stderr.write(`${console.errorStyle.red('error:')} there is no file "${name}"\n`);
  if (missing.length > 0) console.stderr.write(`${NAME_FILES}\n`);
  const reports: FileReport[] = [];
  const onFile = <T>(path: string, what: 'read' | 'written', work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      tell(path, what, error);
      return undefined;
    }
  };
  for (const path of [...(args.includes('-') ? [STDIN] : []), ...files]) {
    // between two files a signal is heard
    await new Promise(resolve => setImmediate(resolve));
    const source = path === STDIN ? await standardInput() : onFile(path, 'read', () => fs.readFileSync(path, 'utf8'));
    if (source === undefined) continue;
    const lintOptions = { severities, singleTransaction: options.singleTransaction ?? runsAsOneTransaction(path) };
    const put = (text: string): void => onFile(path, 'written', () => writeWhole(path, text));
    reports.push(check(path, source, linter, lintOptions, options, console, put));
  }
  const toStderr = options.fixDryRun === true || (options.fix === true && args.includes('-'));
  const text = render(options.format, reports, linter, toStderr ? console.errorStyle : console.style);
  (toStderr ? console.stderr : console.stdout).write(text);
  const { errors, warnings } = totalsOf(reports);
  if (unreadable) return EXIT.usage;
  return errors > 0 || (maxWarnings !== undefined && warnings > maxWarnings) ? EXIT.failed : EXIT.ok;
}

function check(
  path: string,
  source: string,
  linter: Linter,
  lintOptions: LintOptions,
  { fix, fixDryRun }: LintCommandOptions,
  console: Console,
  put: (text: string) => void,
): FileReport {
  const mark = source.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const text = source.slice(mark.length);
  if (!fix && !fixDryRun) return fileReport(path, text, linter.lint(text, lintOptions));
  const { text: fixedText, fixed } = fixAll(linter, text, lintOptions);
  if (fixDryRun) console.stdout.write(unifiedDiff(path, text, fixedText));
  else if (path === STDIN) console.stdout.write(mark + fixedText);
  else if (fixedText !== text) put(mark + fixedText);
  return { ...fileReport(path, fixedText, linter.lint(fixedText, lintOptions)), fixed: Object.fromEntries(fixed) };
}

function render(format: LintFormat, reports: FileReport[], linter: Linter, style: Console['style']): string {
  if (format === 'json') return lintJson(reports);
  if (format === 'sarif') return lintSarif(reports, linter.rules, productVersion());
  return format === 'github' ? lintGithub(reports) : lintText(reports, style);
}

function severitiesOf(settings: readonly string[], linter: Linter): Record<string, RuleSetting> {
  const severities: Record<string, RuleSetting> = {};
  for (const setting of settings) {
    const [id = '', severity = ''] = setting.split('=');
    if (!linter.rules.has(id))
      throw usageError(`--rule: there is no rule "${id}"`, 'The id stands behind each message.');
    if (!SETTINGS.includes(severity))
      throw usageError(`--rule: "${severity}" is no severity`, `Write ${id}=${SETTINGS.join('|')}.`);
    severities[id] = severity as RuleSetting;
  }
  return severities;
}

function dateOf(text: string | undefined): string | undefined {
  if (text === undefined) return text;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw usageError(`--as-of: "${text}" is not a date`, 'Write --as-of 2026-09-15.');
}
