import type { Observation, RecordedCase, Recording } from './recording';
import type { RecordingSession } from './session';

/** What the replay saw of one case. */
export interface Replayed {
  /** Of a case with steps: one per step. */
  observations: Observation[];
  /** Of a case with sessions: one list each. */
  sessions: Observation[][];
}

/** Replays a recording as it says it was made. @returns what was seen, by case name. */
export async function replay(
  recording: Recording,
  connect: () => Promise<RecordingSession>,
): Promise<Map<string, Replayed>> {
  const common = await connect();
  const seen = new Map<string, Replayed>();
  try {
    for (const statement of [...recording.setup, ...recording.verify]) await prepare(common, statement);
    for (const recorded of recording.cases) {
      seen.set(recorded.name, await replayCase(recorded, common, connect));
    }
    for (const statement of recording.cleanup) await prepare(common, statement);
  } finally {
    await common.close();
  }
  return seen;
}

async function replayCase(
  recorded: RecordedCase,
  common: RecordingSession,
  connect: () => Promise<RecordingSession>,
): Promise<Replayed> {
  if (recorded.sessions_steps) {
    return { observations: [], sessions: await race(recorded.sessions_steps, connect) };
  }
  const observations: Observation[] = [];
  for (const step of recorded.steps ?? []) {
    observations.push(await common.observe(step, recorded.simple_protocol ? 'simple' : 'extended'));
  }
  await common.observe('ROLLBACK');
  return { observations, sessions: [] };
}

/** All sessions take each step together: a step begins when all have ended the one before, however fast the machine is. */
async function race(steps: string[][], connect: () => Promise<RecordingSession>): Promise<Observation[][]> {
  const racers = await Promise.all(
    steps.map(async own => ({ own, session: await connect(), seen: [] as Observation[] })),
  );
  const longest = Math.max(...steps.map(own => own.length));
  try {
    for (let at = 0; at < longest; at++)
      await Promise.all(
        racers.map(async ({ own, session, seen }) => {
          const step = own[at];
          if (step !== undefined) seen.push(await session.observe(step));
        }),
      );
  } finally {
    await Promise.all(racers.map(({ session }) => session.close()));
  }
  return racers.map(({ seen }) => seen);
}

/** A statement of set-up or clean-up: repeated on 40001, as the recording did. */
async function prepare(session: RecordingSession, statement: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const answer = await session.observe(statement);
    if (answer.outcome === 'ok') return;
    if (answer.sqlstate !== '40001') throw new Error(`${statement}: ${answer.sqlstate} ${answer.message}`);
  }
  throw new Error(`${statement}: 40001 every time`);
}
