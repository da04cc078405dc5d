import * as vscode from 'vscode';
import type { Closeable } from '../../base/lifecycle';
import type { ClusterDescription, ControlPlane } from '../../core/clusters/contract';
import { callerLines } from '../../core/aws/caller';
import { costNote, neededActions, plannedDeletion, plannedRequests, type ClusterPlan } from '../../core/clusters/plan';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { freeName } from '../../core/connections/profile-settings';
import type { AwsProfileSummary } from '../../node/connections/aws-profiles';
import type { CallerOf } from '../aws/callers';
import { inProgress } from '../commands/in-progress';
import { typeToConfirm } from '../commands/type-to-confirm';
import { freeId } from '../connections/connection-commands';
import type { Connections } from '../connections/connections';
import type { ProfileSettings } from '../connections/profile-settings';
import { awsProfileStep } from '../connections/wizard/connection-wizard';
import { runSteps, type Place } from '../connections/wizard/steps';
import { askCluster, askRegion, type ClusterDraft } from './draft';
import { askInDialog } from '../webviews/focused-view';

export interface ClusterControlContext {
  callerOf: CallerOf;
  connections: Connections;
  settings: Pick<ProfileSettings, 'profiles' | 'save' | 'remove'>;
  services: {
    controlPlane(awsProfile: string | undefined): Promise<ControlPlane & Closeable>;
    awsProfiles(): Promise<AwsProfileSummary[]>;
  };
}

/** Makes a cluster in AWS, or two that are peered, once the user has read what is sent and what it costs; connections are added. */
export async function createCluster(context: ClusterControlContext): Promise<void> {
  const { l10n } = vscode;
  const draft: ClusterDraft = {};
  const plan = await askCluster(l10n.t('Create Cluster'), draft, awsProfileStep<ClusterDraft>(context.services));
  if (!plan || !(await agreed(plan, draft.awsProfile, context))) return;
  const made = await withControlPlane(
    context,
    draft.awsProfile,
    l10n.t('Creating the cluster {0}…', plan.name),
    (plane, report, signal): Promise<ClusterDescription[]> =>
      plan.second
        ? plane.createMultiRegion([plan.region, plan.second.region], plan.second.witnessRegion, plan, report, signal)
        : plane.create(plan.region, plan, report, signal).then(cluster => [cluster]),
  );
  for (const cluster of made) {
    const name = plan.second ? `${plan.name} ${cluster.region}` : plan.name;
    await addConnection(context, cluster, name, draft.awsProfile);
  }
  const identifiers = made.map(({ identifier }) => identifier).join(', ');
  void vscode.window.showInformationMessage(
    made.length > 1
      ? l10n.t('The clusters {0} are active and among your connections.', identifiers)
      : l10n.t('The cluster {0} is active and among your connections.', identifiers),
  );
}

/** Adds connections to clusters that exist already: those of a Region, chosen from a list. */
export async function findClusters(context: ClusterControlContext): Promise<void> {
  const { l10n } = vscode;
  const draft: ClusterDraft = {};
  const title = l10n.t('Find Clusters');
  const region = {
    ask: async (into: ClusterDraft, place: Place) => {
      const answer = await askRegion(place, l10n.t('Region to look in'), into.region);
      if (answer === 'back' || answer === 'cancel') return answer;
      into.region = answer.value;
      return 'next' as const;
    },
  };
  if (!(await runSteps(title, [awsProfileStep<ClusterDraft>(context.services), region], draft))) return;
  const where = draft.region ?? '';
  const found = await withControlPlane(
    context,
    draft.awsProfile,
    l10n.t('Looking for clusters in {0}…', where),
    (plane, _, signal) => plane.list(where, signal),
  );
  if (found.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('There is no cluster in {0} in this account.', where));
    return;
  }
  const known = new Set(context.connections.profiles.map(({ host }) => host));
  const chosen = await vscode.window.showQuickPick(
    found.map(cluster => ({
      label: cluster.name ?? cluster.identifier,
      description: cluster.status,
      detail: `${cluster.endpoint}${known.has(cluster.endpoint) ? ` · ${l10n.t('already a connection')}` : ''}`,
      picked: !known.has(cluster.endpoint) && found.length === 1,
      cluster,
    })),
    {
      title,
      canPickMany: true,
      matchOnDetail: true,
      placeHolder: l10n.t('Clusters to add as connections (user admin)'),
    },
  );
  for (const { cluster } of chosen ?? [])
    await addConnection(context, cluster, cluster.name ?? cluster.identifier.slice(0, 8), draft.awsProfile);
}

/** Deletes the cluster of a connection for good, with everything in it, once its id was typed; the connection goes with it. */
export async function deleteCluster(context: ClusterControlContext, profile: ConnectionProfile): Promise<void> {
  const { l10n } = vscode;
  const identifier = profile.host.split('.')[0] ?? '';
  const cluster = await withControlPlane(
    context,
    profile.awsProfile,
    l10n.t('Looking at the cluster {0}…', profile.name),
    (plane, _, signal) => plane.describe(profile.region, identifier, signal),
  );
  if (!(await typedId(profile, cluster, context))) return;
  await withControlPlane(
    context,
    profile.awsProfile,
    l10n.t('Deleting the cluster {0}…', profile.name),
    (plane, report, signal) => plane.delete(profile.region, identifier, report, signal),
  );
  const gone = new Set([cluster.arn, ...(cluster.multiRegion?.peerArns ?? [])].map(arn => arn.split('/').at(-1)));
  for (const { id, kind, host } of context.settings.profiles)
    if (kind === 'aws' && gone.has(host.split('.')[0])) await context.settings.remove(id);
  void vscode.window.showInformationMessage(l10n.t('The cluster {0} is deleted.', identifier));
}

/** The user has read the requests, the permissions and the cost. */
async function agreed(
  plan: ClusterPlan,
  awsProfile: string | undefined,
  { callerOf }: ClusterControlContext,
): Promise<boolean> {
  const { l10n } = vscode;
  const create = l10n.t('Create');
  const detail = [
    ...callerLines(await callerOf({ awsProfile, fresh: true })),
    l10n.t('AWS profile: {0}', awsProfile ?? l10n.t('default credentials')),
    '',
    l10n.t('What is sent:'),
    ...plannedRequests(plan).map(request => `• ${request}`),
    '',
    l10n.t('What it costs:'),
    ...costNote(plan).map(line => `• ${line}`),
    '',
    l10n.t('IAM actions: {0}', neededActions(plan).join(', ')),
  ].join('\n');
  const question = plan.second
    ? l10n.t('Create two peered clusters “{0}”?', plan.name)
    : l10n.t('Create the cluster “{0}” in {1}?', plan.name, plan.region);
  return (await askInDialog(question, { detail }, create)) === create;
}

async function typedId(
  profile: ConnectionProfile,
  cluster: ClusterDescription,
  { callerOf }: ClusterControlContext,
): Promise<boolean> {
  const { l10n } = vscode;
  const go = l10n.t('Delete…');
  const peers = cluster.multiRegion?.peerArns ?? [];
  const sent = plannedDeletion([cluster.arn, ...peers]).map(request => `• ${request}`);
  const detail = [
    ...callerLines(await callerOf({ awsProfile: profile.awsProfile, fresh: true })),
    cluster.arn,
    ...peers,
    '',
    l10n.t('What is sent:'),
    ...sent,
    '',
    l10n.t('All data in it is lost. There is no undo.'),
    ...(peers.length > 0 ? [l10n.t('It is part of a multi-Region set: its peers are deleted with it.')] : []),
    ...(cluster.deletionProtection ? [l10n.t('Its deletion protection is taken off first.')] : []),
  ].join('\n');
  const question = l10n.t('Delete the cluster of “{0}” for good?', profile.name);
  if ((await askInDialog(question, { detail }, go)) !== go) return false;
  return typeToConfirm(cluster.identifier, {
    title: l10n.t('Delete the cluster of “{0}”', profile.name),
    prompt: l10n.t('Type {0} to delete it', cluster.identifier),
    notYet: l10n.t('This is not its id yet'),
  });
}

async function addConnection(
  { settings }: ClusterControlContext,
  cluster: ClusterDescription,
  wanted: string,
  awsProfile: string | undefined,
): Promise<void> {
  const name = freeName(wanted, settings.profiles);
  await settings.save({
    id: freeId(name, settings),
    name,
    kind: 'aws',
    host: cluster.endpoint,
    port: 5432,
    region: cluster.region,
    user: 'admin',
    readOnly: false,
    environment: 'development',
    ...(awsProfile !== undefined && { awsProfile }),
  });
}

/** Work on the control plane with progress and cancel. What was begun in AWS goes on there when waiting is given up. */
function withControlPlane<T>(
  { services }: ClusterControlContext,
  awsProfile: string | undefined,
  title: string,
  work: (
    plane: ControlPlane,
    report: (progress: { text: string; region: string }) => void,
    signal: AbortSignal,
  ) => Promise<T>,
): Thenable<T> {
  return inProgress(title, async (say, signal) => {
    const plane = await services.controlPlane(awsProfile);
    try {
      return await work(plane, ({ text, region }) => say(`${text} (${region})`), signal);
    } finally {
      await plane.close();
    }
  });
}
