import * as vscode from 'vscode';

/** Icons of tabs: `media/<name>-light.svg` and `media/<name>-dark.svg`. */
export type PanelIcon = 'chapter' | 'cost' | 'doctor' | 'indexes' | 'plan' | 'results' | 'stress';

/** The icon of a panel's tab, from media/, for light and dark themes. */
export function panelIcon(extensionUri: vscode.Uri, name: PanelIcon): { light: vscode.Uri; dark: vscode.Uri } {
  const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', `${name}-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}
