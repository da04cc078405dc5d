import { spawn } from 'node:child_process';
import { CodedError } from '../../base/errors';
import { distFile } from '../../node/assets';
import { EXIT } from '../exit-codes';
import type { Stage } from './stage';

/** What a command did. */
export interface CommandOutcome {
  /** Without program and script. */
  args: readonly string[];
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command of the product in a process of its own, as somebody at a terminal does.
 * Rejects with `REHEARSAL_COMMAND_FAILED` when it ends with another code than `expected`, and `CANCELLED`.
 */
export async function runCommand(
  { env, home }: Pick<Stage, 'env' | 'home'>,
  args: readonly string[],
  signal: AbortSignal,
  expected: number = EXIT.ok,
): Promise<CommandOutcome> {
  const outcome = await new Promise<CommandOutcome>((resolve, reject) => {
    const child = spawn(process.execPath, [distFile('cli.js'), ...args], {
      ...{ env, cwd: home, signal },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', error =>
      reject(signal.aborted ? new CodedError('CANCELLED', 'the rehearsal was cancelled') : error),
    );
    child.once('close', code => resolve({ args, code: code ?? -1, stdout, stderr }));
  });
  if (outcome.code === expected) return outcome;
  const said = (outcome.stderr.trim() || outcome.stdout.trim()).split('\n').slice(-12).join('\n');
  throw new CodedError(
    'REHEARSAL_COMMAND_FAILED',
    `dsql-workshop ${args.join(' ')} ended with exit code ${outcome.code}, not ${expected}:\n${said}`,
    { nextStep: 'Mend what it says; the same would meet whoever goes this way in AWS.' },
  );
}
