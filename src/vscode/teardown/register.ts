import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Closeable } from '../../base/lifecycle';
import type { FoundResource, Inventory, TeardownPlan, TeardownPort } from '../../core/teardown/contract';
import { planTeardown } from '../../core/teardown/plan';
import { planLines, reportLines } from '../../core/teardown/report';
import { runTeardown } from '../../core/teardown/run';
import type { AwsProfileSummary } from '../../node/connections/aws-profiles';
import { inProgress } from '../commands/in-progress';
import type { ProfileSettings } from '../connections/profile-settings';
import { awsProfileStep } from '../connections/wizard/connection-wizard';
import { runSteps } from '../connections/wizard/steps';
import { COMMANDS } from '../contributions';
import type { ErrorReporter } from '../errors';
import { chooseRemovals, confirmAccount, partsOf, regionsStep, type TeardownDraft } from './questions';

export interface TeardownContext {
  errors: Pick<ErrorReporter, 'inBackground'>;
  settings: Pick<ProfileSettings, 'profiles' | 'remove'>;
  services: {
    teardown(awsProfile: string | undefined): Promise<TeardownPort & Closeable>;
    awsProfiles(): Promise<AwsProfileSummary[]>;
  };
}

/** The command that takes away what the workshop made in AWS. */
export function teardownCommands(context: TeardownContext) {
  return { [COMMANDS.removeWorkshopFromAws]: () => removeWorkshopFromAws(context) };
}

/**
 * Finds what the workshop made, lets the user untick what shall stay, asks for the account's number, removes it and looks again. What
 * belongs to a connection marked as production is not ticked. Connections without a cluster are offered for removal afterwards.
 */
async function removeWorkshopFromAws({ services, settings, errors }: TeardownContext): Promise<void> {
  const { l10n } = vscode;
  const title = l10n.t('Remove What the Workshop Created in AWS');
  const draft: TeardownDraft = {};
  const steps = [awsProfileStep<TeardownDraft>(services), regionsStep(title, settings.profiles)];
  if (!(await runSteps(title, steps, draft))) return;
  const port = await services.teardown(draft.awsProfile);
  try {
    const inventory = await inProgress(l10n.t('Looking for what the workshop made…'), (say, signal) =>
      port.find(draft.regions ?? [], say, signal),
    );
    const found = planTeardown(inventory);
    const listed = planLines(inventory, found, Date.now());
    if (found.removals.length === 0) return errors.inBackground(nothingFound(inventory, found, listed));
    const chosen = await chooseRemovals(title, found, settings.profiles);
    if (!chosen || chosen.length === 0) return;
    const arns = new Set(chosen.flatMap(({ members }) => members.map(({ arn }) => arn)));
    const plan = planTeardown(inventory, { only: ({ arn }) => arns.has(arn) });
    if (!(await confirmAccount(title, inventory, plan))) return;
    // what AWS deletes already goes on there when waiting is given up
    const report = await inProgress(title, (say, signal) =>
      runTeardown(plan, port, {
        signal,
        pause: (ms, stop) => delay(ms, undefined, { signal: stop }),
        onProgress: ({ text, done, total }) => say(`${text} (${done}/${total})`),
      }),
    );
    const removed = report.outcomes.filter(({ state }) => state === 'removed').flatMap(each => partsOf(each.removal));
    const whole = report.remainders.length === 0 && !report.cancelled;
    errors.inBackground(
      tell(
        whole ? 'information' : 'warning',
        whole
          ? l10n.t('{0} removed; looked again: all of it is gone.', removed.length)
          : l10n.t('{0} removed; not everything is gone. Run it again to go on.', removed.length),
        [...reportLines(report), '', ...listed],
      ),
    );
    await offerConnections(removed, settings);
  } finally {
    await port.close();
  }
}

function nothingFound({ regions, gaps }: Inventory, { left }: TeardownPlan, listed: readonly string[]): Promise<void> {
  const { l10n } = vscode;
  return gaps.length > 0
    ? tell('warning', l10n.t('Nothing was found to remove, and not everything could be looked at.'), listed)
    : tell(
        'information',
        l10n.t('Nothing of the workshop is left in {0}.', regions.join(', ')),
        left.length > 0 ? listed : undefined,
      );
}

/** A message, and the whole behind a button. Ends when the message does. */
async function tell(
  severity: 'information' | 'warning',
  text: string,
  lines: readonly string[] | undefined,
): Promise<void> {
  const { window, workspace, l10n } = vscode;
  const buttons = lines ? [l10n.t('Show Report')] : [];
  const answer = await (severity === 'warning'
    ? window.showWarningMessage(text, ...buttons)
    : window.showInformationMessage(text, ...buttons));
  if (answer !== undefined && lines)
    await window.showTextDocument(await workspace.openTextDocument({ content: `${lines.join('\n')}\n` }));
}

async function offerConnections(
  removed: readonly FoundResource[],
  settings: TeardownContext['settings'],
): Promise<void> {
  const { l10n, window } = vscode;
  const clusters = new Set(removed.filter(({ kind }) => kind === 'cluster').map(({ name }) => name));
  const orphans = settings.profiles.filter(
    ({ kind, host }) => kind === 'aws' && clusters.has(host.split('.')[0] ?? ''),
  );
  if (orphans.length === 0) return;
  const remove = l10n.t('Remove Connections');
  const text = l10n.t('Connections without a cluster now: {0}', orphans.map(({ name }) => name).join(', '));
  if ((await window.showInformationMessage(text, remove)) !== remove) return;
  for (const { id } of orphans) await settings.remove(id);
}
