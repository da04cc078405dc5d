import assert from 'node:assert/strict';
import type pg from 'pg';
import { seededRandom, type Random } from '../../../src/core/stress/random';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { DEFAULT_PARENT, IsolationModel, type ModelTransaction, type References } from '../../support/isolation-model';
import { callsKept, KEPT } from '../../support/isolation-kept';
import { inOrder, passingChild, RandomPortals, randomStatement } from '../../support/isolation-random';
import { answerOf, NO_ANSWER, OC000, type Protocol } from '../../support/isolation-session';
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
  expected
    .split(' // ')
    .some(each => answer === each || (answer.startsWith('ERROR 235') && each.startsWith('ERROR 235')));

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
  /** Its transaction can no longer go on: where a function may look at rows it may hear OC000 now, and later steps that it is over. */
  isLost: boolean;
}

const ABORTED = 'ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block';

/** What a transaction that has heard of its loss early is told. */
function afterLoss(sql: string): string {
  if (/^(?:COMMIT|ROLLBACK)$/.test(sql)) return 'ROLLBACK';
  const [, portal] = /^:fetch (\w+)/.exec(sql) ?? [];
  return portal === undefined ? ABORTED : `${ABORTED} // ERROR 34000 portal "${portal}" does not exist`; // it may never have been opened
}

let prepared = 0;

/** Two statements as messages that are sent together; `n` makes the names of prepared ones. */
const pipelined = (statements: readonly string[], n: number): string =>
  statements.flatMap((sql, at) => [`:parse s${n}x${at} ${sql}`, `:bind "" s${n}x${at}`, ':fetch ""']).join('\n');

/** A statement by chance, and what it must answer. */
function run(random: Random, tx: ModelTransaction): { sql: string; answer: string } {
  for (;;) {
    const { sql, effect } = randomStatement(random);
    if (tx.readOnly && (!/^SELECT|FOR UPDATE/.test(sql) || callsKept(sql))) continue;
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
  /** Transactions that have called functions. */
  const calling = new WeakSet<ModelTransaction>();
  const isLost = (tx: ModelTransaction | undefined, expected: string): boolean =>
    tx !== undefined && calling.has(tx) && (tx.isLost || expected.startsWith('ERROR 235'));
  const step = (session: number, sql: string, expected: string, protocols = PROTOCOLS): Step => ({
    session,
    sql,
    expected,
    protocol: protocols[pick(protocols.length)]!,
    isLost: isLost(open[session], expected),
  });
  /** Outside a block: nobody can have come between, but what is checked at COMMIT may fail it. */
  const committed = (alone: Step, tx: ModelTransaction): Step => {
    const outcome = tx.failed ? 'COMMIT' : tx.commit();
    assert.notEqual(outcome, OC000);
    return outcome === 'COMMIT' ? alone : { ...alone, expected: outcome };
  };
  /** One of the transaction's, at times two sent together. */
  const statement = (session: number, tx: ModelTransaction, protocols: readonly Protocol[]): Step => {
    if (session >= FIRST_OF_PORTALS && tx === open[session] && random() < 0.5) {
      const { sql, answer } = portals[session]!.next();
      return step(session, sql, answer);
    }
    const first = run(random, tx);
    if (callsKept(first.sql)) calling.add(tx);
    if (tx.failed || random() >= 0.15) return step(session, first.sql, first.answer, protocols);
    const second = run(random, tx);
    if (callsKept(second.sql)) calling.add(tx);
    const answer = tx.failed ? second.answer : inOrder(`${first.answer}\n${second.answer}`);
    const both = [first.sql, second.sql];
    const isPiped = session >= FIRST_OF_PORTALS && random() < 0.7;
    return step(session, isPiped ? pipelined(both, prepared++) : both.join('; '), answer, ['simple']);
  };
  for (let n = 0; n < STEPS; n++) {
    const session = pick(SESSIONS);
    const tx = open[session];
    for (const { sql, effect } of !tx && random() < 0.4 ? passingChild(random) : []) {
      const alone = model.begin();
      groups.push([committed(step(session, sql, alone.run(effect)!), alone)]);
    }
    if (!tx) {
      if (random() < 0.15) {
        const alone = model.begin();
        groups.push([committed(statement(session, alone, PROTOCOLS), alone)]);
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
    { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', deferred: true },
    { onDelete: 'CASCADE', onUpdate: 'NO ACTION' },
    { onDelete: 'SET NULL', onUpdate: 'CASCADE' },
    { onDelete: 'SET DEFAULT', onUpdate: 'SET NULL' },
  ];
  for (const references of REFERENCES) {
    const actions = `ON DELETE ${references.onDelete} ON UPDATE ${references.onUpdate}${references.deferred ? ' DEFERRABLE INITIALLY DEFERRED' : ''}`;
    it(`every answer, every conflict and the final state, ${actions} (seed ${SEED})`, async () => {
      for (const { drop } of [...KEPT].reverse()) await must(drop);
      await must('DROP TABLE IF EXISTS c');
      await must('DROP TABLE IF EXISTS p');
      await must('CREATE TABLE p (id int PRIMARY KEY, code int UNIQUE, v int NOT NULL CHECK (v >= 0))');
      await must(
        `CREATE TABLE c (id int PRIMARY KEY, pid int DEFAULT ${DEFAULT_PARENT} REFERENCES p ${actions}, w int)`,
      );
      for (const { create } of KEPT) await must(create);
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
    const early = new Set<number>();
    for (const group of groups) {
      const answers = await Promise.all(group.map(ask));
      const expected = group.map((step, at) => {
        const { session, sql } = step;
        if (early.has(session)) {
          if (/^(?:COMMIT|ROLLBACK)$/.test(sql)) early.delete(session);
          return afterLoss(sql);
        }
        if (!step.isLost || answers[at] !== OC000 || sql === 'COMMIT') return step.expected;
        early.add(session);
        return OC000;
      });
      group.forEach(({ session, sql, protocol }, at) => done.push(`  ${session} ${protocol}: ${sql} → ${answers[at]}`));
      const bad = expected.flatMap((each, at) =>
        agree(inOrder(answers[at]!), each) ? [] : [`expected ${each}\n     got ${inOrder(answers[at]!)}`],
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
