/** The load generator as a Lambda function: makes the calls of a leg with the same loop as a worker thread, as the function's own role. */
import { CallCounters } from '../../core/stress/counters';
import { ErrorSamples } from '../../core/stress/error-samples';
import { HotKeys } from '../../core/stress/hot-keys';
import { lengthMs, OutageWatch, type Stretch } from '../../core/stress/outage';
import type { Assignment, AwsCredentials, Drive } from '../../protocol/stress';
import { monotonicMs } from '../clock';
import { Seconds } from '../seconds';
import { workerSession } from '../session';
import { histogramCounts } from './histogram-counts';
import type { LegRequest, LegResult } from './leg';
import { legSecond, type LegSecond } from './leg-seconds';

/** How long a `ready` call keeps its environment busy, so that calls made at once find one each. */
const READY_MS = 250;
/** How often it is looked whether a second has passed. */
const TICK_MS = 50;
/** What calls in flight get to end in, of a leg that gives up. */
const GRACE_MS = 400;

export async function handler(request: LegRequest): Promise<LegResult | { ready: true }> {
  if (request.type === 'ready') {
    await new Promise(resolve => setTimeout(resolve, READY_MS));
    return { ready: true };
  }
  // opening connections takes time in which calls are due already
  const startAt = monotonicMs() - request.lateMs;
  const counters = new CallCounters();
  const hotKeys = new HotKeys();
  const errorSamples = new ErrorSamples();
  const { drive } = request.share;
  const assignment: Assignment = {
    ...request.share,
    drive: { ...drive, target: { ...drive.target, credentials: roleKeys() } } as Drive,
    counters: counters.buffer,
    hotKeys: hotKeys.buffer,
    errorSamples: errorSamples.buffer,
  };
  const session = workerSession();
  let ticking: NodeJS.Timeout | undefined;
  try {
    const recordings = await session.prepare(assignment);
    // a closed loop has no due times: its clock starts when it can call
    const closed = assignment.pace.type === 'closed';
    const origin = closed ? monotonicMs() : startAt;
    const elapsed = (): number => monotonicMs() - origin;
    const startedAt = Date.now() - elapsed();
    const passed: LegSecond[] = [];
    const seconds = new Seconds(
      {
        counters: () => CallCounters.sum([counters]),
        recordings: () => [recordings],
        onSecond: (point, latency) => passed.push(legSecond(point, latency)),
      },
      assignment.warmupMs / 1000,
    );
    const outages = new OutageWatch();
    const look = (): Stretch | undefined => outages.look(elapsed(), CallCounters.sum([counters]));
    const { giveUpAfterMs } = request;
    let stopping = false;
    ticking = setInterval(() => {
      seconds.tick(elapsed());
      const outageMs = lengthMs(look());
      if (stopping || giveUpAfterMs === 0 || outageMs < giveUpAfterMs) return;
      stopping = true;
      void session.stop({ graceMs: GRACE_MS });
    }, TICK_MS);
    await session.run({ startAt: origin });
    seconds.end(elapsed());
    const outage = look();
    return {
      startedAt,
      ...(outage && { outage }),
      seconds: passed,
      counters: [...new Float64Array(counters.buffer)],
      hotKeys: Buffer.from(hotKeys.buffer).toString('base64'),
      errorSamples: Buffer.from(errorSamples.buffer).toString('base64'),
      latency: histogramCounts(recordings.latency),
      handlerLatency: histogramCounts(recordings.handlerLatency),
      overheadLatency: histogramCounts(recordings.overheadLatency),
    };
  } finally {
    clearInterval(ticking);
    await session.stop({ graceMs: 0 });
  }
}

/** The keys of the execution role, as Lambda's runtime hands them to the function; fresh in each leg. */
function roleKeys(): AwsCredentials {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) throw new Error('the function has no credentials of its role');
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}
