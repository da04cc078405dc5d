import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';

export const planTooLong = (): CodedError =>
  new CodedError('PLAN_TOO_LONG', vscode.l10n.t('This text is too long for a plan.'), {
    nextStep: vscode.l10n.t('Open the plan of one statement.'),
  });

export const noPlanFound = (from: string): CodedError =>
  new CodedError('NO_PLAN_FOUND', vscode.l10n.t('There is no query plan in {0}.', from), {
    nextStep: vscode.l10n.t('Copy the whole answer of EXPLAIN, with its indentation, and try again.'),
  });

export const badPlanRequest = (what: string): CodedError =>
  new CodedError('BAD_REQUEST', vscode.l10n.t('The plan viewer sent {0}.', what), {
    nextStep: vscode.l10n.t('Close the panel and open it again.'),
  });
