import type { WebviewPanel } from 'vscode';

/** Whether somebody can see a panel, asked at any time: VS Code's own `visible` throws once the panel is closed. */
export function panelVisibility(panel: Pick<WebviewPanel, 'visible' | 'onDidDispose'>): () => boolean {
  let closed = false;
  panel.onDidDispose(() => (closed = true));
  return () => !closed && panel.visible;
}
