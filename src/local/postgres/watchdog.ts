import { spawn } from 'node:child_process';

/** Stops a postmaster whose owner is gone, by any cause. */
export interface Watchdog {
  /** The postmaster is gone: the watchdog goes too. */
  dismiss(): void;
}

/**
 * Waits on a pipe that only the owner holds. `done` ends it; the end of the file means that the owner died: the postmaster gets
 * SIGINT (fast shutdown), after five seconds SIGQUIT, after ten SIGKILL. `$1` is its process id, `$2` a directory to remove when
 * empty but for the gateway's socket.
 */
const SCRIPT = `while read -r line; do [ "$line" = done ] && exit 0; done
kill -INT "$1" 2>/dev/null
n=0
while kill -0 "$1" 2>/dev/null && [ $n -lt 12 ]; do
  n=$((n+1))
  [ $n -eq 6 ] && kill -QUIT "$1" 2>/dev/null
  [ $n -eq 11 ] && kill -KILL "$1" 2>/dev/null
  sleep 1
done
[ -n "$2" ] && rm -f "$2/.s.gateway" && rmdir "$2" 2>/dev/null`;

/** The same where there is no shell: `pg_ctl stop` once the pipe ends. argv: pg_ctl, data directory. */
const NODE_SCRIPT = `let said='';process.stdin.on('data',d=>said+=d).on('end',()=>{if(!said.includes('done'))
require('node:child_process').spawnSync(process.argv[1],['stop','-D',process.argv[2],'-m','fast','-w','-t','10'],{windowsHide:true})})`;

/** Starts the watchdog of one postmaster. It runs in a process group of its own and does not keep this process alive. */
export function startWatchdog(postmaster: {
  pid: number;
  pgCtl: string;
  pgData: string;
  /** Removed when empty after the postmaster was stopped. */
  socketDirectory: string;
}): Watchdog {
  const [command, args] =
    process.platform === 'win32'
      ? [process.execPath, ['-e', NODE_SCRIPT, postmaster.pgCtl, postmaster.pgData]]
      : ['/bin/sh', ['-c', SCRIPT, 'dsql-workshop-watchdog', String(postmaster.pid), postmaster.socketDirectory]];
  const child = spawn(command, args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
    cwd: '/',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return { dismiss: () => void child.stdin?.end('done\n') };
}
