import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { followLog, LOG_NOTE, LogFollower, type LogEvent } from '../../core/lambda/logs';
import { tailLines } from '../../core/lambda/invocation-log';
import { parseSeconds } from '../../core/stress/duration';
import { createFunctionLogs } from '../../node/cloudwatch/function-logs';
import { findCodeFolder } from '../../node/workspace/folder';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { Interrupt } from '../interrupt';

export interface LogsOptions {
  follow?: boolean;
  since?: string;
  code?: string;
  json?: boolean;
}

const DEFAULT_SINCE = '10m';

/** `logs <function>`: what it printed; with `--follow` until Ctrl-C, which is its good end. */
export async function logs(
  name: string,
  openTarget: OpenTarget,
  options: LogsOptions,
  console: Console,
): Promise<ExitCode> {
  const directory = sourcesOf(options.code, name);
  const since = options.since ?? (options.follow ? '0s' : DEFAULT_SINCE);
  const fromMs = Date.now() - 1_000 * parseSeconds(since);
  const target = await openTarget();
  const { endpoint, functionPrefix } = target.lambda;
  const { region, credentials } = target;
  const reader = createFunctionLogs({ endpoint, region, credentials: credentials.admin });
  const follower = new LogFollower(reader.read, functionPrefix + name, fromMs);
  const interrupt = new Interrupt();
  const print = (events: readonly LogEvent[]): void => {
    for (const event of events)
      console.stdout.write(options.json ? `${JSON.stringify(event)}\n` : `${tailLines(event, directory).join('\n')}\n`);
  };
  const say = (text: string): void => void (options.json || console.stderr.write(`${console.errorStyle.dim(text)}\n`));
  try {
    if (!options.follow) {
      const events = await follower.next(interrupt.signal);
      print(events);
      if (events.length === 0) say(`${functionPrefix + name} printed nothing in the last ${since}.`);
      return EXIT.ok;
    }
    if (target.kind === 'aws') say(LOG_NOTE);
    say(`Following ${functionPrefix + name}; Ctrl-C ends.`);
    await followLog(follower, {
      signal: interrupt.signal,
      pause: async (ms, signal) => void (await delay(ms, undefined, { signal })),
      onEvents: print,
      onTrouble: error => say(`${(error as Error).message} Trying again.`),
    });
    return EXIT.ok;
  } finally {
    interrupt.dispose();
    reader.dispose();
  }
}

function sourcesOf(code: string | undefined, name: string): string | undefined {
  if (code === undefined) return undefined;
  const folder = findCodeFolder(code);
  if (!folder) throw usageError(`${code} is no workshop folder`, 'Make one with: dsql-workshop start <dir>');
  const relative = folder.functions[name];
  return relative === undefined ? undefined : path.join(folder.directory, relative);
}
