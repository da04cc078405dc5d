import { spawn, type ChildProcess } from 'node:child_process';
import os from 'node:os';
import { CodedError } from '../../base/errors';
import { conflictingVariables, localEnvironment } from '../../node/local-environment';
import { windowsShellLine } from '../../node/windows-shell';
import { Interrupt } from '../interrupt';
import { openLocal } from '../open-target';
import { localOptions, serveArguments, type LocalOptions } from './local';

/**
 * `local exec`: runs a command beside a local cluster that lives as long as it does, with the environment of `local env`. Without a data
 * directory the cluster is a fresh one, gone afterwards.
 * @returns the command's exit code; 128 and the signal's number where one ended it
 * @throws CodedError `COMMAND_NOT_STARTED`, `LOCAL_CLUSTER_LOST` after the command's end, and what starting a cluster throws
 */
export async function localExec(command: readonly string[], options: LocalOptions): Promise<number> {
  localOptions(options);
  const { dataDir, ...cluster } = { ...options, json: undefined };
  const interrupt = new Interrupt();
  const opened = await openLocal(dataDir, interrupt.signal, serveArguments(cluster)).catch((error: unknown) => {
    interrupt.dispose();
    throw error;
  });
  let lost: CodedError | undefined;
  opened.onLost(error => (lost = error));
  try {
    const env = { ...process.env };
    for (const name of conflictingVariables(env)) delete env[name];
    Object.assign(env, await localEnvironment(opened.target));
    interrupt.signal.throwIfAborted();
    if (interrupt.interrupted) throw new CodedError('CANCELLED', 'cancelled');
    interrupt.dispose();
    const code = await endOf(start(command, env), command);
    if (lost) throw lost;
    return code;
  } finally {
    interrupt.dispose();
    await opened.close();
  }
}

/** In this terminal. Windows finds what npm installs, `.cmd` files, by its shell only. */
function start(command: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const [file = '', ...args] = command;
  if (process.platform !== 'win32') return spawn(file, args, { env, stdio: 'inherit' });
  return spawn(windowsShellLine(command), { env, stdio: 'inherit', shell: true });
}

/** Why a program was not started, by the code of its error; Node's own message is a call of the system. */
const WHY_NOT: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'it is no program, or may not be run',
};
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The command decides what a signal means; Ctrl-C reaches it from the terminal itself. */
function endOf(child: ChildProcess, [file]: readonly string[]): Promise<number> {
  const passOn = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const name of SIGNALS) process.on(name, passOn);
  return new Promise<number>((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new CodedError(
          'COMMAND_NOT_STARTED',
          `${file} cannot be started: ${WHY_NOT[cause.code ?? ''] ?? cause.message}`,
          {
            cause,
            nextStep: 'Name the command as a shell would find it, such as: dsql-workshop local exec -- npx mocha',
          },
        ),
      ),
    );
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0)));
  }).finally(() => {
    for (const name of SIGNALS) process.off(name, passOn);
  });
}
