import assert from 'node:assert/strict';
import type pg from 'pg';
import { seededRandom, type Random } from '../../../src/core/stress/random';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { DEFAULT_PARENT, IsolationModel, type ModelTransaction, type References } from '../../support/isolation-model';
import { inOrder, passingChild, RandomPortals, randomStatement } from '../../support/isolation-random';
import { answerOf, NO_ANSWER, type Protocol } from '../../support/isolation-session';
import { WireSession } from './wire-steps';

/** Longer on demand, and again with the seed that a failure names: FUZZ_MS=120000 FUZZ_SEED=7. */
const RUN_MS = Number(process.env.FUZZ_MS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** Without a wish for more, the same rounds every time. */
const MAX_ROUNDS = process.env.FUZZ_MS === undefined ? 25 : Infinity;
const SESSIONS = 4;
const STEPS = 40;
const PROTOCOLS: readonly Protocol[] = ['simple', 'extended'];
const IN_BLOCKS: readonly Protocol[] = [...PROTOCOLS, 'fetched'];
/** From this one on they speak the protocol by hand, and have portals beside their statements. */
const FIRST_OF_PORTALS = 2;

/** Of two constraints that a statement violates, either may be named. */
const agree = (answer: string, expected: string): boolean =>
  answer === expected || (answer.startsWith('ERROR 235') && expected.startsWith('ERROR 235'));

/** The answer of a session of messages as a driver's is rendered. */
function plain(answer: string): string {
  if (answer === NO_ANSWER) return answer;
  const parts = answer.split(' · ');
  const error = parts.find(part => part.startsWith('ERROR '));
  if (error !== undefined) return error;
  const ends = parts.filter(part => /^(?:[A-Z]+(?: \d+)*|portalSuspended)$/.test(part) && !/^NULL/.test(part));
  if (ends.length === 0) return parts.includes('bindComplete') ? 'bindComplete' : answer;
  const rows = parts.filter(part => /^(?:NULL|-?\d+)(?: \||$)/.test(part));
  return [...ends.map(end => end.replace('INSERT 0', 'INSERT')), ...rows.map(row => `  ${row}`)].join('\n');
}

interface Step {
  session: number;
  sql: string;
  protocol: Protocol;
  expected: string;
}

/** A statement by chance, and what it must answer. */
function run(random: Random, tx: ModelTransaction): { sql: string; answer: string } {
  for (;;) {
    const { sql, effect } = randomStatement(random);
    if (tx.readOnly && !/^SELECT|FOR UPDATE/.test(sql)) continue;
    const answer = tx.run(effect);
    if (answer !== undefined) return { sql, answer };
  }
}

/** A round's steps; those of one group are sent together. */
function plan(random: Random, references: References): { groups: Step[][]; model: IsolationModel } {
  const model = new IsolationModel(references);
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
  const portals: RandomPortals[] = [];
  const groups: Step[][] = [];
  const step = (session: number, sql: string, expected: string, protocols = PROTOCOLS): Step => ({
    session,
    sql,
    expected,
    protocol: protocols[pick(protocols.length)]!,
  });
  /** One of the transaction's, at times two sent together. */
  const statement = (session: number, tx: ModelTransaction, protocols: readonly Protocol[]): Step => {
    if (session >= FIRST_OF_PORTALS && tx === open[session] && random() < 0.5) {
      const { sql, answer } = portals[session]!.next();
      return step(session, sql, answer);
    }
    const first = run(random, tx);
    if (tx.failed || random() >= 0.1) return step(session, first.sql, first.answer, protocols);
    const second = run(random, tx);
    const answer = tx.failed ? second.answer : inOrder(`${first.answer}\n${second.answer}`);
    return step(session, `${first.sql}; ${second.sql}`, answer, ['simple']);
  };
  for (let n = 0; n < STEPS; n++) {
    const session = pick(SESSIONS);
    const tx = open[session];
    for (const { sql, effect } of !tx && random() < 0.4 ? passingChild(random) : []) {
      const alone = model.begin();
      groups.push([step(session, sql, alone.run(effect)!)]);
      if (!alone.failed) assert.equal(alone.commit(), 'COMMIT');
    }
    if (!tx) {
      if (random() < 0.15) {
        const alone = model.begin();
        groups.push([statement(session, alone, PROTOCOLS)]);
        if (!alone.failed) assert.equal(alone.commit(), 'COMMIT');
      } else {
        const readOnly = random() < 0.1;
        open[session] = model.begin(readOnly);
        portals[session] = new RandomPortals(random, open[session]);
        groups.push([step(session, readOnly ? 'BEGIN READ ONLY' : 'BEGIN', 'BEGIN')]);
      }
    } else if (tx.failed || random() < 0.2) {
      open[session] = undefined;
      const rollback = !tx.failed && random() < 0.15;
      groups.push([rollback ? step(session, 'ROLLBACK', 'ROLLBACK') : step(session, 'COMMIT', tx.commit())]);
    } else {
      const together = open.flatMap((other, at) =>
        other && !other.failed && at !== session && random() < 0.2 ? [at] : [],
      );
      groups.push([session, ...together].map(each => statement(each, open[each]!, IN_BLOCKS)));
    }
  }
  for (const [session, tx] of open.entries()) if (tx) groups.push([step(session, 'COMMIT', tx.commit())]);
  return { groups, model };
}

describe('random transactions against a model of snapshot isolation', function () {
  this.timeout(240_000 + 2 * RUN_MS);
  let cluster: TestGateway;
  let clients: pg.Client[];
  let wires: WireSession[];
  before(async () => {
    cluster = await startTestGateway();
    clients = [await cluster.connect()];
  });
  after(() => cluster?.close());

  const REFERENCES: readonly References[] = [
    { onDelete: 'NO ACTION', onUpdate: 'NO ACTION' },
    { onDelete: 'CASCADE', onUpdate: 'NO ACTION' },
    { onDelete: 'SET NULL', onUpdate: 'CASCADE' },
    { onDelete: 'SET DEFAULT', onUpdate: 'SET NULL' },
  ];
  for (const references of REFERENCES) {
    const actions = `ON DELETE ${references.onDelete} ON UPDATE ${references.onUpdate}`;
    it(`every answer, every conflict and the final state, ${actions} (seed ${SEED})`, async () => {
      await must('DROP TABLE IF EXISTS c');
      await must('DROP TABLE IF EXISTS p');
      await must('CREATE TABLE p (id int PRIMARY KEY, code int UNIQUE, v int NOT NULL CHECK (v >= 0))');
      await must(
        `CREATE TABLE c (id int PRIMARY KEY, pid int DEFAULT ${DEFAULT_PARENT} REFERENCES p ${actions}, w int)`,
      );
      // sessions that knew the tables of the test before would hear of the change
      clients = await Promise.all(Array.from({ length: FIRST_OF_PORTALS }, () => cluster.connect()));
      const left = Array.from({ length: SESSIONS - FIRST_OF_PORTALS }, () => WireSession.connect(cluster));
      wires = await Promise.all(left);
      const deadline = performance.now() + RUN_MS / REFERENCES.length;
      const wrong: string[] = [];
      let rounds = 0;
      const goOn = (): boolean =>
        rounds < 2 || (performance.now() < deadline && rounds < MAX_ROUNDS && wrong.length < 5);
      for (let seed = SEED; goOn(); seed++, rounds++) {
        await must('DELETE FROM c');
        await must('DELETE FROM p');
        await must('INSERT INTO p SELECT g, 10 + g, 100 FROM generate_series(1, 4) g');
        await must('INSERT INTO c VALUES (1, 1, 1), (2, 2, 1)');
        const failure = await play(seed, references);
        if (failure) wrong.push(`seed ${seed}:\n${failure}`);
      }
      if (wrong.length > 0) assert.fail(wrong.join('\n\n'));
      assert.deepEqual(cluster.log, []);
      assert.ok(rounds > 1, `only ${rounds} rounds`);
    });
  }

  async function must(sql: string, client = clients[0]!): Promise<void> {
    const answer = await answerOf(client, sql);
    assert.ok(!answer.startsWith('ERROR') && answer !== NO_ANSWER, `${sql}: ${answer}`);
  }

  const ask = async ({ session, sql, protocol }: Step): Promise<string> =>
    session < FIRST_OF_PORTALS
      ? answerOf(clients[session]!, sql, protocol)
      : plain(await wires[session - FIRST_OF_PORTALS]!.answerOf(sql));

  /** @returns the steps up to the first wrong answer; undefined when all is right */
  async function play(seed: number, references: References): Promise<string | undefined> {
    const { groups, model } = plan(seededRandom(seed), references);
    const done: string[] = [];
    for (const group of groups) {
      const answers = await Promise.all(group.map(ask));
      group.forEach(({ session, sql, protocol }, at) => done.push(`  ${session} ${protocol}: ${sql} → ${answers[at]}`));
      const bad = group.flatMap(({ expected }, at) =>
        agree(inOrder(answers[at]!), expected) ? [] : [`expected ${expected}\n     got ${inOrder(answers[at]!)}`],
      );
      if (bad.length === 0) continue;
      if (answers.includes(NO_ANSWER)) assert.fail(`seed ${seed}:\n${[...done, ...bad].join('\n')}`);
      for (const client of clients) await must('ROLLBACK', client);
      for (const wire of wires) await wire.answerOf('ROLLBACK');
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
