/** The way of a learner through AWS, in the product's own commands. */
import fs from 'node:fs';
import path from 'node:path';
import { chapterCalls } from '../../core/aws/chapter-policy';
import { FUNCTION_PREFIX } from '../../core/lambda/names';
import type { Chapter } from '../../core/chapters/contract';
import { loadChapters } from '../../node/chapters/load';
import { DELETION, TEARDOWN } from './end-steps';
import { FUNCTION_CARE } from './function-steps';
import { OBSERVATION } from './observation-steps';
import { hasCdk, STACK } from './stack-steps';
import type { Stage } from './stage';
import { AIM, says, type RehearsalStep } from './step';

const ACCOUNTS = 200;

/** All steps, in their order. */
export function rehearsalSteps(): RehearsalStep[] {
  const library = loadChapters();
  const [zero, one, ...others] = library.map((chapter, at) => chapterStep(chapter, library[at - 1], library));
  // the function's part needs the tables of chapter 1 and no later chapter, so that it can be rehearsed without them
  return [
    ...CLUSTERS,
    zero!,
    one!,
    ...ROLES,
    ...FUNCTION,
    ...FUNCTION_CARE,
    ROLL_BACK,
    ...OBSERVATION,
    ...others,
    ...DELETION,
    ...(hasCdk() ? STACK : []),
    ...TEARDOWN,
  ];
}

const CLUSTERS: readonly RehearsalStep[] = [
  {
    id: 'create-cluster',
    title: 'A cluster is created, and waited for',
    needs: [],
    ...says('create-cluster'),
    play: async ({ cli, stage }) => {
      const { stdout } = await cli('cluster', 'create', '--name', 'bank', '--yes', '--json');
      const { clusters } = JSON.parse(stdout) as { clusters: { endpoint: string }[] };
      stage.useCluster(clusters[0]!.endpoint);
    },
  },
  {
    id: 'create-cluster-pair',
    title: 'Two Regions with a witness are created and peered',
    needs: ['create-cluster'],
    ...says('create-cluster-pair'),
    anyOrder: true,
    play: async ({ cli }) => {
      const regions = ['--region', 'us-east-1', '--second-region', 'us-east-2', '--witness', 'us-west-2'];
      await cli('cluster', 'create', '--name', 'pair', ...regions, '--protect', '--yes');
    },
  },
  {
    id: 'find-clusters',
    title: 'The clusters of a Region are listed',
    needs: ['create-cluster'],
    ...says('find-clusters'),
    anyOrder: true,
    play: async ({ cli }) => void (await cli('cluster', 'list', '--region', 'us-east-1')),
  },
  {
    id: 'doctor',
    title: 'The way to the cluster is examined, check by check',
    needs: ['create-cluster'],
    ...says('doctor'),
    play: async ({ cli }) => void (await cli('doctor', ...AIM)),
  },
];

const chapterStep = (chapter: Chapter, before: Chapter | undefined, library: readonly Chapter[]): RehearsalStep => ({
  id: `chapter-${chapter.number}`,
  title: `Chapter ${chapter.number}: ${chapter.title}`,
  needs: [before === undefined ? 'create-cluster' : `chapter-${before.number}`],
  commands: [],
  declared: chapterCalls(chapter, { library, functionPrefix: FUNCTION_PREFIX }),
  play: async ({ cli }) => void (await cli('run', String(chapter.number), ...AIM, '--yes')),
});

const ROLES: readonly RehearsalStep[] = [
  {
    id: 'role',
    title: "The functions' role is mapped to a database role, and verified by connecting as it",
    needs: ['chapter-1'],
    ...says('role'),
    play: async ({ cli }) =>
      void (await cli('role', '--user', 'teller', '--apply', '--verify', 'keys', ...AIM, '--yes')),
  },
  {
    id: 'policy',
    title: 'The policy of the chapters is printed; nothing is sent',
    needs: ['create-cluster'],
    commands: [],
    declared: [],
    play: async ({ cli }) => void (await cli('policy', '0', '1', '2', ...AIM, '--json')),
  },
];

const TELLER = ['--name', 'teller', ...AIM];

const FUNCTION: readonly RehearsalStep[] = [
  {
    id: 'setup',
    title: 'The bank gets its accounts',
    needs: ['chapter-1'],
    ...says('setup'),
    play: async ({ cli }) =>
      void (await cli('setup', '--accounts', String(ACCOUNTS), '--reset', ...AIM, '--yes', '--json')),
  },
  {
    id: 'deploy',
    title: 'A function is deployed, and deployed again when its code has changed',
    needs: ['setup'],
    ...says('deploy'),
    play: async ({ cli, stage }) => {
      const folder = tellerFolder(stage);
      await cli('deploy', folder, ...TELLER);
      fs.appendFileSync(path.join(folder, 'index.ts'), "\nconsole.log('the second edition is loaded');\n");
      await cli('deploy', folder, ...TELLER);
    },
  },
  {
    id: 'functions',
    title: 'Functions and their versions are listed',
    needs: ['deploy'],
    ...says('functions'),
    play: async ({ cli }) => void (await cli('functions', ...AIM)),
  },
  {
    id: 'invoke',
    title: 'The function makes a transfer',
    needs: ['deploy'],
    ...says('invoke'),
    play: async ({ cli }) => void (await cli('invoke', '{"payer_id": 1, "payee_id": 2, "amount": 5}', ...TELLER)),
  },
  {
    id: 'stress',
    title: 'Load is driven at the function, and the money counted',
    needs: ['deploy'],
    ...says('stress'),
    play: async ({ cli }) => {
      const load = ['--calls', '200', '--in-flight', '20', '--accounts', String(ACCOUNTS), '--workers', '1'];
      await cli('stress', '--function', 'teller', ...load, '--threshold', 'balance=exact', ...AIM, '--yes');
    },
  },
];

const ROLL_BACK: RehearsalStep = {
  id: 'roll-back',
  title: 'The version before is put back',
  needs: ['deploy'],
  ...says('roll-back'),
  play: async ({ cli }) => void (await cli('rollback', 'teller', ...AIM)),
};

/** Chapter 1's transfer, copied: a function of the learner's own, outside the chapters. */
function tellerFolder({ home }: Stage): string {
  const [, second] = loadChapters();
  const folder = path.join(home, 'teller');
  fs.cpSync(path.join(second!.directory, 'lambda'), folder, { recursive: true });
  return folder;
}
