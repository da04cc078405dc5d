/** The way back: what was made is deleted, first by hand, then all that is left by its tags. */
import { GENERATOR_FUNCTION } from '../../core/lambda/names';
import { LOCAL_ACCOUNT_ID } from '../../protocol/local-cluster';
import { addRoleAndStack } from './account-contents';
import type { Stage } from './stage';
import { says, type RehearsalStep, type StepContext } from './step';

const clusterNamed = ({ clusters }: Stage, name: string): string =>
  clusters.all('us-east-1').find(({ tags }) => tags.Name === name)?.identifier ?? 'missing';

const deleteCluster = async ({ cli, stage }: StepContext, name: string): Promise<void> => {
  const identifier = clusterNamed(stage, name);
  await cli('cluster', 'delete', identifier, '--confirm', identifier);
};

export const DELETION: readonly RehearsalStep[] = [
  {
    id: 'delete-cluster-pair',
    title: 'The set of two Regions is deleted, protection first',
    needs: ['create-cluster-pair'],
    ...says('delete-cluster-pair'),
    anyOrder: true,
    play: context => deleteCluster(context, 'pair'),
  },
  {
    id: 'delete-cluster',
    title: 'A cluster is made and deleted, protection first',
    // made-up identifiers count on
    needs: ['create-cluster-pair'],
    ...says('create-cluster', 'delete-cluster'),
    play: async context => {
      await context.cli('cluster', 'create', '--name', 'spare', '--protect', '--yes');
      await deleteCluster(context, 'spare');
    },
  },
];

export const TEARDOWN: readonly RehearsalStep[] = [
  {
    id: 'teardown',
    title: 'All that is left is found by its tags, removed, looked for again; a second search finds nothing',
    needs: ['invoke', 'cost', 'remove-function', 'delete-cluster-pair', 'delete-cluster'],
    ...says('teardown'),
    anyOrder: true,
    play: async context => {
      addRoleAndStack(context.stage);
      const log = logOf(context.stage, GENERATOR_FUNCTION);
      const first = await teardown(context, '--also', log, '--yes-delete', LOCAL_ACCOUNT_ID);
      const kinds = first.removals.flatMap(({ members }) => members.map(({ kind }) => kind));
      for (const kind of ['stack', 'cluster', 'function', 'log-group', 'role'])
        if (!kinds.includes(kind)) throw new Error(`the teardown did not find the ${kind} that was made`);
      const stays = [...first.left, ...first.gaps, ...first.remainders];
      if (stays.length > 0) throw new Error(`the teardown left something: ${JSON.stringify(stays)}`);
      const second = await teardown(context, '--dry-run');
      if (second.removals.length + second.left.length > 0)
        throw new Error(`a second teardown finds something: ${JSON.stringify(second)}`);
      const { clusters, logs } = context.stage;
      if (clusters.clusters.size + logs.groups.size > 0) throw new Error('something is there that no teardown found');
    },
  },
];

/** Of a function that was removed alone: nothing tells any longer whose it is, so that it has to be named. */
const logOf = ({ logs }: Stage, functionName: string): string =>
  [...logs.groups.values()].find(({ name }) => name.endsWith(functionName))?.arn ?? 'missing';

/** What a teardown says with `--json`. */
interface Told {
  removals: { members: { kind: string }[] }[];
  left: unknown[];
  gaps: unknown[];
  remainders: unknown[];
}

async function teardown({ cli }: StepContext, ...how: string[]): Promise<Told> {
  const { stdout } = await cli('teardown', '--region', 'us-east-1', ...how, '--json');
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Partial<Told>);
  return Object.assign({ removals: [], left: [], gaps: [], remainders: [] }, ...lines) as Told;
}
