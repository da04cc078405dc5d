import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { webviewHtml } from './html';

/** Where the bundles of the views lie; nothing else is served to a webview. */
const viewRoot = (extensionUri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'dist', 'webview');

/** Makes the webview show `view`, a folder of `webview/`, under the strict policy with nonces of its own. */
export function showView(webview: vscode.Webview, extensionUri: vscode.Uri, view: string, title: string): void {
  const root = viewRoot(extensionUri);
  const uri = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, name)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [root] };
  webview.html = webviewHtml({
    title,
    cspSource: webview.cspSource,
    nonce: randomBytes(18).toString('base64'),
    styleNonce: randomBytes(18).toString('base64'),
    scriptUri: uri(`${view}.js`),
    styleUri: uri(`${view}.css`),
  });
}
