import assert from 'node:assert/strict';
import { seededRandom, type Random } from '../../../src/core/stress/random';
import {
  bind,
  closePortal,
  COPY_DONE,
  copyData,
  copyFail,
  describePortal,
  execute,
  FLUSH,
  parse,
  query,
  SYNC,
} from '../../../src/local/gateway/wire/client-messages';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { until } from '../../support/postgres';
import { WireClient } from './wire-client';

/** Longer on demand, and again with the seed that a failure names: FUZZ_MS=120000 FUZZ_SEED=7. */
const RUN_MS = Number(process.env.FUZZ_MS ?? 3000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** A client that has sent Sync is answered or hung up on within this time, also where a batch of statements takes its seconds. */
const ANSWER_MS = 60_000;

const WORDS =
  `SELECT FROM WHERE t id v INSERT INTO VALUES ( ) , ; * = + - 1 2 'a' '' 'x NULL $1 $2 UPDATE SET DELETE BEGIN COMMIT ROLLBACK FOR UPDATE KEY SHARE
   RETURNING ON CONFLICT DO NOTHING WITH a AS CREATE TABLE INDEX ASYNC DROP EXPLAIN ANALYZE VERBOSE generate_series(1,3) ORDER BY LIMIT "t" "T" E'\\\\' $$ $a$ /* */ --
   CAST ::int ::uuid[] SHOW RESET search_path sys.jobs CALL sys.wait_for_job('x') COPY STDIN SAVEPOINT s \u00e9 \ud83d\ude00 1e999 0x1g U&"\\0041"`.split(
    /\s+/,
  );

function text(random: Random): string {
  const pick = (): string => WORDS[Math.floor(random() * WORDS.length)]!;
  const sound = [
    'SELECT id, v FROM t WHERE id = 1',
    'UPDATE t SET v = v + 1 WHERE id = 1 RETURNING v',
    'INSERT INTO t VALUES (9, 9) ON CONFLICT DO NOTHING',
    'BEGIN',
    'COMMIT',
    'SELECT v FROM t WHERE id = 2 FOR UPDATE',
    'COPY t FROM STDIN',
    'COPY t FROM STDIN BINARY',
    'UPDATE t SET v = 0; COPY t FROM STDIN CSV',
  ];
  if (random() < 0.4) return sound[Math.floor(random() * sound.length)]!;
  if (random() < 0.3) {
    const words = sound[Math.floor(random() * sound.length)]!.split(' ');
    words[Math.floor(random() * words.length)] = pick();
    return words.join(' ');
  }
  return Array.from({ length: 1 + Math.floor(random() * 12) }, pick).join(' ');
}

function message(random: Random): Buffer {
  const name = random() < 0.7 ? '' : 'n';
  const kinds = [
    () => query(text(random)),
    () => parse(name, text(random)),
    () => bind(name, random() < 0.7 ? '' : 'n', random() < 0.7 ? undefined : noise(random, 12)),
    () => describePortal(name),
    () => execute(name, Math.floor(random() * 3)),
    () => closePortal(name),
    () => FLUSH,
    () => SYNC,
    () => copyData(random() < 0.5 ? Buffer.from('7\t7\n8\t') : noise(random, 40)),
    () => (random() < 0.8 ? COPY_DONE : copyFail('no more')),
  ];
  const sound = kinds[Math.floor(random() * kinds.length)]!();
  if (random() < 0.85) return sound;
  const broken = Buffer.from(sound);
  for (let n = 1 + Math.floor(random() * 3); n > 0; n--)
    broken[Math.floor(random() * broken.length)] = Math.floor(random() * 256);
  return broken;
}

const noise = (random: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 256)));

describe('messages and SQL by chance', function () {
  this.timeout(240_000 + 2 * RUN_MS);
  let cluster: TestGateway;
  before(async () => {
    cluster = await startTestGateway({ limits: { messageBytes: 64 * 1024, connectionBurst: 1_000_000 } });
    const client = await cluster.connect();
    await client.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
    await client.query('INSERT INTO t VALUES (1, 1), (2, 2)');
    await client.end();
  });
  after(() => cluster?.close());

  it(`no crash, no hang, nothing left behind (seed ${SEED})`, async () => {
    const deadline = performance.now() + RUN_MS;
    let sessions = 0;
    for (let seed = SEED; sessions < 6 || performance.now() < deadline; seed++, sessions++) {
      const random = seededRandom(seed);
      const client = await WireClient.session(cluster);
      const bytes = Buffer.concat([
        ...Array.from({ length: 1 + Math.floor(random() * 15) }, () => message(random)),
        SYNC,
      ]);
      for (let at = 0; at < bytes.length;) {
        const end = random() < 0.7 ? bytes.length : at + 1 + Math.floor(random() * 20);
        client.send(bytes.subarray(at, end));
        at = end;
      }
      // a length that a flipped byte has made greater waits for its rest: the end of the stream settles it
      client.socket.end();
      const closed = client.until('never');
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>(resolve => {
        timer = setTimeout(() => resolve(undefined), ANSWER_MS);
      });
      assert.ok(await Promise.race([closed, late]), `seed ${seed}: neither answered nor hung up`);
      clearTimeout(timer);
    }
    await until(() => {
      const { connections, lent, waiting } = cluster.gateway.stats();
      return connections === 0 && lent === 0 && waiting === 0;
    }, 'nothing is left').catch((error: Error) => {
      assert.fail(`${error.message}: ${JSON.stringify(cluster.gateway.stats())} after ${sessions} sessions`);
    });
    assert.deepEqual(cluster.log, []);
    const client = await cluster.connect();
    assert.equal((await client.query('SELECT 1')).rowCount, 1);
    assert.ok(sessions > 5, `only ${sessions} sessions`);
  });
});
