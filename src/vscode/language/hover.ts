import * as vscode from 'vscode';
import type { LintRule } from '../../core/lint/contract';
import { keywordHelpAt } from '../../core/lint/keyword-help';
import { lintOptionsFor } from './lint-settings';
import type { LintDocuments } from './lint-documents';

/** The rule behind a finding with its date and source; elsewhere what a keyword means in DSQL. */
export class LintHover implements vscode.HoverProvider {
  constructor(private readonly documents: LintDocuments) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    if (!lintOptionsFor(document)) return undefined;
    const found = this.documents.findingsAt(document, new vscode.Range(position, position));
    const [first] = found;
    if (first) {
      return new vscode.Hover(
        found.map(({ finding }) => originOf(finding.rule)),
        first.range,
      );
    }
    const line = document.lineAt(position.line);
    const help = keywordHelpAt(line.text, position.character);
    if (!help) return undefined;
    const { title, text, since, source, url } = help.help;
    const markdown = new vscode.MarkdownString(`**${title}**\n\n${text}\n\n`);
    appendOrigin(markdown, since, source, url);
    const { start, end } = help.range;
    return new vscode.Hover(markdown, new vscode.Range(position.line, start, position.line, end));
  }
}

const GRADES: Record<LintRule['grade'], () => string> = {
  R: () => vscode.l10n.t('recorded on a cluster'),
  D: () => vscode.l10n.t('documented'),
  C: () => vscode.l10n.t('reported'),
  G: () => vscode.l10n.t('inferred'),
};

/** The editor shows the message itself: what is left to say is how the rule is known. */
function originOf({ id, grade, since, source, url, sqlstate }: LintRule): vscode.MarkdownString {
  const state = sqlstate === undefined ? '' : ` · SQLSTATE ${sqlstate}`;
  const markdown = new vscode.MarkdownString(`**DSQL** \`${id}\`${state} · ${GRADES[grade]()}\n\n`);
  appendOrigin(markdown, since, source, url);
  return markdown;
}

function appendOrigin(markdown: vscode.MarkdownString, since: string, source: string, url: string): void {
  markdown.appendText(vscode.l10n.t('Known since {0}: {1}.', since, source));
  markdown.appendMarkdown(`\n\n[${vscode.l10n.t('User Guide')}](${url})`);
}
