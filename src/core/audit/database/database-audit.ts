/** The audit of a live PostgreSQL by its catalogue. */
import type { Linter } from '../../lint/contract';
import { evidenceOf } from '../code/examine-sql';
import type { AuditFinding, AuditReport, Inventory } from '../contract';
import { fromLint } from '../from-lint';
import { reportOf } from '../report-of';
import { AUDIT_RULES } from '../rules';
import { DEFINITIONS, INVENTORY, QUESTIONS, STATEMENTS_SCHEMA, statementsOf } from './questions';

/** Asks one question within a read-only transaction; rejects when it fails, and the next one can be asked all the same. */
export type AskDatabase = (sql: string) => Promise<(string | null)[][]>;

export interface DatabaseAuditOptions {
  /** Host, port and database, for the heading. */
  subject: string;
  createdAt: string;
  ask: AskDatabase;
  linter: Linter;
  /** Called after each question: how many of how many. */
  onProgress?(done: number, all: number): void;
}

/** Examines the database. What cannot be asked is named as a gap. */
export async function auditDatabase(options: DatabaseAuditOptions): Promise<AuditReport> {
  const { subject, createdAt, ask, linter, onProgress } = options;
  const findings: AuditFinding[] = [];
  const gaps: string[] = [];
  const inventory: Inventory = {};
  const all = QUESTIONS.length + 3;
  let done = 0;
  const step = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      gaps.push(`${what}: ${error instanceof Error ? evidenceOf(error.message) : 'no answer'}`);
    }
    onProgress?.(++done, all);
  };
  await step('inventory', async () => {
    for (const [kind, number] of await ask(INVENTORY)) inventory[kind ?? ''] = Number(number);
  });
  for (const { rule, sql } of QUESTIONS) {
    await step(AUDIT_RULES[rule].title, async () => {
      for (const [kind, name, evidence] of await ask(sql)) {
        const place = { type: 'object', kind: kind ?? 'object', name: name ?? '' } as const;
        findings.push({ rule: AUDIT_RULES[rule], place, confidence: 'high', evidence: evidence ?? '' });
      }
    });
  }
  await step('definitions of views and functions', async () => {
    for (const [kind, name, text] of await ask(DEFINITIONS)) findings.push(...definition(kind, name, text, linter));
  });
  await step('statements of clients', async () => {
    const [found] = await ask(STATEMENTS_SCHEMA);
    const schema = found?.[0];
    if (schema == null) gaps.push('statements of clients: pg_stat_statements is not installed');
    else findings.push(...statements(await ask(statementsOf(schema)), linter));
  });
  return reportOf({ subject, kind: 'database', createdAt }, { findings, inventory, gaps });
}

/** What lint says of a view or function as a whole. */
function definition(
  kind: string | null | undefined,
  name: string | null | undefined,
  text: string | null | undefined,
  linter: Linter,
): AuditFinding[] {
  return linter
    .lint(text ?? '')
    .diagnostics.filter(({ severity, rule }) => severity === 'error' && rule.id !== 'syntax_error')
    .map(({ rule, severity, message }) => ({
      rule: fromLint(rule, severity),
      place: { type: 'object', kind: kind ?? '', name: name ?? '' },
      confidence: 'high',
      evidence: evidenceOf(message),
    }));
}

/** Statements that DSQL refuses, by what it would answer. */
function statements(rows: (string | null)[][], linter: Linter): AuditFinding[] {
  return rows.flatMap(([query, calls]): AuditFinding[] => {
    const { diagnostics } = linter.lint(query ?? '');
    const refused = diagnostics.find(({ severity, rule }) => severity === 'error' && rule.id !== 'syntax_error');
    if (!refused) return [];
    const { start, end } = refused.range;
    return [
      {
        rule: AUDIT_RULES.server_statement,
        place: { type: 'object', kind: 'statement', name: evidenceOf((query ?? '').slice(start, end)) },
        confidence: 'high',
        evidence: `${evidenceOf(refused.message)}; ${calls} calls`,
      },
    ];
  });
}
