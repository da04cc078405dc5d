import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';

/** What can go wrong around the window's connections. */
export const connectionErrors = {
  notRunning: () =>
    new CodedError('NOT_RUNNING', vscode.l10n.t('The local cluster is not running.'), {
      nextStep: vscode.l10n.t('Start it with "DSQL Workshop: Start Local Cluster".'),
    }),
  closed: () => new CodedError('CANCELLED', vscode.l10n.t('The window is closing.')),
};
