import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC000, type Protocol } from '../../support/isolation-session';

/**
 * How strongly a statement claims row 1: `exclusive` (INSERT, DELETE, key UPDATE, FOR UPDATE), `update` (other columns), `key`
 * (FOR KEY SHARE, and the check of a foreign key). Aurora DSQL User Guide, "Concurrency control", September 2026.
 */
type Strength = 'exclusive' | 'update' | 'key';

interface StatementClass {
  name: string;
  strength: Strength;
  /** `n` tells the sessions apart. */
  sql(n: number): string;
  tag: string;
  /** It is about the new row 9 instead of row 1. */
  newRow?: boolean;
}

const CLASSES: StatementClass[] = [
  {
    name: 'INSERT',
    strength: 'exclusive',
    newRow: true,
    sql: n => `INSERT INTO p VALUES (9, ${n}, 0)`,
    tag: 'INSERT 1',
  },
  {
    name: 'key UPDATE to 9',
    strength: 'exclusive',
    newRow: true,
    sql: n => `UPDATE p SET id = 9 WHERE id = ${n + 1}`,
    tag: 'UPDATE 1',
  },
  { name: 'DELETE', strength: 'exclusive', sql: () => 'DELETE FROM p WHERE id = 1', tag: 'DELETE 1' },
  {
    name: 'key UPDATE',
    strength: 'exclusive',
    sql: n => `UPDATE p SET code = ${200 + n} WHERE id = 1`,
    tag: 'UPDATE 1',
  },
  { name: 'FOR UPDATE', strength: 'exclusive', sql: () => 'SELECT v FROM p WHERE id = 1 FOR UPDATE', tag: 'SELECT 1' },
  { name: 'UPDATE', strength: 'update', sql: () => 'UPDATE p SET v = v + 1 WHERE id = 1', tag: 'UPDATE 1' },
  { name: 'FOR KEY SHARE', strength: 'key', sql: () => 'SELECT v FROM p WHERE id = 1 FOR KEY SHARE', tag: 'SELECT 1' },
  { name: 'child INSERT', strength: 'key', sql: n => `INSERT INTO c VALUES (${n}, 1)`, tag: 'INSERT 1' },
  { name: 'deferred child', strength: 'key', sql: n => `INSERT INTO d VALUES (${n}, 1)`, tag: 'INSERT 1' },
  { name: 'child UPDATE', strength: 'key', sql: n => `UPDATE c SET pid = 1 WHERE id = ${10 + n}`, tag: 'UPDATE 1' },
];

const CONFLICTS: Record<Strength, Strength[]> = {
  exclusive: ['exclusive', 'update', 'key'],
  update: ['exclusive', 'update'],
  key: ['exclusive'],
};

interface Outcome {
  answers: string[];
  a: string;
  b: string;
}

/** The sessions' steps in order; `A` and `B` are the statements. */
type Pattern = readonly string[];

const OVERLAPPING: Pattern = ['a:BEGIN', 'b:BEGIN', 'a:A', 'b:B', 'a:COMMIT', 'b:COMMIT'];
const OVERLAPPING_B_FIRST: Pattern = ['a:BEGIN', 'b:BEGIN', 'a:A', 'b:B', 'b:COMMIT', 'a:COMMIT'];
const AFTER_COMMIT: Pattern = ['a:BEGIN', 'b:BEGIN', 'b:SNAPSHOT', 'a:A', 'a:COMMIT', 'b:B', 'b:COMMIT'];
const AFTER_AUTOCOMMIT: Pattern = ['b:BEGIN', 'b:SNAPSHOT', 'a:A', 'b:B', 'b:COMMIT'];
const AUTOCOMMIT_DURING: Pattern = ['a:BEGIN', 'a:A', 'b:B', 'a:COMMIT'];
const ROLLED_BACK: Pattern = ['a:BEGIN', 'b:BEGIN', 'a:A', 'b:B', 'a:ROLLBACK', 'b:COMMIT'];
const ROLLED_BACK_SECOND: Pattern = ['a:BEGIN', 'b:BEGIN', 'a:A', 'b:B', 'b:ROLLBACK', 'a:COMMIT'];
const AFTER_SNAPSHOT: Pattern = ['a:BEGIN', 'a:A', 'a:COMMIT', 'b:BEGIN', 'b:B', 'b:COMMIT'];

describe('the conflict matrix', () => {
  let cluster: TestGateway;
  let a: pg.Client;
  let b: pg.Client;

  before(async () => {
    cluster = await startTestGateway();
    a = await cluster.connect();
    b = await cluster.connect();
    await a.query('CREATE TABLE p (id int PRIMARY KEY, code int UNIQUE, v int NOT NULL)');
    await a.query('CREATE TABLE c (id int PRIMARY KEY, pid int REFERENCES p)');
    await a.query('CREATE TABLE d (id int PRIMARY KEY, pid int REFERENCES p DEFERRABLE INITIALLY DEFERRED)');
  });
  after(() => cluster?.close());

  async function run(
    pattern: Pattern,
    first: StatementClass,
    second: StatementClass,
    protocol: Protocol,
  ): Promise<Outcome> {
    await a.query('DELETE FROM c; DELETE FROM d');
    await a.query('DELETE FROM p');
    await a.query('INSERT INTO p SELECT g, 100 + g, 0 FROM generate_series(1, 4) g');
    await a.query('INSERT INTO c VALUES (11, 4), (12, 4)');
    const outcome: Outcome = { answers: [], a: '', b: '' };
    for (const step of pattern) {
      const [who, what] = step.split(':') as ['a' | 'b', string];
      const sql =
        what === 'A'
          ? first.sql(1)
          : what === 'B'
            ? second.sql(2)
            : what === 'SNAPSHOT'
              ? 'SELECT 1 FROM p LIMIT 1'
              : what;
      const answer = (await answerOf(who === 'a' ? a : b, sql, protocol)).split('\n')[0]!;
      if (what === 'A' || what === 'B') outcome.answers.push(answer);
      if (what === 'COMMIT') outcome[who] = answer;
    }
    const orphans = await a.query(
      'SELECT id FROM (TABLE c UNION ALL TABLE d) AS child WHERE NOT EXISTS (SELECT FROM p WHERE p.id = pid)',
    );
    assert.deepEqual(orphans.rows, [], 'rows without their parent');
    return outcome;
  }

  function table(
    what: string,
    pattern: Pattern,
    expected: (conflict: boolean) => Pick<Outcome, 'a' | 'b'>,
    classes = CLASSES,
  ): void {
    for (const protocol of ['simple', 'extended'] as const)
      it(`${what} (${protocol})`, async () => {
        const wrong: string[] = [];
        for (const first of classes)
          for (const second of CLASSES) {
            if (Boolean(first.newRow) !== Boolean(second.newRow)) continue;
            const outcome = await run(pattern, first, second, protocol);
            const wanted = expected(CONFLICTS[first.strength].includes(second.strength));
            const got = [...outcome.answers, `a ${outcome.a}`, `b ${outcome.b}`].join(', ');
            const want = [first.tag, second.tag, `a ${wanted.a}`, `b ${wanted.b}`].join(', ');
            if (got !== want) wrong.push(`${first.name} × ${second.name}: ${got}; expected ${want}`);
          }
        assert.deepEqual(wrong, []);
        assert.deepEqual(cluster.log, []);
      });
  }

  table('both open, the first to write commits first', OVERLAPPING, conflict => ({
    a: 'COMMIT',
    b: conflict ? OC000 : 'COMMIT',
  }));
  table('both open, the second to write commits first', OVERLAPPING_B_FIRST, conflict => ({
    a: conflict ? OC000 : 'COMMIT',
    b: 'COMMIT',
  }));
  table('committed after the other’s snapshot, before its statement', AFTER_COMMIT, conflict => ({
    a: 'COMMIT',
    b: conflict ? OC000 : 'COMMIT',
  }));
  table('autocommitted after the other’s snapshot', AFTER_AUTOCOMMIT, conflict => ({
    a: '',
    b: conflict ? OC000 : 'COMMIT',
  }));
  table('an autocommit statement against an open transaction', AUTOCOMMIT_DURING, conflict => ({
    a: conflict ? OC000 : 'COMMIT',
    b: '',
  }));
  table('the first to write rolls back', ROLLED_BACK, () => ({ a: '', b: 'COMMIT' }));
  table('the second to write rolls back', ROLLED_BACK_SECOND, () => ({ a: 'COMMIT', b: '' }));
  table(
    'committed before the other’s snapshot',
    AFTER_SNAPSHOT,
    () => ({ a: 'COMMIT', b: 'COMMIT' }),
    CLASSES.filter(({ name }) => /^FOR|^UPDATE/.test(name)),
  );
});
