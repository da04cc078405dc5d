/** The stack of the learner's folder, deployed and destroyed by the real CDK of the packages that lie beside the product's sources. */
import fs from 'node:fs';
import path from 'node:path';
import { DEFAULT_STACK_NAME, type StackOutputs } from '../../core/stack/contract';
import { productRoot } from '../../node/assets';
import { packageFolder } from '../../node/stack/packages';
import { SECOND_REGION, type Stage } from './stage';
import { says, type RehearsalStep } from './step';

const FOLDER = 'bank';
const HERE = ['--code', FOLDER];
/** Its function is another than that of the chapters: a stack does not take over what is there. */
const AS = ['--region', 'us-east-1', '--function-prefix', 'dsql-workshop-stack-'];
const PAIR = ['--second-region', SECOND_REGION, '--witness-region', 'us-west-2'];

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
    id: 'stack-update',
    title: 'The handler has changed: deployed again, the stack changes its function and nothing else',
    needs: ['stack-deploy'],
    ...says('deploy-stack'),
    ofCdk: true,
    play: async ({ cli, stage }) => {
      fs.appendFileSync(path.join(stage.home, FOLDER, 'lambda', 'index.ts'), "\nexport const edition = 'second';\n");
      await cli('stack', 'deploy', ...HERE, ...AS, '--yes', '--json');
      const [stack] = [...stage.stacks.stacks.values()];
      const changed = (stack?.events ?? []).flatMap(({ ResourceStatus, ResourceType }) =>
        ResourceStatus === 'UPDATE_COMPLETE' ? [String(ResourceType)] : [],
      );
      const wanted = ['AWS::CloudFormation::Stack', 'AWS::Lambda::Function'];
      if (changed.join() !== wanted.join()) throw new Error(`changed was ${changed.join()}, not ${wanted.join()}`);
    },
  },
  {
    id: 'stack-destroy',
    title: 'The stack is destroyed by the CDK, and all that it made is gone',
    needs: ['stack-deploy'],
    ...says('destroy-stack'),
    ofCdk: true,
    anyOrder: true,
    play: async ({ cli, stage }) => {
      await cli('stack', 'destroy', ...HERE, ...AS, '--confirm', DEFAULT_STACK_NAME);
      nothingLeft(stage);
    },
  },
  {
    id: 'stack-deploy-pair',
    title: 'Two stacks hold one database together: deployed twice, so that each cluster names the other',
    needs: ['stack-destroy'],
    ...says('deploy-stack'),
    ofCdk: true,
    anyOrder: true,
    play: async ({ cli, stage }) => {
      const told = await cli('stack', 'deploy', ...HERE, ...AS, ...PAIR, '--yes', '--json');
      const { stacks } = JSON.parse(told.stdout) as { stacks: StackOutputs[] };
      const clusters = ['us-east-1', SECOND_REGION].flatMap(region => clusterOfStack(stage, region) ?? []);
      const arns = clusters.map(({ arn }) => arn).join();
      const named = clusters.map(({ multiRegionProperties }) => multiRegionProperties?.clusters.join());
      if (stacks.map(({ clusterArn }) => clusterArn).join() !== arns || clusters.length !== 2)
        throw new Error(`it told of ${told.stdout}, and made ${arns}`);
      if (named.some(each => each !== arns)) throw new Error(`the clusters name ${named.join(' and ')}, not ${arns}`);
    },
  },
  {
    id: 'stack-destroy-pair',
    title: 'Both stacks are destroyed at the same time, for neither cluster goes before the other is to go',
    needs: ['stack-deploy-pair'],
    ...says('destroy-stack'),
    ofCdk: true,
    anyOrder: true,
    play: async ({ cli, stage }) => {
      await cli('stack', 'destroy', ...HERE, ...AS, ...PAIR, '--confirm', DEFAULT_STACK_NAME);
      nothingLeft(stage);
    },
  },
];

function nothingLeft(stage: Stage): void {
  const left = [...stage.stacks.stacks.values()].filter(({ status }) => status !== 'DELETE_COMPLETE');
  const clusters = ['us-east-1', SECOND_REGION].flatMap(region => clusterOfStack(stage, region) ?? []);
  if (left.length + stage.roles.roles.size + clusters.length > 0)
    throw new Error(`the stack left something: ${left.map(({ name, status }) => `${name} ${status}`).join()}`);
}

/** Of the stack by its default name, or of its second in another Region. */
const clusterOfStack = ({ clusters }: Stage, region = 'us-east-1') =>
  clusters.all(region).find(({ tags }) => tags.Name?.startsWith(DEFAULT_STACK_NAME));

/** The folder of packages in which the CDK lies. */
const packages = (): string => path.dirname(packageFolder(productRoot(), 'aws-cdk') ?? '');
