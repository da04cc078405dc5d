import assert from 'node:assert/strict';
import type { LocalCluster } from '../../../src/local/cluster';
import { clientOptions, startTestCluster } from '../../support/cluster';
import { assertAsRecorded } from './comparison';
import { readFurtherCases, readRecording } from './recording';
import { replay, type Replayed } from './replay';
import { RecordingSession } from './session';

describe('further answers, by documentation and by the rules the recording shows', () => {
  const cases = readFurtherCases();
  let cluster: LocalCluster;
  let replayed: Map<string, Replayed>;

  before(async () => {
    cluster = await startTestCluster();
    const { source, setup } = readRecording();
    replayed = await replay({ source, setup, verify: [], cleanup: [], cases }, async () =>
      RecordingSession.connect(await clientOptions(cluster.info)),
    );
  });
  after(() => cluster?.close());

  it('has a name of its own for each case', () =>
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length));

  for (const expected of cases) {
    it(`${expected.group}: ${expected.name}`, () =>
      assertAsRecorded(expected, replayed.get(expected.name) ?? assert.fail('not replayed')));
  }
});
