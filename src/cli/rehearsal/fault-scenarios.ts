import fs from 'node:fs';
import path from 'node:path';
import type { FaultScenario } from './fault-scenario';
import type { Stage } from './stage';
import { AIM } from './step';
import { functionNames } from './tag-index';
import { TEARDOWN_FAULTS } from './teardown-faults';

/** All commands that only speak with AWS, and may be run again and again. */
export function faultScenarios(): FaultScenario[] {
  let made = 0;
  const next = (): number => ++made;
  return [
    {
      id: 'create-cluster',
      calls: ['dsql CreateCluster'],
      args: ({ profile }) => ['cluster', 'create', '--name', 'bank', '--profile', profile, '--yes'],
    },
    {
      id: 'await-cluster',
      calls: ['dsql GetCluster'],
      args: ({ profile }) => ['cluster', 'create', '--name', 'bank', '--profile', profile, '--yes'],
      leaves: ({ clusters }) => [clusters.all().at(-1)?.identifier ?? ''],
    },
    {
      id: 'create-cluster-pair',
      calls: ['dsql UpdateCluster'],
      args: ({ profile }) => [
        ...['cluster', 'create', '--name', 'pair', '--region', 'us-east-1', '--second-region', 'us-east-2'],
        ...['--witness', 'us-west-2', '--profile', profile, '--yes'],
      ],
    },
    {
      id: 'find-clusters',
      calls: ['dsql ListClusters'],
      args: ({ profile }) => ['cluster', 'list', '--profile', profile],
    },
    {
      id: 'delete-cluster',
      calls: ['dsql UpdateCluster', 'dsql DeleteCluster'],
      before: ({ profile }) => [['cluster', 'create', '--name', 'gone', '--protect', '--profile', profile, '--yes']],
      args: ({ clusters, profile }) => {
        const identifier =
          clusters.all('us-east-1').findLast(({ tags }) => tags.Name === 'gone')?.identifier ?? 'missing';
        return ['cluster', 'delete', identifier, '--profile', profile, '--confirm', identifier];
      },
      leaves: ({ clusters }) => [clusters.all('us-east-1').findLast(({ tags }) => tags.Name === 'gone')!.identifier],
    },
    {
      id: 'cost',
      calls: ['monitoring GetMetricData'],
      args: () => ['cost', 'cluster', ...AIM],
    },
    {
      id: 'deploy',
      calls: [
        ...['sts GetCallerIdentity', 'lambda GetFunctionConfiguration', 'lambda CreateFunction'],
        'lambda PublishVersion',
      ],
      args: stage => ['deploy', handler(stage, 1), '--name', `new-${next()}`, ...AIM],
      // whose credentials these are is only told
      goesOn: ['sts GetCallerIdentity', 'lambda PublishVersion'],
    },
    {
      id: 'deploy-again',
      calls: ['lambda UpdateFunctionCode', 'lambda ListTags'],
      prepare: stage => [['deploy', handler(stage, next()), '--name', 'again', ...AIM]],
      args: stage => ['deploy', handler(stage, next()), '--name', 'again', ...AIM],
      goesOn: ['lambda ListTags'],
    },
    {
      id: 'functions',
      calls: ['lambda ListFunctions', 'lambda ListVersionsByFunction'],
      args: () => ['functions', ...AIM],
    },
    {
      id: 'invoke',
      calls: ['lambda Invoke'],
      once: ['lambda Invoke'],
      args: () => ['invoke', '{}', '--name', 'again', ...AIM],
    },
    {
      id: 'logs',
      calls: ['logs FilterLogEvents'],
      args: () => ['logs', 'again', ...AIM],
    },
    {
      id: 'roll-back',
      calls: ['lambda GetFunction', 'lambda ListVersionsByFunction', 'lambda UpdateFunctionCode'],
      args: () => ['rollback', 'again', ...AIM],
    },
    {
      id: 'configure',
      calls: ['lambda GetFunction', 'lambda UpdateFunctionConfiguration'],
      args: () => ['configure-function', 'again', '--memory', String(512 + next()), ...AIM],
    },
    {
      id: 'compare',
      calls: ['lambda GetFunction'],
      args: stage => ['compare-function', handler(stage, next()), '--name', 'again', ...AIM],
    },
    {
      id: 'remove-function',
      calls: ['lambda GetFunctionConfiguration', 'lambda DeleteFunction'],
      before: stage => [['deploy', handler(stage, 1), '--name', 'spare', ...AIM]],
      args: () => ['remove-function', 'spare', '--confirm', 'spare', ...AIM],
      leaves: async stage => (await functionNames(stage.info)).filter(name => name.endsWith('spare')),
    },
    {
      id: 'stress-from-lambda',
      calls: ['lambda GetAccountSettings', 'lambda Invoke'],
      before: () => [['setup', '--accounts', '20', ...AIM, '--yes']],
      args: ({ info }) => [
        ...['stress', '--workload', 'sql', '--accounts', '20', '--calls', '5', '--in-flight', '1', '--generators', '1'],
        ...['--generator-role', info.generatorRole.arn, '--yes', ...AIM],
      ],
      reports: true,
      once: ['lambda Invoke'],
    },
    {
      id: 'doctor',
      calls: ['sts GetCallerIdentity'],
      args: () => ['doctor', ...AIM],
      reports: true,
      warns: /! Identity .* could not be asked: /,
    },
    {
      id: 'role',
      calls: ['sts GetCallerIdentity', 'sts AssumeRole'],
      args: () => ['role', '--user', 'teller', '--apply', '--verify', 'keys', ...AIM, '--yes'],
      reports: true,
      warns: /^Not verified .*--verify function/,
      // who asks is only of use where it is the role itself
      goesOn: ['sts GetCallerIdentity'],
    },
    ...TEARDOWN_FAULTS,
  ];
}

/** A folder with a handler that answers its edition, and needs no database. */
function handler({ home }: Stage, edition: number): string {
  const folder = path.join(home, 'edition');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'index.ts'), `export const handler = async () => ({ edition: ${edition} });\n`);
  return folder;
}
