import type { AuditFinding, AuditReport, FindingPlace, Impact, Inventory } from './contract';

const ORDER: Record<Impact, number> = { blocker: 0, change: 1, note: 2 };

/** Puts a report together: ordered, summed up. */
export function reportOf(
  about: Pick<AuditReport, 'subject' | 'kind' | 'createdAt'>,
  { findings, inventory, gaps }: { findings: readonly AuditFinding[]; inventory: Inventory; gaps: readonly string[] },
): AuditReport {
  const ordered = [...findings].sort(
    (a, b) =>
      ORDER[a.rule.impact] - ORDER[b.rule.impact] ||
      compare(a.rule.id, b.rule.id) ||
      compare(placeText(a.place, true), placeText(b.place, true)),
  );
  const totals = {
    findings: ordered.length,
    impact: { blocker: 0, change: 0, note: 0 },
    effort: { S: 0, M: 0, L: 0 },
  };
  for (const { rule } of ordered) {
    totals.impact[rule.impact]++;
    totals.effort[rule.effort]++;
  }
  return { ...about, inventory, findings: ordered, totals, gaps: [...gaps] };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `src/a.py:12:3`, `table public.t`. `sortable` pads numbers. */
export function placeText(place: FindingPlace, sortable = false): string {
  if (place.type === 'database') return 'the database';
  if (place.type === 'object') return `${place.kind} ${place.name}`;
  const number = (value: number): string => (sortable ? String(value).padStart(8, '0') : String(value));
  return `${place.path}:${number(place.line)}:${number(place.column)}`;
}

/** Findings by rule, in the report's order. */
export function byRule(findings: readonly AuditFinding[]): { rule: AuditFinding['rule']; findings: AuditFinding[] }[] {
  const groups = new Map<string, { rule: AuditFinding['rule']; findings: AuditFinding[] }>();
  for (const finding of findings) {
    const group = groups.get(finding.rule.id);
    if (group) group.findings.push(finding);
    else groups.set(finding.rule.id, { rule: finding.rule, findings: [finding] });
  }
  return [...groups.values()];
}
