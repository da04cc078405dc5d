import { counted } from '../../base/number-text';
import type { LintSeverity } from '../../core/lint/contract';
import { totalsOf, type FileReport } from '../../core/lint/formats/file-report';
import { printable, type Style } from './style';

/** The findings for people: place, severity, message, rule; why and what to do below. */
export function lintText(files: readonly FileReport[], style: Style): string {
  const colors: Record<LintSeverity, (text: string) => string> = {
    error: style.red,
    warning: style.yellow,
    info: style.cyan,
    hint: style.dim,
  };
  let text = '';
  for (const { path, findings, foreignDialect, fixed = {} } of files) {
    for (const finding of findings) {
      const { line, column, severity, message, rule, why, remedy, since, fixes } = finding;
      const place = `${printable(path)}:${line}:${column}`;
      text += `${style.bold(place)} ${colors[severity](severity)} ${printable(message)} ${style.dim(rule)}\n`;
      text += `    ${why} ${remedy}${style.dim(` (${since})`)}\n`;
      if (fixes.some(({ safe }) => safe)) text += `    ${style.green('fixable with --fix')}\n`;
    }
    for (const [rule, times] of Object.entries(fixed)) text += `${printable(path)}: fixed ${rule}, ${times}×\n`;
    if (foreignDialect !== undefined) text += `${printable(path)}: not checked, this looks like ${foreignDialect}\n`;
  }
  const totals = totalsOf(files);
  const parts = [
    counted(totals.errors, 'error'),
    counted(totals.warnings, 'warning'),
    ...(totals.infos + totals.hints > 0 ? [counted(totals.infos + totals.hints, 'note')] : []),
    ...(totals.fixed > 0 ? [`${totals.fixed} fixed`] : []),
  ];
  return `${text}${parts.join(', ')} in ${counted(totals.files, 'file')}, ${counted(totals.statements, 'statement')}\n`;
}
