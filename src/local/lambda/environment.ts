/** Entry of an execution environment, which is one worker thread. Wiring only. */
import { syncBuiltinESMExports } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { installClusterRoute } from './runtime/cluster-route';
import { Executor } from './runtime/executor';
import { LogWriter } from './runtime/log-memory';
import { captureOutput } from './runtime/output';
import { NO_INVOCATION, Reply, type EnvironmentData, type InvokeMessage } from './runtime/protocol';

const port = parentPort!;
const data = workerData as EnvironmentData;
const exit = process.exit.bind(process);
const log = new LogWriter(data.logMemory, text => port.postMessage([Reply.log, text, 0, NO_INVOCATION]));
const executor = new Executor(
  data,
  {
    reply: message => port.postMessage(message),
    keepAlive: alive => (alive ? port.ref() : port.unref()),
    exit,
  },
  log,
);

captureOutput(
  text => executor.print(text),
  () => executor.requestId,
);
installClusterRoute(data.cluster);
// a signal to this process is meant for this environment, not for the host that all of them share
const kill = process.kill.bind(process);
process.kill = (pid, signal) => (pid === process.pid && signal !== 0 ? exit(137) : kill(pid, signal));
syncBuiltinESMExports();
process.setSourceMapsEnabled(true);

process.on('uncaughtException', error => executor.crash(error, 'Uncaught Exception'));
process.on('unhandledRejection', reason => executor.crash(reason, 'Unhandled Promise Rejection'));
process.on('beforeExit', () => executor.idle());
port.on('message', (message: InvokeMessage) => executor.run(message));
void executor.initialize();
