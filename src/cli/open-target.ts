import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CodedError } from '../base/errors';
import type { Closeable } from '../base/lifecycle';
import { DATA_DIR_VARIABLE } from '../protocol/local-cluster';
import { defaultDataDir } from '../local/postgres/directories';
import type { Target } from '../node/target';
import { findRunningCluster, localTarget } from '../node/target-local';
import { startLocalProcess } from '../node/target-local-process';
import { loadChapters } from '../node/chapters/load';
import type { Console } from './console';
import { namedTarget } from './named-target';
import { pathInShell } from './shell-text';
import { untilStopped } from './stopping';
import type { Screen } from './terminal/progress-line';

/** A target in use. Closing it stops what was started for it, and removes what was made for it. */
export interface OpenTarget extends Closeable {
  target: Target;
  /** Nothing was ever run on it. */
  fresh: boolean;
  /** Called when the cluster is gone before `close`. */
  onLost(listener: (error: CodedError) => void): void;
}

/**
 * Opens a target for a run of chapters. `local` without a data directory is a fresh cluster in a temporary folder; with one, the cluster
 * that runs there is joined, else started.
 */
export async function openForRun(
  name: string,
  dataDir: string | undefined,
  signal: AbortSignal,
  stderr: Pick<Screen, 'write'> = process.stderr,
): Promise<OpenTarget> {
  if (name !== 'local')
    return { target: namedTarget(name, stderr), fresh: false, onLost: () => undefined, close: () => Promise.resolve() };
  return openLocal(dataDir, signal, [], stderr);
}

/**
 * A local cluster: in a temporary folder, or on the given directory, where one that runs is joined unless `args`, options of the cluster's
 * process, ask for one of its own.
 */
export async function openLocal(
  dataDir: string | undefined,
  signal: AbortSignal,
  args: readonly string[] = [],
  stderr: Pick<Screen, 'write'> = process.stderr,
): Promise<OpenTarget> {
  const joins = dataDir !== undefined && args.length === 0;
  const running = joins ? await findRunningCluster(path.resolve(dataDir)) : undefined;
  if (running)
    return { target: localTarget(running), fresh: false, onLost: () => undefined, close: () => Promise.resolve() };
  const temporary = dataDir === undefined ? fs.mkdtempSync(path.join(os.tmpdir(), 'dsql-workshop-')) : undefined;
  const directory = temporary ?? path.resolve(dataDir ?? '');
  const fresh = isEmpty(directory);
  const remove = (): void => {
    process.off('exit', removeAtExit);
    if (temporary !== undefined) fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  };
  // also where whoever interrupts does not wait for the cluster's end: what it still writes is then left
  const removeAtExit = (): void => {
    try {
      remove();
    } catch {
      // nobody is left to hear of it
    }
  };
  process.once('exit', removeAtExit);
  try {
    const cluster = await startLocalProcess(directory, signal, { args });
    return {
      target: localTarget(cluster.info),
      fresh,
      onLost: listener => cluster.onExit(how => listener(clusterLost(how))),
      close: async () => {
        await untilStopped(cluster.close(), stderr);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A directory without a cluster: a new one, or one that is not there yet. What is no directory is refused by the cluster's process. */
function isEmpty(directory: string): boolean {
  return !fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() || fs.readdirSync(directory).length === 0;
}

/**
 * The target of a single command: a profile, or the local cluster that runs already: on the data directory given, else on that of the
 * environment (within `local exec`, or after `local env`), else on the usual one.
 */
export async function openRunning(
  name: string,
  dataDir: string | undefined,
  { env, stderr }: Pick<Console, 'env' | 'stderr'>,
): Promise<Target> {
  if (name !== 'local') return namedTarget(name, stderr);
  const named = dataDir ?? (env[DATA_DIR_VARIABLE] || undefined);
  const directory = path.resolve(named ?? defaultDataDir(env));
  const info = await findRunningCluster(directory);
  if (info) return localTarget(info);
  const whence = dataDir === undefined && named !== undefined ? `, which ${DATA_DIR_VARIABLE} names` : '';
  throw new CodedError('LOCAL_NOT_RUNNING', `no local cluster runs on ${directory}${whence}`, {
    nextStep: `Start it in another terminal: dsql-workshop local${named === undefined ? '' : ` --data-dir ${pathInShell(named)}`}`,
  });
}

/** The default function name of a folder: chapters name theirs in their text, other folders by their name. */
export function functionNameOf(directory: string): string {
  const absolute = path.resolve(directory);
  for (const chapter of chaptersAround(absolute)) {
    for (const action of chapter.steps.flatMap(step => step.actions))
      if (action.type === 'deploy' && path.resolve(chapter.directory, action.lambda) === absolute)
        return action.functionName;
  }
  const base = path.basename(absolute);
  const name = base === 'lambda' ? path.basename(path.dirname(absolute)) : base;
  return name.replace(/[^A-Za-z0-9_-]+/g, '-');
}

function chaptersAround(directory: string): ReturnType<typeof loadChapters> {
  try {
    return loadChapters(path.dirname(path.dirname(directory)));
  } catch {
    return [];
  }
}

function clusterLost(how: string): CodedError {
  return new CodedError('LOCAL_CLUSTER_LOST', `the local cluster ended unexpectedly (${how})`, {
    nextStep: 'Run the command again; if it repeats, start "dsql-workshop local" and read what it prints.',
  });
}
