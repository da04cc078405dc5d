import assert from 'node:assert/strict';
import type { LocalCluster } from '../../../src/local/cluster';
import { clientOptions, startTestCluster } from '../../support/cluster';
import { assertAsRecorded } from './comparison';
import { readRecording } from './recording';
import { replay, type Replayed } from './replay';
import { RecordingSession } from './session';

/** Cases in which the local cluster is known to answer otherwise, each with the reason. */
const EXCEPTIONS: Record<string, string> = {};

/** So long a build of an index takes at least: in one case the statement after it finds the index not yet valid. */
const BUILD_MS = 3_000;

describe('answers recorded on a real cluster, replayed on the local one', () => {
  const recording = readRecording();
  let cluster: LocalCluster;
  let replayed: Map<string, Replayed>;

  before(async () => {
    cluster = await startTestCluster({ jobs: { minimumMs: BUILD_MS, lookEveryMs: 50 } });
    replayed = await replay(recording, async () => RecordingSession.connect(await clientOptions(cluster.info)));
  });
  after(() => cluster?.close());

  for (const recorded of recording.cases) {
    const reason = EXCEPTIONS[recorded.name];
    it(`${recorded.group}: ${recorded.name}${reason === undefined ? '' : ` differs: ${reason}`}`, () => {
      const seen = replayed.get(recorded.name) ?? assert.fail('not replayed');
      if (reason === undefined) assertAsRecorded(recorded, seen);
      else assert.throws(() => assertAsRecorded(recorded, seen), 'no longer differs: take it off the list');
    });
  }
});
