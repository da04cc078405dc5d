import { escapeMarkup } from '../../../base/markup';
import { byRule, placeText } from '../report-of';
import type { AuditReport } from '../contract';
import { EFFORT_NAMES, IMPACT_NAMES } from './text';

const text = (value: string | number): string => escapeMarkup(String(value));

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #8886;padding:.3rem .7rem;text-align:left}td.n{text-align:right}
code{font-family:ui-monospace,monospace}details{margin:.6rem 0;border:1px solid #8886;border-radius:6px;padding:.5rem .9rem}summary{cursor:pointer;font-weight:600}
.blocker{border-left:5px solid #c62828}.change{border-left:5px solid #b26a00}.note{border-left:5px solid #1565c0}li{overflow-wrap:anywhere}`;

/** The report as one HTML page that loads nothing. */
export function auditHtml({ subject, createdAt, inventory, findings, totals, gaps }: AuditReport): string {
  const row = (cells: (string | number)[]): string =>
    `<tr>${cells.map((cell, at) => `<td${at > 0 && typeof cell === 'number' ? ' class="n"' : ''}>${text(cell)}</td>`).join('')}</tr>`;
  const impacts = (['blocker', 'change', 'note'] as const).map(impact => {
    const own = findings.filter(({ rule }) => rule.impact === impact);
    const of = (effort: string): number => own.filter(({ rule }) => rule.effort === effort).length;
    return row([`${IMPACT_NAMES[impact]}s`, of('S'), of('M'), of('L'), own.length]);
  });
  const groups = byRule(findings).map(
    ({ rule, findings: places }) => `<details class="${rule.impact}"${rule.impact === 'blocker' ? ' open' : ''}>
<summary>${text(rule.title)} (${places.length})</summary>
<p>${IMPACT_NAMES[rule.impact]} · effort ${rule.effort} · <code>${text(rule.id)}</code></p>
<p>${text(rule.why)}</p><p><strong>Instead:</strong> ${text(rule.remedy)}</p>
<p><small>Known since ${text(rule.since)}: ${text(rule.source)}. <a href="${text(rule.url)}" rel="noreferrer">User Guide</a></small></p>
<ul>${places
      .map(
        ({ place, evidence, confidence }) =>
          `<li><code>${text(placeText(place))}</code> ${text(evidence)}${confidence === 'high' ? '' : ` <em>(${confidence} confidence)</em>`}</li>`,
      )
      .join('')}</ul>
</details>`,
  );
  const kinds = Object.entries(inventory).map(([kind, number]) => row([kind, number]));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Aurora DSQL migration audit</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Aurora DSQL migration audit</h1>
<p><strong>${text(subject)}</strong> · ${text(createdAt.slice(0, 16).replace('T', ' '))} UTC</p>
<table><thead><tr><th></th><th>S</th><th>M</th><th>L</th><th>all</th></tr></thead><tbody>${impacts.join('')}${row(['All', totals.effort.S, totals.effort.M, totals.effort.L, totals.findings])}</tbody></table>
<p><small>${Object.entries(EFFORT_NAMES)
    .map(([effort, name]) => `${effort}: ${text(name)}`)
    .join(' · ')}</small></p>
${kinds.length > 0 ? `<h2>Inventory</h2><table><tbody>${kinds.join('')}</tbody></table>` : ''}
<h2>Findings</h2>
${groups.length > 0 ? groups.join('\n') : '<p>Nothing stands in the way.</p>'}
${gaps.length > 0 ? `<h2>Not examined</h2><ul>${gaps.map(gap => `<li>${text(gap)}</li>`).join('')}</ul>` : ''}
</body>
</html>
`;
}
