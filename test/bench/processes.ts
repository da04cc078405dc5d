import fs from 'node:fs';

/** CPU time that a process and all that descend from it have used so far, in milliseconds, by role; Linux only, elsewhere empty. */
export function cpuMillisecondsByRole(rootPid: number): Map<string, number> {
  const usage = new Map<string, number>();
  if (process.platform !== 'linux') return usage;
  const parents = new Map<number, number>();
  const all = new Map<number, { role: string; ms: number }>();
  for (const name of fs.readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const command = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      parents.set(Number(name), Number(fields[1]));
      // utime, stime, and those of children that have ended; a clock tick is 10 ms.
      const ms = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0) * 10;
      all.set(Number(name), { role: roleOf(Number(name), command), ms });
    } catch {
      // ended meanwhile
    }
  }
  for (const [pid, { role, ms }] of all)
    if (descends(pid, rootPid, parents)) usage.set(role, (usage.get(role) ?? 0) + ms);
  return usage;
}

function roleOf(pid: number, command: string): string {
  const line = fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  if (command.startsWith('postgres') || line.startsWith('postgres')) return 'postgres';
  if (line.includes('lambda-host.js')) return 'lambda';
  if (line.includes('local-cluster')) return 'gateway and API';
  return command;
}

function descends(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let p: number | undefined = pid; p; p = parents.get(p)) if (p === root) return true;
  return false;
}

/** Processes under `rootPid`, itself included, whose command line matches. Linux only. */
export function descendants(rootPid: number, command: RegExp): number[] {
  const parents = new Map<number, number>();
  const found: number[] = [];
  for (const name of fs.readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'latin1');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      if (command.test(fs.readFileSync(`/proc/${name}/cmdline`, 'latin1'))) found.push(Number(name));
    } catch {
      // ended meanwhile
    }
  }
  return found.filter(pid => descends(pid, rootPid, parents));
}

/** CPU milliseconds of the Lambda host and the gateway by kind of thread: their main threads, and all others together. Linux only. */
export function cpuMillisecondsByThread(rootPid: number): Map<string, number> {
  const usage = new Map<string, number>();
  for (const pid of descendants(rootPid, /local-cluster\.js|lambda-host\.js/)) {
    const role = roleOf(pid, 'node');
    for (const thread of fs.readdirSync(`/proc/${pid}/task`)) {
      const stat = fs.readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const kind = Number(thread) === pid ? `${role}, main thread` : `${role}, other threads`;
      usage.set(kind, (usage.get(kind) ?? 0) + (Number(fields[11]) + Number(fields[12])) * 10);
    }
  }
  return usage;
}

/** What threads have used so far, since they began. */
export interface ThreadTimes {
  /** CPU time. */
  micros: number;
  /** Times a thread waited for something, and was woken. */
  sleeps: number;
}

/** CPU time and sleeps by role of all threads of the processes under `rootPid`; exact where `/proc` counts in ticks. Linux only. */
export function threadTimes(rootPid: number): Map<string, ThreadTimes> {
  const times = new Map<string, ThreadTimes>();
  for (const pid of descendants(rootPid, /^postgres|postgres\0|local-cluster\.js|lambda-host\.js/)) {
    try {
      const role = roleOf(pid, 'other');
      const sum = times.get(role) ?? { micros: 0, sleeps: 0 };
      times.set(role, sum);
      for (const thread of fs.readdirSync(`/proc/${pid}/task`)) {
        const folder = `/proc/${pid}/task/${thread}`;
        sum.micros += Number(fs.readFileSync(`${folder}/schedstat`, 'latin1').split(' ')[0]) / 1000;
        const sleeps = /^voluntary_ctxt_switches:\s*(\d+)/m.exec(fs.readFileSync(`${folder}/status`, 'latin1'));
        sum.sleeps += Number(sleeps?.[1] ?? 0);
      }
    } catch {
      // ended meanwhile
    }
  }
  return times;
}

/** How often a process has read from, and written to, files and sockets; Linux only. */
export function systemCalls(pid: number): { reads: number; writes: number } {
  const io = fs.readFileSync(`/proc/${pid}/io`, 'latin1');
  const count = (name: string): number => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(io)?.[1] ?? 0);
  return { reads: count('syscr'), writes: count('syscw') };
}
