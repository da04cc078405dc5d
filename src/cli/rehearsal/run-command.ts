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

/** A command that goes on until it is ended with Ctrl-C. */
export interface Following {
  /** It is interrupted when this is true of what it has printed. */
  until(stdout: string): boolean;
  /** Done once, when it has said on standard error that it has begun. */
  begun: RegExp;
  meanwhile(): Promise<unknown>;
}

/**
 * Runs a command of the product in a process of its own, as somebody at a terminal does.
 * Rejects with `REHEARSAL_COMMAND_FAILED` when it ends with another code than 0, and `CANCELLED`.
 */
export async function runCommand(
  { env, home }: Pick<Stage, 'env' | 'home'>,
  args: readonly string[],
  signal: AbortSignal,
  following?: Following,
): Promise<CommandOutcome> {
  const outcome = await new Promise<CommandOutcome>((resolve, reject) => {
    const child = spawn(process.execPath, [distFile('cli.js'), ...args], {
      ...{ env, cwd: home, signal },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    let [begun, interrupted] = [false, false];
    const look = (): void => {
      if (!following || interrupted) return;
      if (!begun && following.begun.test(stderr)) {
        begun = true;
        following.meanwhile().catch((error: unknown) => {
          child.kill();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      }
      if (following.until(stdout)) interrupted = child.kill('SIGINT');
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      look();
    });
    child.once('error', error =>
      reject(signal.aborted ? new CodedError('CANCELLED', 'the rehearsal was cancelled') : error),
    );
    // on Windows nobody else can press Ctrl-C: there it is ended
    const ended = (code: number | null): number => (interrupted && process.platform === 'win32' ? 0 : (code ?? -1));
    child.once('close', code => resolve({ args, code: ended(code), stdout, stderr }));
  });
  if (outcome.code === EXIT.ok) return outcome;
  const said = [outcome.stderr, outcome.stdout].flatMap(text => lastLines(text)).join('\n');
  throw new CodedError(
    'REHEARSAL_COMMAND_FAILED',
    `dsql-workshop ${args.join(' ')} ended with exit code ${outcome.code}, not 0:\n${said}`,
    { nextStep: 'Mend what it says; the same would meet whoever goes this way in AWS.' },
  );
}

/** What a failed command said last, without the length that a result in JSON has. */
function lastLines(text: string): string[] {
  const lines = text.trim() === '' ? [] : text.trim().split('\n');
  return lines.slice(-12).map(line => (line.length > 1_000 ? `${line.slice(0, 1_000)}…` : line));
}
