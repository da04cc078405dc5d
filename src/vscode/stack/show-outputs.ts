import * as vscode from 'vscode';
import type { StackOutputs } from '../../core/stack/contract';
import { saveConnection, writeTarget, type OfferContext } from './offer';

type OutputItem = vscode.QuickPickItem & { choose?: () => Promise<unknown> };

/** Every output of the last deployment, to be copied, and what can be made of it. */
export async function showOutputs(
  context: OfferContext,
  directory: string,
  stacks: readonly StackOutputs[],
): Promise<void> {
  const { l10n, window } = vscode;
  const items = stacks.flatMap((stack): OutputItem[] => [
    { label: stack.stackName, kind: vscode.QuickPickItemKind.Separator },
    ...valuesOf(stack).map(([label, value]) => ({
      label,
      detail: value,
      choose: async () => {
        await vscode.env.clipboard.writeText(value);
        void window.showInformationMessage(l10n.t('{0} is in the clipboard.', label));
      },
    })),
    {
      label: l10n.t('$(plug) Add Connection'),
      choose: async () => {
        const name = await saveConnection(context, stack);
        void window.showInformationMessage(l10n.t('The connection “{0}” leads to {1}.', name, stack.endpoint));
      },
    },
    {
      label: l10n.t('$(terminal) Add Target for the Command Line'),
      choose: () => writeTarget(context, directory, stack),
    },
  ]);
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('Outputs of the Stack'),
    placeHolder: l10n.t('Choose one to copy it'),
    matchOnDetail: true,
  });
  await chosen?.choose?.();
}

function valuesOf({
  endpoint,
  region,
  lambdaRoleArn,
  clusterArn,
  clusterId,
  functionName,
}: StackOutputs): [string, string][] {
  const { l10n } = vscode;
  const all: [string, string | undefined][] = [
    [l10n.t('Endpoint'), endpoint],
    [l10n.t('Region'), region],
    [l10n.t('Role of the Functions'), lambdaRoleArn],
    [l10n.t('Function'), functionName],
    [l10n.t('Cluster ARN'), clusterArn],
    [l10n.t('Cluster Id'), clusterId],
  ];
  return all.filter((entry): entry is [string, string] => entry[1] !== undefined);
}
