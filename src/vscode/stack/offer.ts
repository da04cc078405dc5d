import * as vscode from 'vscode';
import type { StackOutputs } from '../../core/stack/contract';
import { profileOf } from '../../core/stack/outputs';
import { freeName } from '../../core/connections/profile-settings';
import { freeId } from '../connections/connection-commands';
import type { ProfileSettings } from '../connections/profile-settings';
import type { StackServices } from './services';

export interface OfferContext {
  services: Pick<StackServices, 'saveTarget'>;
  settings: Pick<ProfileSettings, 'profiles' | 'save'>;
}

/** Adds a connection to the stack's cluster, or brings the one that is there up to date. @returns its name */
export async function saveConnection(
  { settings }: OfferContext,
  stack: StackOutputs,
  awsProfile?: string,
): Promise<string> {
  const known = settings.profiles.find(({ host }) => host === stack.endpoint);
  const fresh = profileOf(stack, awsProfile);
  const name = known?.name ?? freeName(fresh.name, settings.profiles);
  await settings.save(
    known
      ? { ...known, lambdaRoleArn: stack.lambdaRoleArn, ...(awsProfile !== undefined && { awsProfile }) }
      : { ...fresh, name, id: freeId(name, settings) },
  );
  return name;
}

/** After a deployment: the outputs as a connection of the editor, or as a target of the command line. */
export async function offerOutputs(
  context: OfferContext,
  directory: string,
  stacks: readonly StackOutputs[],
  awsProfile?: string,
): Promise<void> {
  const { l10n, window } = vscode;
  const [first] = stacks;
  if (!first) return;
  const connect = l10n.t('Add Connection');
  const target = l10n.t('Add Target for the Command Line');
  const message = l10n.t('{0} is deployed: {1}', first.stackName, first.endpoint);
  const answer = await window.showInformationMessage(message, connect, target);
  if (answer === connect) {
    const names: string[] = [];
    for (const stack of stacks) names.push(await saveConnection(context, stack, awsProfile));
    void window.showInformationMessage(
      l10n.t('Connections: {0}. The chapters run there when you choose it as their target.', names.join(', ')),
    );
  } else if (answer === target) await writeTarget(context, directory, first, awsProfile);
}

/** Asks for the name of a target and writes it. */
export async function writeTarget(
  { services }: OfferContext,
  directory: string,
  stack: StackOutputs,
  awsProfile?: string,
): Promise<void> {
  const { l10n, window } = vscode;
  const name = await window.showInputBox({
    title: l10n.t('Target for the Command Line'),
    prompt: l10n.t('Name of the target, as in: dsql-workshop run --target aws'),
    value: 'aws',
    ignoreFocusOut: true,
    validateInput: value =>
      /^[\w-]+$/.test(value) && value !== 'local' ? undefined : l10n.t('Letters, digits, _ and -, and not “local”.'),
  });
  if (name === undefined) return;
  const file = await services.saveTarget(directory, name, stack, awsProfile);
  void window.showInformationMessage(l10n.t('The target “{0}” is in {1}.', name, file));
}
