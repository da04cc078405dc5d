import * as vscode from 'vscode';
import { CodedError, describeError } from '../base/errors';

/** Of rows that want to be looked at. */
export const WARNING_COLOUR = new vscode.ThemeColor('list.warningForeground');
/** Of rows that tell a failure. */
export const ERROR_COLOUR = new vscode.ThemeColor('list.errorForeground');

/** What a row of a tree shows. */
export interface Drawing {
  label: string;
  icon?: vscode.ThemeIcon;
  description?: string;
  tooltip?: string;
  /** What `when` clauses of menus look at. */
  context: string;
  open?: boolean;
  command?: vscode.Command;
}

/** A codicon by its id. */
export const icon = (id: string, colour?: vscode.ThemeColor): vscode.ThemeIcon => new vscode.ThemeIcon(id, colour);
/** Parts of a description; what does not apply is left out. */
export const joined = (...parts: (string | false | undefined)[]): string => parts.filter(Boolean).join(' · ');
/** Lines of a tooltip; what does not apply is left out. */
export const lines = (...parts: (string | false | undefined)[]): string => parts.filter(Boolean).join('\n');

/** The row for VS Code. Its spoken label is the label, then the description and tooltip, which carry what icon and colour say. */
export function drawnItem(id: string, drawing: Drawing): vscode.TreeItem {
  const { label, icon: image, description, tooltip, context, open, command } = drawing;
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(label, open ? Collapsed : None);
  item.id = id;
  item.contextValue = context;
  if (image) item.iconPath = image;
  if (description) item.description = description;
  // a narrow side bar cuts the description off
  if (description || tooltip) item.tooltip = lines(joined(label, description), tooltip);
  if (command) item.command = command;
  item.accessibilityInformation = { label: [label, description, tooltip].filter(Boolean).join(', ') };
  return item;
}

/** What could not be read, and the next step; selecting it tries again. */
export function failureDrawing(error: unknown, retry: Omit<vscode.Command, 'title'>): Drawing {
  const { l10n } = vscode;
  const text = describeError(error);
  const next = error instanceof CodedError ? error.nextStep : undefined;
  return {
    label: error instanceof Error ? error.message : text,
    icon: icon('error', ERROR_COLOUR),
    description: next ?? l10n.t('select to try again'),
    tooltip: lines(text, l10n.t('Select it to try again.')),
    context: 'failure',
    command: { ...retry, title: l10n.t('Try Again') },
  };
}
