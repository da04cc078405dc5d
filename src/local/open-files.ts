import fs from 'node:fs';

/** What a thousand clients need, each with a connection to PostgreSQL, beside the cluster's own files. */
const ENOUGH = 2_200;

/**
 * What to tell of a limit of open files that is too low for many clients: connections beyond it are closed by the system's side of Node,
 * which tells nobody. Undefined where there are enough, and where the system does not say: only Linux has the file.
 */
export function fewOpenFiles(limits: string = limitsOfProcess()): string | undefined {
  const files = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  if (files >= ENOUGH) return undefined;
  return `The system lets this process open ${files} files at a time; a client needs one or two, and those beyond are closed without an answer. Raise the limit (ulimit -n) to ${ENOUGH} or more where many connect.`;
}

function limitsOfProcess(): string {
  try {
    return fs.readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
