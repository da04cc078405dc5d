import type * as vscode from 'vscode';
import type { Port } from '../../base/rpc';
import type { ErrorReporter } from '../errors';

/** A webview panel, or a view of the side bar, as the port of an RPC channel; closed when it is disposed. What fails in it unseen is shown. */
export function panelPort(
  { webview, onDidDispose }: Pick<vscode.WebviewPanel | vscode.WebviewView, 'webview' | 'onDidDispose'>,
  errors: Pick<ErrorReporter, 'show'>,
): Port {
  return {
    post: message => void webview.postMessage(message),
    onMessage: listener => webview.onDidReceiveMessage(listener),
    onClose: listener => onDidDispose(listener),
    onFault: error => errors.show(error),
  };
}
