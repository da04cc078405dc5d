import net from 'node:net';
import { deadline } from '../base/deadline';

/**
 * Whether something answers at a port of this machine, over IPv4 or IPv6. Asked before listening where a port is only preferred: some
 * systems let a second server bind a port beside a wildcard listener and take its clients.
 */
export async function isPortAnswering(port: number, timeoutMs = 300): Promise<boolean> {
  const answers = await Promise.all(['127.0.0.1', '::1'].map(host => accepts(host, port, timeoutMs)));
  return answers.includes(true);
}

/** Whether a server accepts connections at `host`:`port` within `timeoutMs`. */
export function accepts(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect({ host, port });
    const settle = (answer: boolean): void => {
      endWait();
      socket.destroy();
      resolve(answer);
    };
    const endWait = deadline(timeoutMs, () => settle(false));
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
