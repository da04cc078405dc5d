import assert from 'node:assert/strict';
import type pg from 'pg';
import { seededRandom, type Random } from '../../../src/core/stress/random';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { inOrder } from '../../support/isolation-random';
import { answerOf, OC000 } from '../../support/isolation-session';
import { startPrivatePostgres, type PrivatePostgres } from '../../support/private-postgres';
import * as chains from '../../support/random-chains';
import * as tables from '../../support/random-sql';
import { SnapshotOracle, type OracleTransaction } from '../../support/snapshot-oracle';

/** Longer on demand, and again with the seed that a failure names: FUZZ_MS=120000 FUZZ_SEED=7. */
const RUN_MS = Number(process.env.FUZZ_MS ?? 0);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const LEAST_ROUNDS = 3;
const SESSIONS = 4;
const STEPS = 35;

/** Of two constraints that a statement violates, either may be named. */
const agree = (answer: string, expected: string): boolean =>
  inOrder(answer) === inOrder(expected) || (answer.startsWith('ERROR 235') && expected.startsWith('ERROR 235'));

/**
 * Every statement answers as it would alone in its transaction's snapshot, and who met a committed transaction does not commit. A conflict too
 * many is always allowed: the model of `random.test.ts` says where there must be none.
 */
describe('random transactions against each one alone', function () {
  this.timeout(240_000 + 2 * RUN_MS);
  let cluster: TestGateway;
  let plain: PrivatePostgres;
  let oracle: SnapshotOracle;
  let clients: pg.Client[];
  before(async () => {
    cluster = await startTestGateway();
    plain = await startPrivatePostgres();
  });
  after(async () => {
    await cluster?.close();
    await plain?.close();
  });

  for (const [world, actions] of [
    [tables, 'ON DELETE CASCADE ON UPDATE CASCADE'],
    [tables, 'ON DELETE SET DEFAULT ON UPDATE SET NULL'],
    [chains, 'ON DELETE SET NULL ON UPDATE CASCADE'],
    [chains, 'ON DELETE NO ACTION DEFERRABLE INITIALLY DEFERRED'],
  ] as const)
    it(`${world === chains ? 'chains ' : ''}${actions} (seed ${SEED})`, async () => {
      const first = await cluster.connect();
      for (const sql of [...world.DROP_ALL, ...world.ddlOf(actions)]) await first.query(sql);
      clients = await Promise.all(Array.from({ length: SESSIONS }, () => cluster.connect()));
      oracle = await SnapshotOracle.start(plain.config, SESSIONS, world.TABLES, world.ddlOf(actions));
      const deadline = performance.now() + RUN_MS / 4;
      for (let round = 0; round < LEAST_ROUNDS || performance.now() < deadline; round++) {
        const failure = await new Round(world, oracle, clients, seededRandom(SEED + round)).play();
        if (failure) assert.fail(`seed ${SEED + round}:\n${failure}`);
      }
      await oracle.close();
      assert.deepEqual(cluster.log, []);
    });
});

class Round {
  private readonly open: (OracleTransaction | undefined)[] = Array.from({ length: SESSIONS }, () => undefined);
  private readonly done: string[] = [];

  constructor(
    private readonly world: typeof tables | typeof chains,
    private readonly oracle: SnapshotOracle,
    private readonly clients: readonly pg.Client[],
    private readonly random: Random,
  ) {}

  private pick(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  /** @returns the steps up to the first wrong answer; undefined when all is right */
  async play(): Promise<string | undefined> {
    await this.prepare();
    for (let n = 0; n < STEPS; n++) {
      const session = this.pick(SESSIONS);
      const tx = this.open[session];
      let wrong: string | undefined;
      if (!tx) await this.begin(session);
      else if (tx.failed || this.pick(5) === 0) wrong = await this.commit(session);
      else wrong = await this.statements(session);
      if (wrong !== undefined) return this.end(wrong);
    }
    for (const session of this.open.keys()) {
      const wrong = await this.commit(session);
      if (wrong !== undefined) return this.end(wrong);
    }
    return this.compareRows();
  }

  private async prepare(): Promise<void> {
    const [client] = this.clients as [pg.Client];
    for (const { name } of [...this.world.TABLES].reverse()) await client.query(`DELETE FROM ${name}`);
    this.oracle.clear();
    for (const sql of this.world.FIRST_ROWS) {
      await client.query(sql);
      const tx = this.oracle.begin(0);
      await tx.run(sql);
      (await tx.commit()).apply();
    }
  }

  private async send(session: number, sql: string): Promise<string> {
    const protocol = this.random() < 0.5 ? 'simple' : 'extended';
    const answer = await answerOf(this.clients[session]!, sql, protocol);
    this.done.push(`  ${session} ${protocol}: ${sql} → ${answer}`);
    return answer;
  }

  private async begin(session: number): Promise<void> {
    await this.send(session, 'BEGIN');
    this.open[session] = this.oracle.begin(session);
  }

  private async commit(session: number): Promise<string | undefined> {
    const tx = this.open[session];
    if (!tx) return undefined;
    this.open[session] = undefined;
    const answer = await this.send(session, 'COMMIT');
    const { outcomes, apply } = await tx.commit();
    if (answer === 'COMMIT' && outcomes.includes(answer)) apply();
    else if (answer !== OC000 && !outcomes.includes(answer)) return `expected ${outcomes.join(' or ')}`;
    return undefined;
  }

  /** One of the session, and at the same time some of others that have their snapshots. */
  private async statements(session: number): Promise<string | undefined> {
    const others = this.open.flatMap((tx, at) =>
      tx?.started && !tx.failed && at !== session && this.pick(4) === 0 ? [at] : [],
    );
    const sent = [session, ...others].map(at => ({ at, ...this.world.randomSql(this.random) }));
    const answers = await Promise.all(sent.map(({ at, sql }) => this.send(at, sql)));
    for (const [n, { at, sql, lock }] of sent.entries()) {
      const tx = this.open[at]!;
      const expected = await tx.run(sql, lock);
      if (answers[n] === OC000) await this.lost(at);
      else if (!agree(answers[n]!, expected)) return `session ${at}, ${sql}\nexpected ${expected}`;
    }
    return undefined;
  }

  /** The transaction was refused at a statement already. */
  private async lost(session: number): Promise<void> {
    await this.open[session]!.rollback();
    this.open[session] = undefined;
    await this.send(session, 'ROLLBACK');
  }

  private async end(wrong: string): Promise<string> {
    for (const tx of this.open) await tx?.rollback();
    return [...this.done, wrong].join('\n');
  }

  private async compareRows(): Promise<string | undefined> {
    const sorted = (rows: Record<string, unknown>[]): string[] =>
      rows.map(row => JSON.stringify(Object.entries(row).sort())).sort();
    for (const { name } of this.world.TABLES) {
      const { rows } = await this.clients[0]!.query<Record<string, unknown>>(`SELECT * FROM ${name}`);
      try {
        assert.deepEqual(sorted(rows), sorted(this.oracle.rows(name)));
      } catch (error) {
        return this.end(`${name}: ${String(error)}`);
      }
    }
    return undefined;
  }
}
