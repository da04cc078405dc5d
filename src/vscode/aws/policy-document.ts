import * as vscode from 'vscode';
import { charactersOf, MAX_POLICY_CHARACTERS, type PolicyDocument } from '../../core/aws/policy';

/** Opens a policy as an untitled JSON document; says what is still to be filled in. */
export async function showPolicyDocument(policy: PolicyDocument): Promise<vscode.TextDocument> {
  const { l10n, window, workspace } = vscode;
  const content = `${JSON.stringify(policy, undefined, 2)}\n`;
  const document = await workspace.openTextDocument({ language: 'json', content });
  await window.showTextDocument(document, { preview: false });
  const open = [...new Set(content.match(/\{[a-zA-Z]+\}/g) ?? [])];
  if (policy.Statement.length === 0) void window.showInformationMessage(l10n.t('Nothing of it needs a permission.'));
  else if (charactersOf(policy) > MAX_POLICY_CHARACTERS)
    void window.showWarningMessage(
      l10n.t(
        'It is longer than the {0} characters of a managed policy: ask for fewer at a time.',
        MAX_POLICY_CHARACTERS,
      ),
    );
  else if (open.length > 0) window.setStatusBarMessage(l10n.t('To be filled in: {0}', open.join(', ')), 15_000);
  return document;
}
