import assert from 'node:assert/strict';
import type pg from 'pg';
import type { InjectConflicts } from '../../../src/local/adjudicator/injection';
import type { PostgresServer } from '../../../src/local/ports';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC000, OC001 } from '../../support/isolation-session';
import { startTestPostgres } from '../../support/postgres';

describe('conflicts made up to test retries', () => {
  let postgres: PostgresServer;
  let gateway: TestGateway | undefined;
  before(async () => {
    postgres = await startTestPostgres();
  });
  afterEach(() => gateway?.close());
  after(() => postgres?.close());

  async function open(injectConflicts: InjectConflicts): Promise<pg.Client> {
    gateway = await startTestGateway({ postgres, occ: { injectConflicts } });
    const client = await gateway.connect();
    await client.query('CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY)');
    await client.query('BEGIN READ ONLY');
    await client.query('SELECT count(*) FROM t');
    await client.query('COMMIT');
    return client;
  }

  async function attempts(client: pg.Client, from: number, rounds: number): Promise<string[]> {
    const answers: string[] = [];
    for (let id = from; id < from + rounds; id++) {
      if (id % 2 === 0) answers.push(await answerOf(client, `INSERT INTO t VALUES (${id})`));
      else {
        assert.equal(await answerOf(client, 'BEGIN'), 'BEGIN');
        assert.equal(await answerOf(client, `INSERT INTO t VALUES (${id})`, 'extended'), 'INSERT 1');
        answers.push(await answerOf(client, 'COMMIT'));
      }
    }
    return answers;
  }

  it('fails the same commits for the same seed, and applies nothing of them', async () => {
    let first = await attempts(await open({ share: 0.3, seed: 7 }), 0, 60);
    const failed = first.filter(answer => answer === OC000).length;
    assert.ok(failed > 8 && failed < 30, `${failed} of 60`);
    assert.equal(gateway!.gateway.stats().injected, failed);
    const { rows } = await (await gateway!.connect()).query('SELECT id FROM t');
    assert.equal(rows.length, 60 - failed);
    await gateway!.close();
    first = first.map(answer => String(answer === OC000));
    const again = await attempts(await open({ share: 0.3, seed: 7 }), 1000, 60);
    assert.deepEqual(
      again.map(answer => String(answer === OC000)),
      first,
    );
    await gateway!.close();
    const other = await attempts(await open({ share: 0.3, seed: 8 }), 2000, 60);
    assert.notDeepEqual(
      other.map(answer => String(answer === OC000)),
      first,
    );
  });

  it('fails what writes or locks, and nothing that only reads', async () => {
    const client = await open({ share: 1 });
    await client.query("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    await client.query("CREATE FUNCTION touch() RETURNS void LANGUAGE sql AS 'UPDATE t SET id = id'");
    const lock = 'SELECT FROM t WHERE false FOR UPDATE';
    for (const [statements, expected] of [
      [[lock], OC000],
      [['UPDATE t SET id = id'], OC000],
      [['BEGIN', lock, 'COMMIT'], OC000],
      [['BEGIN', 'SELECT FROM t WHERE false', 'COMMIT'], 'COMMIT'],
      [['BEGIN READ ONLY', lock, 'COMMIT'], 'COMMIT'],
      [['SELECT FROM t WHERE false'], 'SELECT 0'],
      [['SELECT touch()'], OC000],
      [['SELECT one()'], 'SELECT 1\n  1'],
      [['SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY', lock], 'SELECT 0'],
    ] as const)
      for (const protocol of ['simple', 'extended'] as const) {
        const answers: string[] = [];
        for (const sql of statements) answers.push(await answerOf(client, sql, protocol));
        assert.equal(answers.at(-1), expected, `${statements.join('; ')} (${protocol})`);
      }
    await client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE');
    await client.query('DROP FUNCTION one()');
    await client.query('DROP FUNCTION touch()');
  });

  it('all or none, with the code asked for', async () => {
    const answers = await attempts(await open({ share: 1, code: 'OC001' }), 3000, 4);
    assert.deepEqual(answers, [OC001, OC001, OC001, OC001]);
    await gateway!.close();
    assert.deepEqual((await attempts(await open({ share: 0 }), 4000, 4)).includes(OC000), false);
  });
});
