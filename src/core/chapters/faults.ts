/** What a chapter that can be read asks for and will not get: found without running it. */
import type { LintReport } from '../lint/contract';
import { LineIndex } from '../lint/line-index';
import { linesOf } from '../workspace/solution';
import type { SourceFile } from '../workspace/contract';
import type { Action, Chapter, Step } from './contract';
import type { Remark } from './review';

/** What is known of a chapter's surroundings. */
export interface Surroundings {
  /** What DSQL says of a text, without running it. */
  lint(sql: string): LintReport;
  /** The sources of a `deploy`'s folder, relative to the chapter. */
  sources(lambda: string): SourceFile[];
  /** Numbers that `buildsOn` may name: the workshop's. */
  numbers: readonly number[];
  /** The line of `buildsOn` in chapter.md. */
  buildsOnLine: number;
}

/** Where readers would be stopped, or sent astray. In the order of lines. */
export function faultsOf(chapter: Chapter, surroundings: Surroundings): Remark[] {
  return [
    ...foundations(chapter, surroundings),
    ...chapter.steps.flatMap(step => [...refusals(step, surroundings), ...places(step, surroundings)]),
  ].sort((a, b) => a.line - b.line);
}

function foundations({ number, own, buildsOn = [] }: Chapter, { numbers, buildsOnLine }: Surroundings): Remark[] {
  return buildsOn.flatMap(wanted => {
    if (!own && wanted === number)
      return [{ line: buildsOnLine, text: `buildsOn: it cannot build on itself (${number})` }];
    if (numbers.includes(wanted)) return [];
    const known = numbers.length > 0 ? `the workshop has ${numbers.join(', ')}` : 'the workshop has none';
    return [{ line: buildsOnLine, text: `buildsOn: there is no chapter ${wanted}; ${known}` }];
  });
}

/** Statements that DSQL refuses, where the chapter expects no error. */
function refusals({ actions, undo, checks }: Step, { lint }: Surroundings): Remark[] {
  const remarks: Remark[] = [];
  const examine = (sql: string, line: number): void => {
    const text = withoutVariables(sql);
    const places = new LineIndex(text);
    for (const { severity, message, range } of lint(text).diagnostics)
      if (severity === 'error')
        remarks.push({
          line: line + places.at(range.start).line - 1,
          text: `DSQL refuses this: ${message} (where that is the lesson, say error=<SQLSTATE>)`,
        });
  };
  for (const action of [...actions, ...undo]) {
    const sql = sqlOf(action);
    // below the fence, where the block has one statement and no place of its own
    if (sql !== undefined) examine(sql, action.type === 'sql' ? action.line : action.line + 1);
  }
  for (const check of checks)
    if ((check.type === 'rows' || check.type === 'plan') && check.sql !== undefined) examine(check.sql, check.line);
  return remarks;
}

function sqlOf(action: Action): string | undefined {
  if (action.type === 'sql') return action.expectError ? undefined : action.sql;
  return action.type === 'explain' || action.type === 'heat-map' ? action.sql : undefined;
}

/** As long as before, and a word in SQL: `${region}` may stand within quotes or without. */
const withoutVariables = (sql: string): string =>
  sql.replace(/\$\{[A-Za-z][\w.-]*\}/g, variable => 'v'.repeat(variable.length));

/** A marker must lead to one place of the code that the step ends with. */
function places({ actions }: Step, { sources }: Surroundings): Remark[] {
  return actions.flatMap(action => {
    if (action.type !== 'deploy' || action.at === undefined) return [];
    const { at, lambda, line } = action;
    const found = sources(lambda).flatMap(({ path, text }) => linesOf(text, at).map(row => `${path}:${row}`));
    if (found.length === 1) return [];
    const text =
      found.length === 0
        ? `at: no line of ${lambda} holds “${at}”`
        : `at: “${at}” stands in ${found.length} places (${found.slice(0, 4).join(', ')}); give more of the line`;
    return [{ line, text }];
  });
}
