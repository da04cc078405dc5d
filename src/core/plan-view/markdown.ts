import type { PlanView } from '../../protocol/plan-view';

/** Text for a line of Markdown: nothing in it is markup. */
const plain = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()<>#+!|~&-]/g, character => `\\${character}`);

/** A fenced block that the text cannot end. */
function fenced(text: string, language: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [ticks]) => Math.max(most, ticks.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** The plan as Markdown: summary, statement, findings, top operations, cost, and the text as the server wrote it. */
export function planMarkdown(view: PlanView): string {
  const { source, findings, nodes, top, dpu } = view;
  const name = (id: number): string => plain([nodes[id]?.title, nodes[id]?.object].filter(part => part).join(' '));
  const parts = [`# Plan: ${plain(source.name)}`, plain(view.summary)];
  if (source.statement !== undefined) parts.push('## Statement', fenced(source.statement, 'sql'));
  if (findings.length > 0) parts.push('## Findings');
  findings.forEach((finding, index) => {
    parts.push(
      `### ${index + 1}. ${finding.severity}: ${plain(finding.title)} (${name(finding.node)})`,
      [finding.observed, finding.why, finding.recommendation, finding.gain].map(text => `- ${plain(text)}`).join('\n'),
    );
    if (finding.sql !== undefined) parts.push(fenced(finding.sql, 'sql'));
  });
  const first = top[0];
  if (first) {
    const rows = first.nodes.map(id => `| ${name(id)} | ${plain(nodes[id]?.heat[first.metric]?.text ?? '')} |`);
    parts.push('## Top operations', ['| node | ' + first.metric + ' |', '| --- | --- |', ...rows].join('\n'));
  }
  if (dpu)
    parts.push(
      '## DPU',
      [...dpu.parts.map(part => `- ${plain(part.name)}: ${part.dpu} DPU`), `- ${plain(dpu.price)}`].join('\n'),
      plain(dpu.note),
    );
  parts.push('## Plan', fenced(view.text, 'text'), '');
  return parts.join('\n\n');
}
