import { pause } from '../../base/abort';
import { CodedError } from '../../base/errors';
import type { RunPlan } from '../stress/contract';
import { ENDINGS } from '../stress/endings';
import { untilStill } from '../stress/left-behind';
import type { Action, StepResult } from './contract';
import { cancelled, runMissing } from './errors';
import type { Stage } from './stage';

type Of<T extends Action['type']> = Extract<Action, { type: T }>;

/** Seed of every run of a chapter: the same pairs of accounts each time, so that runs compare. */
const SEED = 20251201;
const MAX_RUN_SECONDS = 7200;

/** A closed-loop run through the function, remembered under its name. */
export async function runStress(
  action: Of<'stress'>,
  { ports, memory, figure, progress, signal }: Stage,
): Promise<StepResult> {
  const calls = figure(action.calls);
  const plan: RunPlan = {
    name: action.name,
    workload: action.direct
      ? { type: action.direct.workload, retry: action.direct.retry }
      : { type: 'lambda-transfer', functionName: action.functionName ?? '' },
    calls,
    inFlight: Math.min(figure(action.inFlight), calls),
    workers: action.workers,
    accounts: figure(action.accounts),
    amount: action.amount,
    seed: SEED,
    maxDurationSeconds: MAX_RUN_SECONDS,
    transport: 'lean',
    ...(action.distribution && { distribution: action.distribution }),
    ...(action.durationSeconds !== undefined && { durationSeconds: action.durationSeconds }),
    ...(action.stages && { stages: action.stages }),
  };
  const left = await ports.stress.left?.();
  if (left)
    await untilStill(left, { database: ports.database, say: text => progress({ text, fraction: 0 }), pause, signal });
  const result = await ports.stress.run(
    plan,
    snapshot => progress({ text: action.name, fraction: (snapshot.succeeded + snapshot.failed) / calls, snapshot }),
    signal,
  );
  if (signal.aborted) throw cancelled();
  if (result.status !== 'completed') {
    const [why, ...next] = result.failure?.split('\n') ?? [];
    const message = `the run ${ENDINGS[result.status]}${why === undefined ? '' : `: ${why}`}`;
    throw new CodedError('RUN_INCOMPLETE', message, { ...(next.length > 0 && { nextStep: next.join(' ') }) });
  }
  memory.rememberRun(action.name, result);
  return { type: 'stress', result };
}

/** Shows runs made before, side by side. */
export function compareRuns(action: Of<'compare-runs'>, { memory }: Stage): Promise<StepResult> {
  const results = action.runs.map(name => {
    const run = memory.runs.get(name);
    if (!run) throw runMissing(name);
    return run;
  });
  return Promise.resolve({ type: 'stress-comparison', results });
}
