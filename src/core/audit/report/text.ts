import { byRule, placeText } from '../report-of';
import type { AuditReport, Effort, Impact } from '../contract';

/** Impacts as a heading names them. */
export const IMPACT_NAMES: Record<Impact, string> = { blocker: 'Blocker', change: 'Change', note: 'Note' };
/** Efforts in words, with what each stands for. */
export const EFFORT_NAMES: Record<Effort, string> = {
  S: 'small (up to an hour a place)',
  M: 'medium (hours, a choice)',
  L: 'large (days, another design)',
};

/** How many places of a rule the text names before it counts the rest. */
const SHOWN = 10;

/** The report for a terminal. */
export function auditText({ subject, inventory, findings, totals, gaps }: AuditReport): string {
  const lines = [`Aurora DSQL migration audit of ${subject}`, ''];
  const kinds = Object.entries(inventory).map(([kind, number]) => `${number} ${kind}`);
  if (kinds.length > 0) lines.push(kinds.join(', '), '');
  for (const { rule, findings: places } of byRule(findings)) {
    lines.push(
      `${IMPACT_NAMES[rule.impact].toUpperCase()} ${rule.effort}  ${rule.title} (${places.length}) [${rule.id}]`,
    );
    lines.push(`    ${rule.why}`, `    ${rule.remedy} (since ${rule.since}: ${rule.source})`);
    for (const { place, evidence, confidence } of places.slice(0, SHOWN)) {
      lines.push(`    - ${placeText(place)}  ${evidence}${confidence === 'high' ? '' : ` (${confidence} confidence)`}`);
    }
    if (places.length > SHOWN) lines.push(`    - and ${places.length - SHOWN} more`);
    lines.push('');
  }
  for (const gap of gaps) lines.push(`Not examined: ${gap}`);
  lines.push(
    `${totals.findings} findings: ${totals.impact.blocker} blockers, ${totals.impact.change} changes, ${totals.impact.note} notes; effort S ${totals.effort.S}, M ${totals.effort.M}, L ${totals.effort.L}`,
  );
  return `${lines.join('\n')}\n`;
}
