import type { Check, ChapterPorts, CheckOutcome } from './contract';
import { brokenPromises, describeBroken, verifyTransfer } from '../promises/verify-transfer';

/** A chapter's check of the deployed function: every promise of the set, on accounts of its own. */
export async function verifyPromises(
  check: Extract<Check, { type: 'promises' }>,
  ports: Pick<ChapterPorts, 'database' | 'lambda'>,
  signal?: AbortSignal,
): Promise<Omit<CheckOutcome, 'check'>> {
  const report = await verifyTransfer(ports, { functionName: check.functionName, set: check.set, signal });
  const broken = brokenPromises(report);
  const total = report.outcomes.length;
  return {
    held: broken.length === 0,
    expected: `${check.functionName} keeps its ${broken.length === 0 ? `${total} ` : ''}promises`,
    actual:
      broken.length === 0
        ? `kept all ${total}, tested in ${(report.durationMs / 1000).toFixed(1)} s`
        : broken.map(describeBroken).join('\n'),
  };
}
