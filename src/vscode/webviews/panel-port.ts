import type * as vscode from 'vscode';
import type { Port } from '../../base/rpc';

/** A webview panel as the port of an RPC channel; closed when the panel is disposed. */
export function panelPort(panel: vscode.WebviewPanel): Port {
  return {
    post: message => void panel.webview.postMessage(message),
    onMessage: listener => panel.webview.onDidReceiveMessage(listener),
    onClose: listener => panel.onDidDispose(listener),
  };
}
