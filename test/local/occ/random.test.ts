import assert from 'node:assert/strict';
import type pg from 'pg';
import { seededRandom, type Random } from '../../../src/core/stress/random';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { IsolationModel, type ModelTransaction, type OnDelete } from '../../support/isolation-model';
import { inOrder, randomStatement } from '../../support/isolation-random';
import { answerOf, NO_ANSWER, type Protocol } from '../../support/isolation-session';

/** Longer on demand, and again with the seed that a failure names: FUZZ_MS=120000 FUZZ_SEED=7. */
const RUN_MS = Number(process.env.FUZZ_MS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** Without a wish for more, the same rounds every time. */
const MAX_ROUNDS = process.env.FUZZ_MS === undefined ? 25 : Infinity;
const SESSIONS = 4;
const STEPS = 40;

/** Of two constraints that a statement violates, either may be named. */
const agree = (answer: string, expected: string): boolean =>
  answer === expected || (answer.startsWith('ERROR 235') && expected.startsWith('ERROR 235'));

interface Step {
  session: number;
  sql: string;
  protocol: Protocol;
  expected: string;
}

/** A round's steps; those of one group are sent together. */
function plan(random: Random, onDelete: OnDelete): { groups: Step[][]; model: IsolationModel } {
  const model = new IsolationModel(onDelete);
  const pick = (limit: number): number => Math.floor(random() * limit);
  model.begin(); // nothing before the rows
  const first = model.begin();
  first.run(view => {
    for (const id of [1, 2, 3, 4]) view.insertParent(id, { code: 10 + id, v: 100 });
    for (const id of [1, 2]) view.insertChild(id, { pid: id, w: 1 });
    return '';
  });
  first.commit();
  const open: (ModelTransaction | undefined)[] = Array.from({ length: SESSIONS }, () => undefined);
  const groups: Step[][] = [];
  const step = (session: number, sql: string, expected: string): Step => ({
    session,
    sql,
    expected,
    protocol: random() < 0.5 ? 'simple' : 'extended',
  });
  const statement = (session: number): Step => {
    for (;;) {
      const { sql, effect } = randomStatement(random);
      const answer = open[session]!.run(effect);
      if (answer !== undefined) return step(session, sql, answer);
    }
  };
  for (let n = 0; n < STEPS; n++) {
    const session = pick(SESSIONS);
    const tx = open[session];
    if (!tx) {
      if (random() < 0.15) {
        const alone = model.begin();
        const { sql, effect } = randomStatement(random);
        const answer = alone.run(effect)!;
        if (!alone.failed) assert.equal(alone.commit(), 'COMMIT');
        groups.push([step(session, sql, answer)]);
      } else {
        open[session] = model.begin();
        groups.push([step(session, 'BEGIN', 'BEGIN')]);
      }
    } else if (tx.failed || random() < 0.2) {
      open[session] = undefined;
      const rollback = !tx.failed && random() < 0.15;
      groups.push([rollback ? step(session, 'ROLLBACK', 'ROLLBACK') : step(session, 'COMMIT', tx.commit())]);
    } else {
      const together = open.flatMap((other, at) =>
        other && !other.failed && at !== session && random() < 0.2 ? [at] : [],
      );
      groups.push([session, ...together].map(statement));
    }
  }
  for (const [session, tx] of open.entries()) if (tx) groups.push([step(session, 'COMMIT', tx.commit())]);
  return { groups, model };
}

describe('random transactions against a model of snapshot isolation', function () {
  this.timeout(60_000 + 2 * RUN_MS);
  let cluster: TestGateway;
  let clients: pg.Client[];
  before(async () => {
    cluster = await startTestGateway();
    clients = [await cluster.connect()];
  });
  after(() => cluster?.close());

  for (const onDelete of ['NO ACTION', 'CASCADE', 'SET NULL'] as const)
    it(`every answer, every conflict and the final state, ON DELETE ${onDelete} (seed ${SEED})`, async () => {
      await must('DROP TABLE IF EXISTS c');
      await must('DROP TABLE IF EXISTS p');
      await must('CREATE TABLE p (id int PRIMARY KEY, code int UNIQUE, v int NOT NULL CHECK (v >= 0))');
      await must(`CREATE TABLE c (id int PRIMARY KEY, pid int REFERENCES p ON DELETE ${onDelete}, w int)`);
      // sessions that knew the tables of the test before would hear of the change
      clients = await Promise.all(Array.from({ length: SESSIONS }, () => cluster.connect()));
      const deadline = performance.now() + RUN_MS / 3;
      const wrong: string[] = [];
      let rounds = 0;
      const goOn = (): boolean =>
        rounds < 2 || (performance.now() < deadline && rounds < MAX_ROUNDS && wrong.length < 5);
      for (let seed = SEED; goOn(); seed++, rounds++) {
        await must('DELETE FROM c');
        await must('DELETE FROM p');
        await must('INSERT INTO p SELECT g, 10 + g, 100 FROM generate_series(1, 4) g');
        await must('INSERT INTO c VALUES (1, 1, 1), (2, 2, 1)');
        const failure = await play(seed, onDelete);
        if (failure) wrong.push(`seed ${seed}:\n${failure}`);
      }
      if (wrong.length > 0) assert.fail(wrong.join('\n\n'));
      assert.deepEqual(cluster.log, []);
      assert.ok(rounds > 1, `only ${rounds} rounds`);
    });

  async function must(sql: string, client = clients[0]!): Promise<void> {
    const answer = await answerOf(client, sql);
    assert.ok(!answer.startsWith('ERROR') && answer !== NO_ANSWER, `${sql}: ${answer}`);
  }

  /** @returns the steps up to the first wrong answer; undefined when all is right */
  async function play(seed: number, onDelete: OnDelete): Promise<string | undefined> {
    const { groups, model } = plan(seededRandom(seed), onDelete);
    const done: string[] = [];
    for (const group of groups) {
      const answers = await Promise.all(
        group.map(({ session, sql, protocol }) => answerOf(clients[session]!, sql, protocol)),
      );
      group.forEach(({ session, sql, protocol }, at) => done.push(`  ${session} ${protocol}: ${sql} → ${answers[at]}`));
      const bad = group.flatMap(({ expected }, at) =>
        agree(inOrder(answers[at]!), expected) ? [] : [`expected ${expected}\n     got ${inOrder(answers[at]!)}`],
      );
      if (bad.length === 0) continue;
      if (answers.includes(NO_ANSWER)) assert.fail(`seed ${seed}:\n${[...done, ...bad].join('\n')}`);
      for (const client of clients) await must('ROLLBACK', client);
      return [...done, ...bad].join('\n');
    }
    const [client] = clients as [pg.Client];
    const p = await client.query<{ id: number; code: number; v: number }>('SELECT * FROM p ORDER BY id');
    const c = await client.query<{ id: number; pid: number | null; w: number }>('SELECT * FROM c ORDER BY id');
    const parents = new Map(p.rows.map(({ id, ...row }) => [id, row]));
    const children = new Map(c.rows.map(({ id, ...row }) => [id, row]));
    try {
      assert.deepEqual({ p: parents, c: children }, model.state);
      return undefined;
    } catch (error) {
      return [...done, String(error)].join('\n');
    }
  }
});
