import type { Runner, Test } from 'mocha';

/** A test that failed, short enough to stand in a list. */
export interface Failure {
  title: string;
  /** The message and where it came from. */
  message: string;
}

/** Collects what fails while the runner runs. */
export function collectFailures(runner: Runner): Failure[] {
  const failures: Failure[] = [];
  runner.on('fail', (test: Test, error: Error) =>
    failures.push({
      title: test.titlePath().join(' › '),
      message: String(error.stack ?? error)
        .split('\n')
        .slice(0, 12)
        .join('\n')
        .slice(0, 1_500),
    }),
  );
  return failures;
}

/** Names what failed once and passed when it was run once more. */
export function tellUnsteady(failures: readonly Failure[]): void {
  for (const { title, message } of failures) console.log(`\nunsteady: ${title}\n${message.replace(/^/gm, '    ')}`);
}
