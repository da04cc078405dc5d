import type { LintSeverity } from '../contract';
import type { FileReport } from './file-report';

const COMMANDS: Record<LintSeverity, string> = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' };

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Workflow commands of GitHub Actions: each finding is shown at its line of a pull request. */
export function lintGithub(files: readonly FileReport[]): string {
  return files
    .flatMap(({ path, findings }) =>
      findings.map(({ severity, line, column, endLine, endColumn, rule, message, remedy }) => {
        const place = `file=${escapeProperty(path)},line=${line},col=${column},endLine=${endLine},endColumn=${endColumn}`;
        const text = escapeData(`${message} ${remedy}`);
        return `::${COMMANDS[severity]} ${place},title=${escapeProperty(`DSQL ${rule}`)}::${text}\n`;
      }),
    )
    .join('');
}
