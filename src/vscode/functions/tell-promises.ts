import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import type { PromiseReport } from '../../core/promises/contract';
import { brokenPromises, describeBroken } from '../../core/promises/verify-transfer';
import type { FunctionLog } from './function-log';

/** Writes every promise with its outcome into the log. @throws CodedError `PROMISE_BROKEN` of the first that is not kept. */
export function tellPromises(name: string, report: PromiseReport, log: FunctionLog): void {
  const broken = brokenPromises(report);
  log.say(
    `${name}: ${report.outcomes.length - broken.length} of ${report.outcomes.length} promises kept`,
    report.outcomes.map(outcome => `  ${outcome.kept ? '✔' : '✘'} ${describeBroken(outcome)}`),
  );
  const [first] = broken;
  if (first) {
    log.show();
    throw new CodedError('PROMISE_BROKEN', describeBroken(first), {
      nextStep: broken.length > 1 ? vscode.l10n.t('{0} more are in the output.', broken.length - 1) : undefined,
    });
  }
  void vscode.window.showInformationMessage(vscode.l10n.t('{0} keeps all {1} promises.', name, report.outcomes.length));
}
