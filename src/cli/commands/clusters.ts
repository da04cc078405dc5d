import type { ClusterDescription, ClusterProgress } from '../../core/clusters/contract';
import { costNote, neededActions, plannedRequests, type ClusterPlan } from '../../core/clusters/plan';
import { CLUSTER_ID } from '../../core/connections/endpoint';
import { createControlPlane } from '../../node/clusters/control-plane';
import { profileCredentials } from '../../node/connections/credentials';
import { agree, agreeByName } from '../agreement';
import { callerLinesOf } from '../caller';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { Interrupt } from '../interrupt';
import { regionGiven } from '../region-given';
import { textTable } from '../terminal/text-table';

interface PlaceOptions {
  region: string;
  profile?: string;
}

export interface CreateOptions extends PlaceOptions {
  name: string;
  secondRegion?: string;
  witness?: string;
  protect?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** `cluster create`: says what is sent and what it costs, creates, waits until it is ACTIVE, prints endpoint and id. */
export async function createCluster(options: CreateOptions, console: Console): Promise<ExitCode> {
  const { name, region, secondRegion, witness, protect = false } = options;
  if ((secondRegion === undefined) !== (witness === undefined))
    throw usageError(
      'a multi-Region set has a second Region and a witness',
      'Give --second-region and --witness together, or neither.',
    );
  regionGiven(region);
  const second =
    secondRegion !== undefined && witness !== undefined
      ? { region: regionGiven(secondRegion), witnessRegion: regionGiven(witness) }
      : undefined;
  if (second && new Set([region, second.region, second.witnessRegion]).size < 3)
    throw usageError('a multi-Region set has three Regions', 'Its two clusters and the witness lie in different ones.');
  const plan: ClusterPlan = { name, region, deletionProtection: protect, ...(second && { second }) };
  const lines = [
    ...(await callerLinesOf(options.profile, region)),
    'What is sent:',
    ...plannedRequests(plan).map(line => `  ${line}`),
    'What it costs:',
    ...costNote(plan).map(line => `  ${line}`),
    `IAM actions it needs: ${neededActions(plan).join(', ')}`,
  ];
  await agree({ lines, question: 'Create it?', code: 'CLUSTER_NOT_CONFIRMED', yes: options.yes }, console);
  const cluster = { name, deletionProtection: protect };
  const made = await withPlane(options, console, async (plane, told, signal) =>
    second
      ? plane.createMultiRegion([region, second.region], second.witnessRegion, cluster, told, signal)
      : [await plane.create(region, cluster, told, signal)],
  );
  return print(made, options.json, console);
}

/** `cluster list` */
export async function listClusters(options: PlaceOptions & { json?: boolean }, console: Console): Promise<ExitCode> {
  const found = await withPlane(options, console, (plane, _, signal) => plane.list(options.region, signal));
  if (found.length === 0 && !options.json) console.stdout.write(`There is no cluster in ${options.region}.\n`);
  else print(found, options.json, console);
  return EXIT.ok;
}

/** `cluster delete` */
export async function deleteCluster(
  identifier: string,
  options: PlaceOptions & { confirm?: string },
  console: Console,
): Promise<ExitCode> {
  if (!CLUSTER_ID.test(identifier))
    throw usageError(`"${identifier}" is no id of a cluster`, 'It has 26 letters and digits: cluster list shows them.');
  regionGiven(options.region);
  const who = await callerLinesOf(options.profile, options.region);
  await withPlane(options, console, async (plane, told, signal) => {
    const cluster = await plane.describe(options.region, identifier, signal);
    const peers = cluster.multiRegion?.peerArns ?? [];
    const lines = [
      ...who,
      `The cluster ${identifier}${cluster.name === undefined ? '' : ` (“${cluster.name}”)`} in ${options.region} is deleted with all its data.`,
      ...peers.map(arn => `Its peer is deleted with it: ${arn}`),
      ...(cluster.deletionProtection ? ['Its deletion protection is taken off first.'] : []),
    ];
    await agreeByName({ lines, name: identifier, code: 'CLUSTER_NOT_CONFIRMED', given: options.confirm }, console);
    await plane.delete(options.region, identifier, told, signal);
  });
  console.stdout.write(`${identifier} is deleted\n`);
  return EXIT.ok;
}

async function withPlane<T>(
  { region, profile }: PlaceOptions,
  console: Console,
  work: (
    plane: ReturnType<typeof createControlPlane>,
    told: (progress: ClusterProgress) => void,
    signal: AbortSignal,
  ) => Promise<T>,
): Promise<T> {
  regionGiven(region);
  const plane = createControlPlane({ credentials: profileCredentials(profile, region) });
  const interrupt = new Interrupt();
  const told = ({ text, region: where }: ClusterProgress): void =>
    void console.stderr.write(`${console.errorStyle.dim(`${where}: ${text}`)}\n`);
  try {
    return await work(plane, told, interrupt.signal);
  } finally {
    interrupt.dispose();
    await plane.close();
  }
}

function print(clusters: readonly ClusterDescription[], json: boolean | undefined, console: Console): ExitCode {
  if (json) {
    console.stdout.write(`${JSON.stringify({ clusters })}\n`);
    return EXIT.ok;
  }
  const rows = clusters.map(({ identifier, name, region, status, endpoint, multiRegion }) => [
    identifier,
    name ?? '',
    region,
    status,
    multiRegion ? `set, witness ${multiRegion.witnessRegion ?? '?'}` : '',
    endpoint,
  ]);
  console.stdout.write(
    `${textTable(['cluster', 'name', 'Region', 'state', 'multi-Region', 'endpoint'], rows).join('\n')}\n`,
  );
  return EXIT.ok;
}
