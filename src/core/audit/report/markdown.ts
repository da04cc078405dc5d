import { byRule, placeText } from '../report-of';
import type { AuditFinding, AuditReport } from '../contract';
import { EFFORT_NAMES, IMPACT_NAMES } from './text';

/** Text of others in Markdown: nothing in it is markup. */
const plain = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>()#+!|~&]/g, char => `\\${char}`).replace(/\s+/g, ' ');

/** The report as a Markdown document: totals, then each kind of finding with its places. */
export function auditMarkdown(report: AuditReport): string {
  const { subject, createdAt, inventory, findings, totals, gaps } = report;
  const groups = byRule(findings);
  const parts = [
    `# Aurora DSQL migration audit`,
    `**${plain(subject)}** · ${createdAt.slice(0, 16).replace('T', ' ')} UTC`,
    `| | S | M | L | all |\n|---|--:|--:|--:|--:|\n${(['blocker', 'change', 'note'] as const)
      .map(impact => {
        const own = findings.filter(({ rule }) => rule.impact === impact);
        const of = (effort: string): number => own.filter(({ rule }) => rule.effort === effort).length;
        return `| ${IMPACT_NAMES[impact]}s | ${of('S')} | ${of('M')} | ${of('L')} | ${own.length} |`;
      })
      .join('\n')}\n| **All** | ${totals.effort.S} | ${totals.effort.M} | ${totals.effort.L} | ${totals.findings} |`,
    `Effort for each place: ${Object.entries(EFFORT_NAMES)
      .map(([effort, name]) => `**${effort}** ${name}`)
      .join(' · ')}.`,
  ];
  const kinds = Object.entries(inventory);
  if (kinds.length > 0) {
    parts.push(
      `## Inventory`,
      `| what | number |\n|---|--:|\n${kinds.map(([kind, n]) => `| ${plain(kind)} | ${n} |`).join('\n')}`,
    );
  }
  if (groups.length > 0) {
    parts.push(
      `## What to do`,
      `| finding | impact | effort | places |\n|---|---|:-:|--:|\n${groups
        .map(
          ({ rule, findings: places }) =>
            `| ${plain(rule.title)} | ${IMPACT_NAMES[rule.impact]} | ${rule.effort} | ${places.length} |`,
        )
        .join('\n')}`,
    );
  } else parts.push('Nothing stands in the way.');
  for (const { rule, findings: places } of groups) {
    parts.push(
      `### ${plain(rule.title)}`,
      `${IMPACT_NAMES[rule.impact]} · effort ${rule.effort} · \`${rule.id}\``,
      plain(rule.why),
      `**Instead:** ${plain(rule.remedy)}`,
      `Known since ${rule.since}: ${plain(rule.source)}. [User Guide](${rule.url})`,
      places.map(placeLine).join('\n'),
    );
  }
  if (gaps.length > 0) parts.push('## Not examined', gaps.map(gap => `- ${plain(gap)}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

const placeLine = ({ place, evidence, confidence }: AuditFinding): string =>
  `- ${plain(placeText(place))} — ${plain(evidence)}${confidence === 'high' ? '' : ` *(${confidence} confidence)*`}`;
