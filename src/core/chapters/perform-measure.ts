import { CodedError } from '../../base/errors';
import type { Action, StepResult } from './contract';
import { cancelled } from './errors';
import type { Stage } from './stage';

/** So many calls it takes for one in a hundred to be another than the slowest. */
const CALLS_FOR_P99 = 100;

/** Calls of each case, one after the other, and what the caller waited for them. The first call of all may meet a cold function. */
export async function measure(
  action: Extract<Action, { type: 'measure' }>,
  { ports, memory, progress, signal }: Stage,
): Promise<StepResult> {
  const percentiles = [0.5, 0.9, ...(action.times > CALLS_FOR_P99 ? [0.99] : [])];
  const total = action.cases.length * action.times;
  const rows: string[][] = [];
  for (const [i, { name, payload }] of action.cases.entries()) {
    const tookMs: number[] = [];
    let answer: unknown;
    for (let call = 0; call < action.times; call++) {
      if (signal.aborted) throw cancelled();
      const done = i * action.times + call;
      progress({ text: `${name}: call ${call + 1} of ${action.times}`, fraction: done / total });
      const invocation = await ports.lambda.invoke(action.functionName, payload, { signal });
      answer = invocation.payload;
      const failed = invocation.functionError ?? errorOf(answer);
      if (failed !== undefined)
        throw new CodedError('FUNCTION_FAILED', `${name}: ${action.functionName} failed: ${failed}`, {
          nextStep: "Invoke the function once by hand and read its log; the measure's earlier calls took effect.",
        });
      tookMs.push(invocation.durationMs);
    }
    memory.answers.set(name, answer);
    rows.push([name, statementsOf(answer), ...figures(tookMs, percentiles)]);
  }
  const columns = ['call', 'statements', 'first ms', ...percentiles.map(p => `p${p * 100} ms`), 'max ms'];
  return { type: 'table', columns, rows, tag: `MEASURE ${total}`, truncated: false };
}

/** The first call by itself; the others by percentile, or the first where there are no others. */
function figures(tookMs: readonly number[], percentiles: readonly number[]): string[] {
  const warm = tookMs.length > 1 ? tookMs.slice(1) : tookMs;
  const sorted = [...warm].sort((a, b) => a - b);
  const percentile = (p: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)]!;
  return [tookMs[0]!, ...percentiles.map(percentile), sorted.at(-1)!].map(ms => ms.toFixed(1));
}

function statementsOf(answer: unknown): string {
  const { statements } = (answer ?? {}) as { statements?: unknown };
  return typeof statements === 'number' ? String(statements) : '–';
}

function errorOf(answer: unknown): string | undefined {
  const { error } = (answer ?? {}) as { error?: unknown };
  return typeof error === 'string' ? error : undefined;
}
