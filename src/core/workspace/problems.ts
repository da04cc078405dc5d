/** Problems of the learner's code as editors show them, read from what bundler and compiler print. */

export interface CodeProblem {
  /** Absolute, or relative to the folder the tool ran in. */
  file: string;
  /** 1-based. */
  line: number;
  column: number;
  text: string;
  /** `TS2322`, where the tool gives one. */
  code?: string;
  severity: 'error' | 'warning';
}

const BUNDLER = /^(.+?):(\d+):(\d+) ([\s\S]+)$/;
const COMPILER = /^(.+?)\((\d+),(\d+)\): (error|warning) (TS\d+): (.*)$/;

/** esbuild's, as `bundleFunction` tells them: `file:line:column text`. */
export function bundlerProblems(lines: readonly string[]): CodeProblem[] {
  return lines.map(line => {
    const [, file, row, column, text] = BUNDLER.exec(line) ?? [];
    if (file === undefined || text === undefined)
      return { file: '', line: 1, column: 1, text: line, severity: 'error' };
    return { file, line: Number(row), column: Number(column), text, severity: 'error' };
  });
}

/** Those of `tsc --pretty false`; lines that continue a message are added to it. */
export function compilerProblems(output: string): CodeProblem[] {
  const problems: CodeProblem[] = [];
  for (const line of output.split(/\r?\n/)) {
    const [, file, row, column, severity, code, text] = COMPILER.exec(line) ?? [];
    const last = problems.at(-1);
    if (file !== undefined && text !== undefined)
      problems.push({
        file,
        line: Number(row),
        column: Number(column),
        text,
        code,
        severity: severity === 'warning' ? 'warning' : 'error',
      });
    else if (last && /^\s+\S/.test(line)) last.text += `\n${line.trim()}`;
  }
  return problems;
}
