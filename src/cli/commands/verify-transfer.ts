import type { PromiseOutcome, PromiseSet } from '../../core/promises/contract';
import { TRANSFER_PROMISES } from '../../core/promises/promise';
import { brokenPromises, verifyTransfer } from '../../core/promises/verify-transfer';
import { createDatabase } from '../../node/database';
import { announce } from '../announce';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { Interrupt } from '../interrupt';
import { printable } from '../terminal/style';
import { lambdaOf } from './functions';

/** `verify-transfer [function]`: exit code 0 only if every promise of the set is kept. */
export async function verify(
  name: string,
  openTarget: OpenTarget,
  options: { set: PromiseSet; only?: string[]; json?: boolean; yes?: boolean },
  console: Console,
): Promise<ExitCode> {
  const known = TRANSFER_PROMISES.map(({ id }) => id);
  const unknown = options.only?.find(id => !known.includes(id));
  if (unknown !== undefined) throw usageError(`there is no promise "${unknown}"`, `One of ${known.join(', ')}.`);
  const { yes } = options;
  const target = await openTarget();
  await announce('verify-transfer', target, { functionName: name, ...(yes !== undefined && { yes }) }, console);
  const { lambda, dispose } = lambdaOf(target);
  const database = createDatabase(target);
  const interrupt = new Interrupt();
  const functionName = target.lambda.functionPrefix + name;
  const onOutcome = (outcome: PromiseOutcome): void =>
    console.stdout.write(options.json ? `${JSON.stringify(outcome)}\n` : lines(outcome, console));
  try {
    const { set, only } = options;
    const { signal } = interrupt;
    const report = await verifyTransfer({ database, lambda }, { functionName, set, only, signal, onOutcome });
    const broken = brokenPromises(report).length;
    const total = report.outcomes.length;
    if (!options.json)
      console.stdout.write(
        `${functionName} ${broken === 0 ? `keeps all ${total} promises` : `breaks ${broken} of ${total} promises`} (${(report.durationMs / 1000).toFixed(1)} s)\n`,
      );
    return broken === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    interrupt.dispose();
    dispose();
    await database.close();
  }
}

function lines(outcome: PromiseOutcome, { style }: Console): string {
  const observed = printable(outcome.observed);
  if (outcome.kept) return `${style.green('✔')} ${outcome.title} ${style.dim(`· ${observed}`)}\n`;
  return `${style.red('✘')} ${outcome.title}\n    ${observed}\n    ${style.cyan(printable(outcome.advice))}\n`;
}
