import type * as vscode from 'vscode';
import type { Port } from '../../base/rpc';
import type { ErrorReporter } from '../errors';
import { followFocus } from './focused-view';

/** A webview panel, or a view of the side bar, as the port of an RPC channel; closed when it is disposed. What fails in it unseen is shown. */
export function panelPort(view: vscode.WebviewPanel | vscode.WebviewView, errors: Pick<ErrorReporter, 'show'>): Port {
  const { webview } = view;
  followFocus(view);
  return {
    post: message => void webview.postMessage(message),
    onMessage: listener => webview.onDidReceiveMessage(listener),
    onClose: listener => view.onDidDispose(listener),
    onFault: error => errors.show(error),
  };
}
