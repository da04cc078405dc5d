/** The stack of the learner's folder, deployed and destroyed by the real CDK of the packages that lie beside the product's sources. */
import fs from 'node:fs';
import path from 'node:path';
import { DEFAULT_STACK_NAME, type StackOutputs } from '../../core/stack/contract';
import { productRoot } from '../../node/assets';
import { packageFolder } from '../../node/stack/packages';
import type { Stage } from './stage';
import { says, type RehearsalStep } from './step';

const FOLDER = 'bank';
const HERE = ['--code', FOLDER];
/** Its function is another than that of the chapters: a stack does not take over what is there. */
const AS = ['--region', 'us-east-1', '--function-prefix', 'dsql-workshop-stack-'];

/** The CDK is no part of the product, but of the learner's packages; where it is not installed, its steps cannot be played. */
export const hasCdk = (): boolean =>
  ['aws-cdk', 'aws-cdk-lib', 'constructs', 'tsx'].every(name => packageFolder(productRoot(), name) !== undefined);

export const STACK: readonly RehearsalStep[] = [
  {
    id: 'stack-deploy',
    title: "The folder's stack is deployed by the CDK: cluster, log, role, and the function it bundled",
    // made-up identifiers count on
    needs: ['create-cluster-pair'],
    ...says('deploy-stack'),
    ofCdk: true,
    play: async ({ cli, stage }) => {
      await cli('start', FOLDER);
      fs.symlinkSync(packages(), path.join(stage.home, FOLDER, 'node_modules'), 'junction');
      const told = await cli('stack', 'deploy', ...HERE, ...AS, '--yes', '--json');
      const { stacks } = JSON.parse(told.stdout) as { stacks: StackOutputs[] };
      const made = stacks.map(({ stackName, endpoint }) => `${stackName} ${endpoint}`);
      const wanted = [`${DEFAULT_STACK_NAME} ${clusterOfStack(stage)?.endpoint}`];
      if (made.join() !== wanted.join()) throw new Error(`it told of ${made.join()}, and made ${wanted.join()}`);
    },
  },
  {
    id: 'stack-outputs',
    title: 'What the deployment put out is read from the folder; nothing is sent',
    needs: ['stack-deploy'],
    ...says('stack-outputs'),
    play: async ({ cli, stage }) => {
      const { stdout } = await cli('stack', 'outputs', ...HERE, '--json');
      const { stacks } = JSON.parse(stdout) as { stacks: StackOutputs[] };
      const [role] = [...stage.roles.roles.values()].map(({ arn }) => arn);
      if (stacks[0]?.lambdaRoleArn !== role) throw new Error(`the role is ${role}, and was told as ${stdout}`);
    },
  },
  {
    id: 'stack-destroy',
    title: 'The stack is destroyed by the CDK, and all that it made is gone',
    needs: ['stack-deploy'],
    ...says('destroy-stack'),
    ofCdk: true,
    play: async ({ cli, stage }) => {
      await cli('stack', 'destroy', ...HERE, ...AS, '--confirm', DEFAULT_STACK_NAME);
      const left = [...stage.stacks.stacks.values()].filter(({ status }) => status !== 'DELETE_COMPLETE');
      if (left.length + stage.roles.roles.size > 0 || clusterOfStack(stage))
        throw new Error(`the stack left something: ${left.map(({ name, status }) => `${name} ${status}`).join()}`);
    },
  },
];

const clusterOfStack = ({ clusters }: Stage) =>
  clusters.all('us-east-1').find(({ tags }) => tags.Name === DEFAULT_STACK_NAME);

/** The folder of packages in which the CDK lies. */
const packages = (): string => path.dirname(packageFolder(productRoot(), 'aws-cdk') ?? '');
