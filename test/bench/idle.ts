import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from '../support/postgres';
import { CLIENTS, openIdleClients } from './idle-clients';
import type { GatewayHealth } from './idle-gateway';
import type { BenchReport } from './report';

/** What the gateway may take of memory with as many clients as a cluster has, all idle. */
const GOAL_BYTES = 600 * 1000 * 1000;

/** Memory of a gateway with 10,000 idle TLS connections, each of which has run a statement; and that it lets go of clients that vanish. */
export async function idleBench(): Promise<BenchReport> {
  const child = fork(path.join(__dirname, 'idle-gateway.ts'), [], {
    execArgv: ['--require', 'tsx/cjs', '--expose-gc'],
  });
  try {
    const [empty] = (await once(child, 'message')) as [GatewayHealth];
    const beganAt = performance.now();
    const clients = await openIdleClients(empty.port, CLIENTS);
    const seconds = (performance.now() - beganAt) / 1000;
    const full = await health(child);
    if (full.connections !== CLIENTS) throw new Error(`${full.connections} of ${CLIENTS} connections are open`);
    for (const client of clients) client.destroy();
    await until(async () => (await health(child)).connections === 0, 'all connections are freed', 30_000);
    const freed = await health(child);
    const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
    return {
      bench: 'idle',
      baseline: `${GOAL_BYTES / 1e6} MB of gateway memory`,
      measurements: [
        {
          name: `${CLIENTS} idle TLS connections`,
          perSecond: CLIENTS / seconds,
          ratio: full.residentBytes / GOAL_BYTES,
          goal: '<= 1',
          more: {
            'MB before': megabytes(empty.residentBytes),
            'MB with all': megabytes(full.residentBytes),
            'MB after': megabytes(freed.residentBytes),
            'KB each': ((full.residentBytes - empty.residentBytes) / CLIENTS / 1000).toFixed(1),
          },
        },
      ],
      notes: [
        'per second: connections opened; ratio: memory of the goal, 1 or less holds it; clients vanished without a word',
      ],
    };
  } finally {
    child.disconnect();
    if (child.exitCode === null) await once(child, 'exit');
  }
}

async function health(child: ChildProcess): Promise<GatewayHealth> {
  child.send('health');
  const [answer] = (await once(child, 'message')) as [GatewayHealth];
  return answer;
}
