import { escapeMarkup } from '../../base/markup';

/** What the page of a webview is made of. No editor API here, so that the webview tests load the very same page. */
export interface WebviewPage {
  title: string;
  /** Source of the editor's own resources, for the policy. */
  cspSource: string;
  /** Random, new for every page. */
  nonce: string;
  /** Another one, for the toolkit's style elements; the page may read it, so it is not the script's. */
  styleNonce: string;
  scriptUri: string;
  styleUri: string;
}

/**
 * The page: one style sheet, one script by nonce, nothing else may load. The toolkit adds an empty style element to feel for
 * `:focus-visible`; it takes the nonce for it from the `csp-nonce` element. Its language is that of the views' texts, whatever the editor's is:
 * a screen reader would read them by another's rules.
 */
export function webviewHtml(page: WebviewPage): string {
  const policy = [
    `default-src 'none'`,
    `style-src ${page.cspSource} 'nonce-${page.styleNonce}'`,
    `script-src 'nonce-${page.nonce}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(policy)}">
<meta property="csp-nonce" content="${escapeMarkup(page.styleNonce)}">
<link rel="stylesheet" href="${escapeMarkup(page.styleUri)}">
<title>${escapeMarkup(page.title)}</title>
</head>
<body>
<div id="app"></div>
<script nonce="${escapeMarkup(page.nonce)}" src="${escapeMarkup(page.scriptUri)}"></script>
</body>
</html>`;
}
