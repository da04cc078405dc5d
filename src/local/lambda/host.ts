/** Entry of the Lambda host process: wiring only. It is told its settings over IPC and ends when that channel closes. */
import { startHostService, type HostService } from './host-service';
import type { FromHost, ToHost } from './settings';

let service: HostService | undefined;
const send = (message: FromHost) => {
  if (process.connected) process.send!(message, undefined, undefined, () => undefined);
};

function end(): void {
  try {
    service?.close();
  } finally {
    // not exit(): that waits for threads, and a handler may sit in a call that never returns
    process.kill(process.pid, 'SIGKILL');
  }
}

process.on('disconnect', end);
// the terminal's Ctrl+C reaches the whole process group; the parent decides when we end
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('message', (message: ToHost) => void receive(message));

/** What fails is told to the parent; never rejects. */
async function receive(message: ToHost): Promise<void> {
  if (message.type === 'close') {
    end();
    return;
  }
  try {
    service = await startHostService(message.settings, text => send({ type: 'log', text }));
    send({ type: 'ready', port: service.port });
  } catch (error) {
    const { code, message: text } = error as { code?: unknown; message: string };
    send({ type: 'failed', code: String(code ?? 'INTERNAL'), message: text });
  }
}
