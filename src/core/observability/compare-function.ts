/** The function: where its calls' time goes, and whether the calls it saw are the calls that were made. */
import { count, milliseconds } from '../../base/number-text';
import { agree, maxOf, signed, sumOf, weightedMean, type ComparedFigure, type Ground } from './compared-figure';

/** Client's latency, the function's duration, the commit: and what lies between. */
export function latencies(ground: Ground): ComparedFigure[] {
  const { latency } = ground.run.totals;
  if (latency.count === 0) return [];
  const commit = weightedMean(ground, 'commitLatency', 'totalTransactions');
  const duration = weightedMean(ground, 'durationP50', 'invocations');
  const p99 = weightedMean(ground, 'durationP99', 'invocations');
  const between = (name: string, own: number, theirs: number | undefined, meaning: string): ComparedFigure[] =>
    theirs === undefined
      ? []
      : [
          {
            name,
            own: milliseconds(own),
            cloudWatch: milliseconds(theirs),
            difference: milliseconds(Math.max(0, own - theirs)),
            meaning,
            tone: 'neutral',
          },
        ];
  const way = 'the way there and back, TLS, Lambda’s own work before the handler, cold starts';
  const inside = 'statements and their round trips, the handler’s code, waiting between retries';
  return [
    ...between('Client p50 ↔ Duration p50', latency.p50, duration, `Between: ${way}.`),
    ...between('Client p99 ↔ Duration p99', latency.p99, p99, `Between, in the slow calls: ${way}.`),
    ...(duration === undefined
      ? between('Client p50 ↔ CommitLatency', latency.p50, commit, `Between: ${inside}, and the way there and back.`)
      : between('Duration p50 ↔ CommitLatency', duration, commit, `Between, both by CloudWatch: ${inside}.`)),
  ];
}

/** Calls against invocations, throttles, errors and concurrent executions. */
export function calls(ground: Ground): ComparedFigure[] {
  const { own, run, whole } = ground;
  const { errors, warmup } = run.totals;
  const throttled = errors.throttled ?? 0;
  const made = own.succeeded + own.failed + (whole ? (warmup?.started ?? 0) - throttled : 0);
  const invocations = sumOf(ground, 'invocations');
  const throttles = sumOf(ground, 'throttles');
  const failures = sumOf(ground, 'errors');
  const functionErrors = errors['function-error'] ?? 0;
  const concurrent = maxOf(ground, 'concurrentExecutions');
  const mostInFlight = Math.max(0, ...run.series.map(({ inFlight }) => inFlight));
  const counted = (name: string, mine: number, theirs: number, fine: string, else_: string): ComparedFigure => ({
    name,
    own: count(mine),
    cloudWatch: count(theirs),
    difference: signed(theirs - mine),
    meaning: agree(mine, theirs) ? fine : else_,
    tone: agree(mine, theirs) ? 'good' : 'warn',
  });
  return [
    counted(
      'Calls ↔ Invocations',
      made,
      invocations,
      'Every call reached the function, once.',
      invocations > made
        ? 'The function was invoked more often than the run called it: somebody else, or something repeats calls.'
        : 'Calls that were throttled or lost on the way are no invocations.',
    ),
    ...(whole
      ? [
          counted(
            'Throttled calls ↔ Throttles',
            throttled,
            throttles,
            throttles > 0 ? 'The concurrency limit was met.' : 'The concurrency limit was never met.',
            'Throttles counts calls of everybody against this function.',
          ),
          counted(
            'Function errors ↔ Errors',
            functionErrors,
            failures,
            failures > 0
              ? 'The handler threw or timed out that often.'
              : 'The handler never threw; a refused transfer is an answer.',
            'Errors counts what the handler threw, its timeouts and its crashes; the run counts answers it saw.',
          ),
        ]
      : []),
    ...(concurrent === undefined
      ? []
      : [
          {
            name: 'Most in flight ↔ ConcurrentExecutions',
            ...(mostInFlight > 0 && { own: count(mostInFlight) }),
            cloudWatch: count(concurrent),
            meaning:
              mostInFlight > concurrent * 1.1
                ? `Of ${count(mostInFlight)} calls in flight at most ${count(concurrent)} were inside the function at a time: the others were on their way, or waited.`
                : 'What is in flight is in the function.',
            tone: 'neutral' as const,
          },
        ]),
  ];
}
