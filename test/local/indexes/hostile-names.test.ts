import assert from 'node:assert/strict';
import type { Closeable } from '../../../src/base/lifecycle';
import { qualifiedName } from '../../../src/core/catalog/names';
import { sqlName } from '../../../src/core/dialect/names';
import { CatalogReader } from '../../../src/core/catalog/reader';
import type { DatabasePort } from '../../../src/core/sql/database-port';
import { draftStatement, suggestedName } from '../../../src/core/indexes/draft';
import { draftView } from '../../../src/core/indexes/draft-view';
import { followJob } from '../../../src/core/indexes/follow-job';
import { IndexTrial, type TrialPorts } from '../../../src/core/indexes/index-trial';
import { readDraft } from '../../../src/core/indexes/read-draft';
import type { LocalCluster } from '../../../src/local/cluster';
import { createDatabase } from '../../../src/node/database';
import { localTarget } from '../../../src/node/target-local';
import type { IndexDraft } from '../../../src/protocol/indexes-view';
import { pause } from '../../../src/base/abort';
import { readIndexCatalog, readTable } from '../../../src/vscode/indexes/index-state';
import { startTestCluster } from '../../support/cluster';
import { draft } from '../../support/index-fixtures';
import { until } from '../../support/scratch';

const SCHEMA = 'a.b "s" ü';
const LONG = `${'é'.repeat(31)}x`;
const COLUMNS = ['a""b', '🙂 smile', 'SELECT', 'select', "it's; --", 'dot.ted', LONG, ' padded '];
const TABLES = ['order', 'The "T" – 表', `${'t'.repeat(63)}`];

describe('indexes of tables and columns with hostile names', () => {
  let cluster: LocalCluster;
  let database: DatabasePort & Closeable;
  let reader: CatalogReader;
  /** Connections of the pool that know a table hear OC001 once after another one has given it an index. */
  const send = (sql: string): ReturnType<DatabasePort['query']> =>
    database.query(sql).catch((error: unknown) => {
      if (error instanceof Error && error.message.includes('(OC001)')) return send(sql);
      throw error;
    });

  before(async () => {
    cluster = await startTestCluster();
    database = createDatabase(localTarget(cluster.info));
    reader = new CatalogReader((sql, params) => database.query(sql, { params }));
    await send(`CREATE SCHEMA ${sqlName(SCHEMA)}`);
    for (const name of TABLES)
      await send(
        `CREATE TABLE ${qualifiedName({ schema: SCHEMA, name })} (id int PRIMARY KEY, ${COLUMNS.map(column => `${sqlName(column)} text`).join(', ')})`,
      );
  });
  after(async () => {
    await database.close();
    await cluster.close();
  });

  const ports = (): TrialPorts => ({
    explain: async statement =>
      (await send(`EXPLAIN VERBOSE ${statement}`)).rows.map(([line]) => line ?? '').join('\n'),
    create: async sql => (await send(sql)).rows[0]?.[0] ?? '',
    job: id => reader.job(id),
    indexOf: async ({ objectId }) => (await reader.allIndexes()).find(({ oid }) => oid === objectId)?.name,
    drop: async name => void (await send(`DROP INDEX ${qualifiedName({ schema: SCHEMA, name })}`)),
    sleep: pause,
    now: () => Date.now(),
  });
  const named = (table: string, more: Partial<IndexDraft>): IndexDraft => draft({ schema: SCHEMA, table, ...more });
  const column = (text: string): IndexDraft['keys'][number] => ({ kind: 'column', text });

  it('are called by the server as the wizard suggests', async () => {
    for (const table of TABLES)
      for (const keys of [[COLUMNS[0]!], [LONG, COLUMNS[1]!], [COLUMNS[2]!, COLUMNS[3]!, COLUMNS[7]!]]) {
        const drawn = named(table, { keys: keys.map(column), include: [COLUMNS[5]!] });
        const catalog = await readIndexCatalog(reader);
        const suggested = suggestedName(drawn, catalog.taken.get(SCHEMA) ?? new Set());
        const [[jobId] = []] = (await send(draftStatement(drawn))).rows;
        const { objectId } = await followJob(jobId ?? '', {
          ...ports(),
          signal: new AbortController().signal,
          job: () => reader.job(jobId ?? ''),
        });
        assert.equal((await reader.allIndexes()).find(({ oid }) => oid === objectId)?.name, suggested);
      }
  });

  it('are read back from the statement, and found again: a twin is told, a missing column is not', async () => {
    for (const name of TABLES)
      await send(draftStatement(named(name, { keys: [column(COLUMNS[0]!)], include: [COLUMNS[6]!] })));
    await until(async () => (await reader.allIndexes()).every(({ valid }) => valid), 'the end of the builds');
    const catalog = await readIndexCatalog(reader);
    for (const name of TABLES) {
      const drawn = named(name, { name: 'x "y"', keys: COLUMNS.slice(0, 4).map(column), include: COLUMNS.slice(4) });
      assert.deepEqual(readDraft(draftStatement(drawn)), drawn);
      const table = await readTable(reader, catalog, { schema: SCHEMA, table: name });
      assert.deepEqual(draftView(drawn, table, new Set()).problems, []);
      const twin = named(name, { keys: [column(COLUMNS[0]!)], include: [COLUMNS[6]!] });
      assert.match(draftView(twin, table, new Set()).problems[0]?.text ?? '', /begins with these keys already/);
    }
  });

  it('are told to exist when a name is the same after its cut to 63 bytes', () => {
    const taken = new Set(['n'.repeat(63)]);
    const { problems } = draftView(named('order', { name: 'n'.repeat(70) }), undefined, taken);
    assert.ok(problems.some(({ field, sqlstate }) => field === 'name' && sqlstate === '42P07'));
  });

  it('are tried on a statement, used by its plan, and dropped', async () => {
    const table = qualifiedName({ schema: SCHEMA, name: TABLES[1]! });
    const statement = `SELECT ${sqlName('🙂 smile')} FROM ${table} WHERE ${sqlName("it's; --")} = 'x' AND ${sqlName('SELECT')} = 'y'`;
    await send(
      `INSERT INTO ${table} (id, ${sqlName("it's; --")}, ${sqlName('SELECT')}) SELECT n, n, n FROM generate_series(1, 2000) n`,
    );
    await send(`ANALYZE ${table}`);
    for (const name of ['my "own" – index.1 🙂', '']) {
      const drawn = named(TABLES[1]!, {
        name,
        keys: [column("it's; --"), { kind: 'expression', text: `lower(${sqlName('a""b')})` }],
        include: ['🙂 smile', 'SELECT'],
        where: `${sqlName('select')} IS NULL`,
      });
      const sql = draftStatement({ ...drawn, where: '' });
      const before = await reader.allIndexes();
      const trial = new IndexTrial({ statement, analyze: false, sql }, ports(), () => {});
      await trial.run();
      const view = trial.view();
      assert.equal(view.phase, 'done', view.error?.message);
      if (name !== '') assert.equal(view.index, name);
      assert.equal(view.verdict?.usesIndex, true, trial.plans.after);
      await trial.end(false);
      assert.deepEqual(await reader.allIndexes(), before);
    }
  });
});
