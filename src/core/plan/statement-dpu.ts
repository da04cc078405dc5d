import type { Dpu } from '../cost/dpu';
import type { MeasuredStatement } from '../cost/run-estimate';
import { parsePlan } from './parse';

/** Runs statements in one transaction that is rolled back; rows of each. */
export type RunRolledBack = (statements: string[]) => Promise<{ rows: (string | null)[][] }[]>;

/** Measures the statements of a transaction, in order, and rolls it back. Statements without a DPU block count as nothing. */
export async function measureStatements(
  statements: readonly { name: string; sql: string }[],
  run: RunRolledBack,
): Promise<MeasuredStatement[]> {
  const answers = await run(statements.map(({ sql }) => `EXPLAIN ANALYZE VERBOSE ${sql}`));
  return statements.map(({ name, sql }, at) => ({
    name,
    sql,
    dpu: dpuOfPlan((answers[at]?.rows ?? []).map(([line]) => line ?? '').join('\n')),
  }));
}

/** The DPU block of a plan's text; nothing where there is none. */
export function dpuOfPlan(text: string): Dpu {
  const lines = parsePlan(text).footer.dpu ?? [];
  const of = (name: string): number => lines.find(line => line.name === name)?.dpu ?? 0;
  const dpu: Dpu = { compute: of('Compute'), read: of('Read'), write: of('Write') };
  if (lines.some(({ name }) => name === 'Multi-Region Write')) dpu.multiRegionWrite = of('Multi-Region Write');
  return dpu;
}
