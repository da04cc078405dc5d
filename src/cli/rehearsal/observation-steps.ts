/** What AWS tells of what was done: metrics and logs. */
import fs from 'node:fs';
import path from 'node:path';
import { FUNCTION_PREFIX } from '../../core/lambda/names';
import { RUN_METRICS } from '../../core/stress/run-metrics';
import type { StoredMetric } from '../../local/aws/services/cloudwatch';
import { AIM, says, type RehearsalStep } from './step';

const MINUTE_SECONDS = 60;
/** No run of the rehearsal is longer. */
const RUN_MINUTES = 15;

export const OBSERVATION: readonly RehearsalStep[] = [
  {
    id: 'cost',
    title: 'CloudWatch tells what the cluster was metered',
    needs: ['create-cluster'],
    ...says('cost'),
    play: async ({ cli, stage }) => {
      stage.metrics.metrics.push(...metered(stage.info.clusterId, Date.now()));
      await cli('cost', 'cluster', ...AIM);
    },
  },
  {
    id: 'logs',
    title: 'What the function logged is read',
    needs: ['invoke'],
    ...says('tail-log'),
    play: async ({ cli }) => {
      const { stdout } = await cli('logs', 'teller', '--since', '2h', '--json', ...AIM);
      if (!/the second edition is loaded/.test(stdout))
        throw new Error(`what the function printed is not in its log:\n${stdout}`);
    },
  },
  {
    id: 'logs-follow',
    title: 'What the function logs is followed, until Ctrl-C, while another edition is deployed and called',
    needs: ['invoke'],
    ...says('tail-log', 'deploy', 'invoke'),
    anyOrder: true,
    play: async ({ cli, follow, stage }) => {
      const folder = path.join(stage.home, 'teller');
      fs.appendFileSync(path.join(folder, 'index.ts'), "\nconsole.log('the third edition is loaded');\n");
      await follow(['logs', 'teller', '--follow', ...AIM], {
        begun: /Following .*; Ctrl-C ends/,
        until: stdout => stdout.includes('the third edition is loaded'),
        meanwhile: async () => {
          await cli('deploy', folder, '--name', 'teller', ...AIM);
          await cli('invoke', '{"payer_id": 2, "payee_id": 1, "amount": 5}', '--name', 'teller', ...AIM);
        },
      });
    },
  },
  {
    id: 'stress-cloudwatch',
    title: 'CloudWatch is asked for the minutes of a run, when the first has passed',
    needs: ['invoke'],
    ...says('stress', 'metrics'),
    play: async ({ cli, stage }) => {
      stage.metrics.metrics.push(...minutesOfRun(stage.info.clusterId, `${FUNCTION_PREFIX}teller`, Date.now()));
      const load = ['--calls', '50', '--in-flight', '10', '--accounts', '200', '--workers', '1', '--cloudwatch', '0'];
      const { stdout } = await cli('stress', '--function', 'teller', ...load, ...AIM, '--yes', '--json');
      if (!stdout.includes('"cloudWatch"')) throw new Error('the result tells nothing of CloudWatch');
    },
  },
];

/** What a cluster comes to that a workshop has used for three hours. */
function metered(identifier: string, nowMs: number): StoredMetric[] {
  const hours = [3, 2, 1].map((ago): [number, number] => [Math.floor(nowMs / 1000) - ago * 3_600, 1_000]);
  return ['TotalDPU', 'ComputeDPU', 'ReadDPU', 'WriteDPU', 'ClusterStorageSize'].map(name => ({
    ...{ dimension: 'ClusterId', identifier, name },
    points: hours,
  }));
}

/** What CloudWatch says of each minute of a run that begins now. */
function minutesOfRun(cluster: string, functionName: string, nowMs: number): StoredMetric[] {
  const first = Math.floor(nowMs / 60_000) * MINUTE_SECONDS;
  const points = Array.from({ length: RUN_MINUTES }, (_, at): [number, number] => [first + at * MINUTE_SECONDS, 50]);
  return Object.values(RUN_METRICS).map(({ namespace, name }) => ({
    ...(namespace === 'AWS/Lambda'
      ? { dimension: 'FunctionName', identifier: functionName }
      : { dimension: 'ClusterId', identifier: cluster }),
    ...{ name, points },
  }));
}
