import assert from 'node:assert/strict';
import type { Observation, RecordedCase } from './recording';
import type { Replayed } from './replay';

/** Fails unless the replay answered as the recorded cluster did. */
export function assertAsRecorded(recorded: RecordedCase, replayed: Replayed): void {
  const comparable = (observation: Observation) => simplified(observation, recorded.ignore_rows === true);
  if (!recorded.sessions) {
    assert.deepEqual(replayed.observations.map(comparable), (recorded.observations ?? []).map(comparable));
    return;
  }
  const expected = recorded.sessions.map(session => session.map(comparable));
  const actual = replayed.sessions.map(session => session.map(comparable));
  if (!recorded.conflict_race) assert.deepEqual(actual, expected);
  else assertSameRace(actual, expected);
}

/** The same steps succeed alike, and as many sessions fail with the same error at the same step; which of them is a race. */
function assertSameRace(actual: Observation[][], expected: Observation[][]): void {
  const failures = (sessions: Observation[][]) =>
    sessions.flatMap(session =>
      session.flatMap((answer, step) => (answer.outcome === 'error' ? [{ step, answer }] : [])),
    );
  assert.deepEqual(failures(actual), failures(expected));
  actual.forEach((session, at) =>
    session.forEach((answer, step) => {
      const other = expected[at]?.[step];
      if (answer.outcome === 'ok' && other?.outcome === 'ok') assert.deepEqual(answer, other);
    }),
  );
}

function simplified(observation: Observation, ignoreRows: boolean): Observation {
  if (!ignoreRows) return observation;
  const { outcome, columns, sqlstate, message, results, command_tag: tag } = observation;
  return {
    outcome,
    ...(columns && { columns }),
    ...(sqlstate !== undefined && { sqlstate, message }),
    ...(tag !== undefined && { command_tag: tag.replace(/ \d+/g, '') }),
    ...(results && { results: results.map(result => simplified({ outcome: 'ok', ...result }, true)) }),
  };
}
