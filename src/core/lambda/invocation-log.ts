/** The log of an invocation as a learner reads it: their own files where the runtime names its copies. */
import type { Invocation } from './contract';
import type { LogEvent } from './logs';

/** Where functions lie: in AWS, and below the local cluster's data directory. */
const TASK_ROOT =
  /(^|\(|\bat (?:async )?)(?:file:\/\/\/?)?(?:\/var\/task\/|[^()\n]*?[\\/]code-[0-9a-f]{12}-[0-9a-f]{8}[\\/])/gm;

/** Stack traces that name the deployed copy name the file in `directory`, so that an editor can follow them. */
export function withOwnPaths(text: string, directory: string): string {
  const separator = directory.includes('\\') ? '\\' : '/';
  return text.replace(TASK_ROOT, (_, before: string) => `${before}${directory}${separator}`);
}

/** One invocation: what it printed, what it answered when it failed, and its REPORT line. */
export function invocationLog(functionName: string, invocation: Invocation, directory: string | undefined): string[] {
  const own = (text: string): string => (directory === undefined ? text : withOwnPaths(text, directory));
  const lines = (invocation.log ?? '')
    .split(/\r?\n/)
    .filter(line => line !== '' && !/^(START|END) RequestId: /.test(line));
  const report = lines.find(line => line.startsWith('REPORT '));
  const printed = lines.filter(line => line !== report).flatMap(line => own(withoutFrame(stackOf(line))).split('\n'));
  const duration = /Duration: ([\d.]+ ms)/.exec(report ?? '')?.[1] ?? `${invocation.durationMs.toFixed(0)} ms`;
  const failed = invocation.functionError !== undefined;
  return [
    `${functionName} ${failed ? `FAILED (${invocation.functionError})` : 'answered'} in ${duration}`,
    ...printed.map(line => `  ${line}`),
    ...(failed && printed.length === 0
      ? own(traceOf(invocation.payload))
          .split('\n')
          .map(line => `  ${line}`)
      : []),
    ...(report === undefined ? [] : [`  ${report.replace(/\s+/g, ' ')}`]),
  ];
}

/** An event of a followed log: time and text, its further lines indented; nothing for the lines that only frame an invocation. */
export function tailLines({ atMs, text }: LogEvent, directory: string | undefined): string[] {
  const line = text.trimEnd();
  if (/^(START|END) RequestId: /.test(line)) return [];
  const plain = line.startsWith('REPORT ') ? line.replace(/\s+/g, ' ') : stackOf(line);
  const said = withoutFrame(plain);
  const own = directory === undefined ? said : withOwnPaths(said, directory);
  return own
    .split(/\r?\n|\r/)
    .map((part, at) => (at === 0 ? `${new Date(atMs).toISOString().slice(11, 23)} ${part}` : `  ${part}`));
}

/** The runtime's own time and request say nothing that is not there already; the level stays. */
const withoutFrame = (line: string): string =>
  line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z\t[^\t]*\t/, '').replace(/^(INFO|WARN|ERROR|DEBUG|TRACE|FATAL)\t/, '$1 ');

/** Lambda logs an error as JSON in one line, with its stack as a list; that list is what can be read. */
function stackOf(line: string): string {
  const at = line.indexOf('{"errorType"');
  if (at < 0) return line;
  try {
    const { stack } = JSON.parse(line.slice(at)) as { stack?: unknown };
    return Array.isArray(stack) ? stack.join('\n') : line;
  } catch {
    return line;
  }
}

function traceOf(payload: unknown): string {
  const { errorType, errorMessage, trace } = (payload ?? {}) as Record<string, unknown>;
  return Array.isArray(trace) && trace.length > 0 ? trace.join('\n') : `${String(errorType)}: ${String(errorMessage)}`;
}
