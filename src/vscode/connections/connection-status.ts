import * as vscode from 'vscode';
import { COMMANDS, CONNECTION_STATUS_ID, DOCUMENT_CONNECTION_STATUS_ID } from '../contributions';
import { activeSqlEditor } from '../sql-editor/sql-documents';
import { profileLabel, profileTooltip, statusBackground, statusText } from './presentation';
import type { TargetState } from './target-state';
import type { WindowConnections } from './window-connections';

/**
 * Two status bar items: the window's target on the left, and, while an SQL document is in front, the target of that document on the
 * right, pinned where it has its own.
 */
export class ConnectionStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    CONNECTION_STATUS_ID,
    vscode.StatusBarAlignment.Left,
    // beside the local cluster's, before the editor's count of problems
    50,
  );
  private readonly documentItem = vscode.window.createStatusBarItem(
    DOCUMENT_CONNECTION_STATUS_ID,
    vscode.StatusBarAlignment.Right,
    110,
  );
  private readonly subscriptions: { dispose(): unknown }[];

  constructor(
    private readonly connections: WindowConnections,
    private readonly state: TargetState,
  ) {
    this.item.name = vscode.l10n.t('DSQL Workshop: connection');
    this.item.command = COMMANDS.selectConnection;
    this.documentItem.name = vscode.l10n.t('DSQL Workshop: connection of this SQL document');
    this.documentItem.command = COMMANDS.selectDocumentConnection;
    const update = (): void => this.update();
    this.subscriptions = [
      connections.onDidChange(update),
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidOpenTextDocument(update),
    ];
    this.update();
    this.item.show();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
    this.documentItem.dispose();
  }

  private update(): void {
    const { current } = this.connections;
    this.item.text = statusText(current);
    this.item.backgroundColor = statusBackground(current);
    this.item.tooltip = profileTooltip(
      current,
      vscode.l10n.t('DSQL connection of this window. Click to choose another.'),
    );
    this.item.accessibilityInformation = {
      label: vscode.l10n.t('DSQL connection: {0}', profileLabel(current)),
      role: 'button',
    };
    const document = activeSqlEditor()?.document;
    if (!document) {
      this.documentItem.hide();
      return;
    }
    const profile = this.connections.profileFor(document.uri);
    const pinned = this.state.document(document.uri.toString()) === profile.id;
    this.documentItem.text = statusText(profile, pinned);
    this.documentItem.backgroundColor = statusBackground(profile);
    this.documentItem.tooltip = profileTooltip(
      profile,
      pinned
        ? vscode.l10n.t('This document runs against a connection of its own. Click to change it.')
        : vscode.l10n.t("This document runs against the window's connection. Click to give it its own."),
    );
    this.documentItem.accessibilityInformation = {
      label: pinned
        ? vscode.l10n.t('Own DSQL connection of this document: {0}', profileLabel(profile))
        : vscode.l10n.t('DSQL connection of this document: {0}', profileLabel(profile)),
      role: 'button',
    };
    this.documentItem.show();
  }
}
