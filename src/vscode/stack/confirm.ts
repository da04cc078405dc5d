import * as vscode from 'vscode';
import { confirmationOf, type StackRequest } from '../../core/stack/contract';
import { stackPlan } from '../../core/stack/plan';
import type { GuardedCluster } from '../../core/stack/protection';
import { typeToConfirm } from '../commands/type-to-confirm';
import { askInDialog } from '../webviews/focused-view';

/** Tells who asks and what comes, and asks: before a deployment once, before a destruction also for the stack's name. */
export async function confirmed(
  action: 'deploy' | 'destroy',
  request: StackRequest,
  who: readonly string[],
  guarded: readonly GuardedCluster[] = [],
): Promise<boolean> {
  const { l10n } = vscode;
  const detail = [
    ...who,
    l10n.t('AWS profile: {0}', request.awsProfile ?? l10n.t('default credentials')),
    ...stackPlan(action, request, undefined, guarded).sections.flatMap(({ heading, lines }) => [
      '',
      heading,
      ...lines.map(line => `• ${line}`),
    ]),
  ].join('\n');
  const name = confirmationOf(request);
  const [question, go] =
    action === 'deploy'
      ? [l10n.t('Deploy the stack {0}?', name), l10n.t('Deploy')]
      : guarded.length === 0
        ? [l10n.t('Destroy the stack {0} for good?', name), l10n.t('Destroy…')]
        : [
            l10n.t('{0} is protected against deletion. Take that off, and destroy it for good?', name),
            l10n.t('Unprotect and Destroy…'),
          ];
  if ((await askInDialog(question, { detail }, go)) !== go) return false;
  if (action === 'deploy') return true;
  return typeToConfirm(name, {
    title: l10n.t('Destroy the stack {0}', name),
    prompt: l10n.t('Type {0} to destroy it with all of its data', name),
  });
}
