import type { AuditReport } from '../contract';

/**
 * `audit --format json`: `{ schemaVersion: 1, …AuditReport }` with the rules once, by id, and findings that name them. Members may be
 * added within version 1, none is taken away or changes its meaning.
 */
export function auditJson({ findings, ...report }: AuditReport): string {
  const rules = Object.fromEntries(findings.map(({ rule }) => [rule.id, rule]));
  const flat = findings.map(({ rule, ...finding }) => ({ rule: rule.id, ...finding }));
  return `${JSON.stringify({ schemaVersion: 1, ...report, rules, findings: flat }, null, 2)}\n`;
}
