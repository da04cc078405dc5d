import assert from 'node:assert/strict';
import type { LocalCluster } from '../../../src/local/cluster';
import { clientOptions, startTestCluster } from '../../support/cluster';
import { RecordingSession } from './session';

const LEFT_JOIN_LATERAL =
  'SELECT p.id, x.pid FROM parent AS p LEFT JOIN LATERAL (SELECT p.id AS pid FROM child AS c WHERE p.id = c.parent_id) AS x ON true';

describe('refusals that the catalogue decides, on the local cluster', () => {
  let cluster: LocalCluster;
  let session: RecordingSession;

  before(async () => {
    cluster = await startTestCluster();
    session = await RecordingSession.connect(await clientOptions(cluster.info));
    await session.observe('CREATE TABLE parent (id text PRIMARY KEY, doc jsonb)');
    await session.observe('CREATE TABLE child (id bigint PRIMARY KEY, parent_id text)');
  });
  after(async () => {
    await session?.close();
    await cluster?.close();
  });

  const cases: [sql: string, answer: string][] = [
    ['ALTER TABLE parent DROP COLUMN id', '0A000 cannot drop primary key column id'],
    ['ALTER TABLE parent DROP CONSTRAINT parent_pkey', '0A000 unsupported ALTER TABLE DROP CONSTRAINT statement'],
    ['CREATE INDEX ASYNC ON parent (doc)', '0A000 datatype jsonb is not supported in a key'],
    ["CREATE INDEX ASYNC ON parent (id, (doc -> 'a'))", '0A000 datatype jsonb is not supported in a key'],
    ['CREATE INDEX ASYNC ON parent ((ARRAY[id]))', '0A000 datatype text[] is not supported in a key'],
    ["CREATE INDEX ASYNC ON parent (to_tsvector('simple', id))", '0A000 datatype tsvector is not supported in a key'],
    ['CREATE INDEX ASYNC ON child (int8range(id, 5))', '0A000 datatype int8range is not supported in a key'],
    [LEFT_JOIN_LATERAL, '42804 attribute 1 of type child has wrong type'],
  ];
  for (const protocol of ['extended', 'simple'] as const) {
    for (const [sql, answer] of cases) {
      it(`${sql.slice(0, 60)} (${protocol})`, async () => {
        const { sqlstate, message } = await session.observe(sql, protocol);
        assert.equal(`${sqlstate} ${message}`, answer);
      });
    }
  }

  it('aborts the block it stands in', async () => {
    const tags: (string | undefined)[] = [];
    for (const sql of ['BEGIN', 'ALTER TABLE parent DROP COLUMN id', 'SELECT 1', 'COMMIT']) {
      const { command_tag, sqlstate } = await session.observe(sql);
      tags.push(command_tag ?? sqlstate);
    }
    assert.deepEqual(tags, ['BEGIN', '0A000', '25P02', 'ROLLBACK']);
  });
});
