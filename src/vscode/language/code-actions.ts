import * as vscode from 'vscode';
import { fixAll } from '../../core/lint/apply-fixes';
import type { Diagnostic, Linter, LintFix } from '../../core/lint/contract';
import { lintOptionsFor } from './lint-settings';
import type { LintDocuments } from './lint-documents';
import { replaceText } from './minimal-edit';

/** `source.fixAll.dsql`: applied on save only where the user asks for it in `editor.codeActionsOnSave`. */
export const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append('dsql');

/** Quick fixes at findings, and fixes of a whole document. */
export class LintActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, FIX_ALL],
  };

  constructor(
    private readonly documents: LintDocuments,
    private readonly loadLinter: () => Promise<Linter>,
  ) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { only }: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    if (only && FIX_ALL.intersects(only) && !vscode.CodeActionKind.QuickFix.contains(only)) {
      return this.fixDocument(document, token);
    }
    const found = this.documents.findingsAt(document, range);
    const actions = found.flatMap(({ finding, range: where }) => this.fixesFor(document, finding, where));
    if (found.length > 0) actions.push(...(await this.fixRules(document, found[0]?.finding, token)));
    actions.push(...found.flatMap(({ finding }) => silence(document, finding)));
    return actions;
  }

  private fixesFor(document: vscode.TextDocument, finding: Diagnostic, range: vscode.Range): vscode.CodeAction[] {
    return this.documents.fixesOf(document, finding).map((fix, at) => {
      const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
      action.edit = workspaceEdit(document, fix);
      action.isPreferred = at === 0 && fix.safe;
      action.diagnostics = shownAt(document, range, finding);
      return action;
    });
  }

  /** One rule in the whole file, where more than one finding can go. */
  private async fixRules(
    document: vscode.TextDocument,
    finding: Diagnostic | undefined,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const same = (this.documents.reportOf(document)?.diagnostics ?? []).filter(({ rule }) => rule === finding?.rule);
    if (!finding || same.length < 2 || !this.documents.fixesOf(document, finding).some(({ safe }) => safe)) return [];
    const linter = await this.loadLinter();
    if (token.isCancellationRequested) return [];
    const title = vscode.l10n.t('Fix all of this kind in the file ({0})', finding.rule.id);
    return this.wholeFile(document, linter, title, vscode.CodeActionKind.QuickFix, finding.rule.id);
  }

  private async fixDocument(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const linter = await this.loadLinter();
    if (token.isCancellationRequested) return [];
    return this.wholeFile(document, linter, vscode.l10n.t('Fix all DSQL problems that are safe to fix'), FIX_ALL);
  }

  private wholeFile(
    document: vscode.TextDocument,
    linter: Linter,
    title: string,
    kind: vscode.CodeActionKind,
    rule?: string,
  ): vscode.CodeAction[] {
    const options = lintOptionsFor(document);
    if (!options) return [];
    const { text, fixed } = fixAll(linter, document.getText(), { ...options, rule });
    if (fixed.size === 0) return [];
    const action = new vscode.CodeAction(title, kind);
    action.edit = new vscode.WorkspaceEdit();
    replaceText(action.edit, document, text);
    return [action];
  }
}

function workspaceEdit(document: vscode.TextDocument, { edits }: LintFix): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { start, end, newText } of edits) {
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    edit.replace(document.uri, range, newText);
  }
  return edit;
}

/** The editor's own diagnostic for a finding, so that the action shows at it. */
function shownAt(document: vscode.TextDocument, range: vscode.Range, finding: Diagnostic): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter(({ source, code, range: shown }) => {
    const id = typeof code === 'object' ? code.value : code;
    return source === 'DSQL' && id === finding.rule.id && shown.isEqual(range);
  });
}

/** Comments that silence the rule for the line, or the file. */
function silence(document: vscode.TextDocument, { rule, range }: Diagnostic): vscode.CodeAction[] {
  const line = document.positionAt(range.start).line;
  const indent = /^\s*/.exec(document.lineAt(line).text)?.[0] ?? '';
  const comment = (title: string, at: vscode.Position, text: string): vscode.CodeAction => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    action.edit.insert(document.uri, at, text);
    return action;
  };
  return [
    comment(
      vscode.l10n.t('Silence {0} for this line', rule.id),
      new vscode.Position(line, 0),
      `${indent}-- dsql-lint-disable-next-line ${rule.id}\n`,
    ),
    comment(
      vscode.l10n.t('Silence {0} for this file', rule.id),
      new vscode.Position(0, 0),
      `-- dsql-lint-disable ${rule.id}\n`,
    ),
  ];
}
