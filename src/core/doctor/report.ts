import type { DoctorFinding, DoctorStatus } from './contract';
import { CHECK_TITLES } from './examine';

const MARKS: Readonly<Record<DoctorStatus, string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };

/** One finding as lines of plain text: the check, what the server said, and what to do. */
export function findingLines(finding: DoctorFinding): string[] {
  const { check, status, observed, server, fixes } = finding;
  const lines = [`${MARKS[status]} ${CHECK_TITLES[check].padEnd(20)} ${observed}`];
  if (server) {
    lines.push(`    server: ${server.message}${server.sqlstate ? ` (${server.sqlstate})` : ''}`);
    if (server.hint) lines.push(`    hint: ${server.hint}`);
  }
  for (const { text, command, sql } of fixes) {
    lines.push(`    → ${text}`);
    if (command) lines.push(`        $ ${command}`);
    for (const line of sql?.split('\n') ?? []) lines.push(`        ${line}`);
  }
  return lines;
}

/** The last line: whether one can connect. */
export function conclusion(findings: readonly DoctorFinding[]): string {
  const failure = findings.find(({ status }) => status === 'failed');
  if (failure) return `Not healthy: ${CHECK_TITLES[failure.check]}.`;
  const warnings = findings.filter(({ status }) => status === 'warning').length;
  return warnings === 0 ? 'Healthy.' : `Works, with ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`;
}
