/** A gateway in a process of its own, for whoever forked this file: says its port, then on each message how it is. */
import { startTestGateway } from '../support/gateway';
import { CLIENTS } from './idle-clients';

/** What the gateway's process says of itself. */
export interface GatewayHealth {
  port: number;
  connections: number;
  residentBytes: number;
}

async function main(): Promise<void> {
  const { gateway, close } = await startTestGateway({ limits: { connectionBurst: CLIENTS * 2 } });
  const say = (): void => {
    // what is garbage is not held
    (globalThis as { gc?: () => void }).gc?.();
    const { connections } = gateway.stats();
    process.send!({
      port: gateway.port,
      connections,
      residentBytes: process.memoryUsage.rss(),
    } satisfies GatewayHealth);
  };
  process.on('message', say);
  process.on('disconnect', () => void close().then(() => process.exit(0)));
  say();
}

if (process.send) void main();
