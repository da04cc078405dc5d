import fs from 'node:fs';
import { ABORTED, orAborted } from '../../base/abort';
import { CodedError } from '../../base/errors';
import type { AuditReport } from '../../core/audit/contract';
import { auditHtml } from '../../core/audit/report/html';
import { auditJson } from '../../core/audit/report/json';
import { auditMarkdown } from '../../core/audit/report/markdown';
import { auditText } from '../../core/audit/report/text';
import type { FolderAuditOptions } from '../../node/audit/folder';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { Interrupt } from '../interrupt';
import { count } from '../terminal/figures';
import { ProgressLine } from '../terminal/progress-line';
import { printable } from '../terminal/style';

export type AuditFormat = 'text' | 'markdown' | 'json' | 'html';

const FORMATS: Record<AuditFormat, (report: AuditReport) => string> = {
  text: report => printable(auditText(report)),
  markdown: auditMarkdown,
  json: auditJson,
  html: auditHtml,
};

/**
 * `audit <folder | postgres://…>`: the report on standard output; in a terminal, how far it is. Ends with 0, whatever was found; 1 when it
 * could not be made.
 */
export async function audit(subject: string, format: AuditFormat, console: Console): Promise<ExitCode> {
  const { what, report } = await auditOf(subject);
  const line = new ProgressLine(console.stderr, console.errorStyle);
  const onProgress = (done: number, all: number): void => {
    if (console.stderr.isTTY) line.show({ text: `${count(done)} of ${count(all)} ${what}`, fraction: done / all });
  };
  const interrupt = new Interrupt();
  try {
    const made = await orAborted(report({ signal: interrupt.signal, onProgress }), interrupt.signal);
    line.clear();
    if (made === ABORTED || interrupt.interrupted) throw new CodedError('CANCELLED', 'cancelled');
    console.stdout.write(FORMATS[format](made));
    return EXIT.ok;
  } finally {
    line.clear();
    interrupt.dispose();
  }
}

/** How the report on a subject is made, and of what it consists. @throws CodedError */
async function auditOf(
  subject: string,
): Promise<{ what: string; report(options: FolderAuditOptions): Promise<AuditReport> }> {
  const { auditLiveDatabase, databaseOptions, isDatabaseUrl } = await import('../../node/audit/database');
  if (isDatabaseUrl(subject)) {
    const config = databaseOptions(subject);
    return { what: 'questions', report: options => auditLiveDatabase(config, options) };
  }
  const there = fs.statSync(subject, { throwIfNoEntry: false });
  if (!there?.isDirectory())
    throw usageError(
      there ? `${subject} is no folder` : `there is no folder ${subject}`,
      'Give a folder, or postgres://user@host/database; lint checks single files.',
    );
  const { auditFolder } = await import('../../node/audit/folder');
  return { what: 'files', report: options => auditFolder(subject, options) };
}
