import fs from 'node:fs';
import type { AuditReport } from '../../core/audit/contract';
import { auditHtml } from '../../core/audit/report/html';
import { auditJson } from '../../core/audit/report/json';
import { auditMarkdown } from '../../core/audit/report/markdown';
import { auditText } from '../../core/audit/report/text';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { printable } from '../terminal/style';

export type AuditFormat = 'text' | 'markdown' | 'json' | 'html';

const FORMATS: Record<AuditFormat, (report: AuditReport) => string> = {
  text: report => printable(auditText(report)),
  markdown: auditMarkdown,
  json: auditJson,
  html: auditHtml,
};

/** `audit <folder | postgres://…>`: the report on standard output. Ends with 0, whatever was found; 1 when it could not be made. */
export async function audit(subject: string, format: AuditFormat, console: Console): Promise<ExitCode> {
  const { auditLiveDatabase, databaseOptions, isDatabaseUrl } = await import('../../node/audit/database');
  let report: AuditReport;
  if (isDatabaseUrl(subject)) {
    report = await auditLiveDatabase(databaseOptions(subject));
  } else {
    if (!fs.statSync(subject, { throwIfNoEntry: false })?.isDirectory())
      throw usageError(`there is no folder ${subject}`, 'Give a folder, or postgres://user@host/database.');
    report = await (await import('../../node/audit/folder')).auditFolder(subject);
  }
  console.stdout.write(FORMATS[format](report));
  return EXIT.ok;
}
