import assert from 'node:assert/strict';
import path from 'node:path';
import type { PromiseOutcome, PromiseReport, PromiseSet } from '../../../src/core/promises/contract';
import { brokenPromises, describeBroken, verifyTransfer } from '../../../src/core/promises/verify-transfer';
import type { Closeable } from '../../../src/base/lifecycle';
import type { ChapterPorts } from '../../../src/core/chapters/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { createChapterPorts } from '../../../src/node/chapters/ports';
import { localTarget } from '../../../src/node/target-local';
import { connect, startTestCluster } from '../../support/cluster';

const HANDLERS = path.resolve(__dirname, '../../fixtures/promises');
const CHAPTERS = path.resolve(__dirname, '../../../workshop/chapters');

/** Handlers that keep every promise, each written in its own way. */
const CORRECT = [
  'throws',
  'for-update',
  'select-then-update',
  'one-statement',
  'credit-first',
  'postgres-js',
  'drizzle',
  'compare-and-set',
  'patient',
];

/** Seconds that a call of one may take. */
const TIMEOUT: Record<string, number> = { late: 3 };

/** Handlers that break a promise: the set it belongs to, and the promises of which one must be named. */
const BROKEN: Record<string, [PromiseSet, ...string[]]> = {
  'no-rollback': ['money', 'no-overdraft'],
  'no-funds-check': ['money', 'no-overdraft'],
  'says-nothing': ['money', 'no-overdraft'],
  'no-row-count': ['money', 'known-accounts'],
  'makes-money': ['money', 'self-transfer'],
  'any-amount': ['money', 'whole-amounts'],
  'pasted-values': ['money', 'bound-values'],
  'two-transactions': ['money', 'no-half-transfer'],
  'leaked-connection': ['money', 'connections'],
  'leak-on-conflict': ['money', 'connections'],
  'swallowed-commit': ['money', 'no-lost-update'],
  'funds-apart': ['money', 'no-double-spend'],
  floating: ['money', 'moves-exactly'],
  'lost-update': ['money', 'no-lost-update'],
  // with few conflicts the retries of the first test may all have gone well
  'stale-retry': ['retries', 'no-lost-update', 'retries-conflicts'],
  'retries-inside': ['retries', 'no-lost-update', 'retries-conflicts'],
  'no-retry': ['retries', 'retries-conflicts'],
  'retries-everything': ['retries', 'conflicts-only'],
  'retries-database-errors': ['retries', 'conflicts-only'],
  endless: ['retries', 'bounded'],
  'history-apart': ['history', 'history-once'],
  'history-after': ['history', 'history-once'],
  'no-history': ['history', 'history-once'],
};

/** What never gives up is waited for by the clock that it is given: this one runs faster. */
const HASTE: Record<string, number> = { endless: 5 };

/** Real functions, real conflicts, a real cluster. */
describe('the promises of a transfer function', function () {
  let cluster: LocalCluster;
  let ports: ChapterPorts & Closeable;

  const sql = async (...statements: string[]): Promise<unknown[]> => {
    const client = await connect(cluster.info);
    try {
      let rows: unknown[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  };
  /** `only`: promises to look at; `until`: what there is to see was seen, the rest is left out, and the report is nothing. */
  const verify = async (
    directory: string,
    entry: string | undefined,
    set: PromiseSet,
    only?: readonly string[],
    until: (outcome: PromiseOutcome) => boolean = () => false,
  ): Promise<PromiseReport | undefined> => {
    const name = `f-${path.basename(entry ?? directory, '.ts')}`;
    await ports.lambda.deploy({
      name,
      directory,
      entry,
      environment: { CLUSTER_ENDPOINT: cluster.info.endpoint },
      timeoutSeconds: TIMEOUT[path.basename(entry ?? '', '.ts')],
      roleArn: cluster.info.lambdaRole.arn,
    });
    const enough = new AbortController();
    const onOutcome = (outcome: PromiseOutcome): void => {
      if (until(outcome)) enough.abort();
    };
    const haste = HASTE[path.basename(entry ?? '', '.ts')] ?? 1;
    const monotonic = (): number => haste * performance.now();
    try {
      return await verifyTransfer(ports, {
        functionName: name,
        set,
        only,
        onOutcome,
        signal: enough.signal,
        monotonic,
      });
    } catch (error) {
      if (enough.signal.aborted) return undefined;
      throw error;
    } finally {
      await ports.lambda.remove(name);
    }
  };
  const broken = (report: PromiseReport | undefined): string => {
    assert.ok(report);
    return brokenPromises(report).map(describeBroken).join('\n');
  };

  before(async () => {
    cluster = await startTestCluster();
    ports = createChapterPorts(localTarget(cluster.info), () => assert.fail('no stress run is part of this'));
    await sql(
      'CREATE ROLE myapp WITH LOGIN',
      `AWS IAM GRANT myapp TO '${cluster.info.lambdaRole.arn}'`,
      'CREATE TABLE accounts (id int PRIMARY KEY, balance bigint NOT NULL)',
      'CREATE TABLE transactions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), payer_id int NOT NULL, payee_id int NOT NULL, amount bigint NOT NULL, created_at timestamptz NOT NULL DEFAULT now())',
      'GRANT SELECT, UPDATE ON accounts TO myapp',
      'GRANT SELECT, INSERT ON transactions TO myapp',
      'INSERT INTO accounts SELECT id, 100 FROM generate_series(1, 10) AS id',
    );
  });
  after(async () => {
    await ports?.close();
    await cluster?.close();
  });

  const SOLUTIONS: [string, PromiseSet][] = [
    ['01-schema-and-transfer', 'money'],
    ['02-stress-and-occ-retries', 'retries'],
    ['03-uuid-history', 'history'],
  ];
  for (const [chapter, set] of SOLUTIONS)
    it(`are kept by the solution of ${chapter}`, async () => {
      const report = await verify(path.join(CHAPTERS, chapter, 'lambda'), undefined, set);
      assert.equal(broken(report), '');
    });

  for (const name of CORRECT)
    it(`are kept by "${name}"`, async () => {
      const report = await verify(HANDLERS, `correct/${name}.ts`, 'history');
      assert.equal(broken(report), '');
      assert.equal(report?.outcomes.length, 15);
    });

  for (const [name, [set, ...promises]] of Object.entries(BROKEN))
    it(`"${name}" breaks "${promises[0]}"`, async () => {
      let found: PromiseOutcome | undefined;
      // those of money warm one another's environments, and one may show in the test of another
      const only = set === 'money' ? undefined : promises;
      const report = await verify(HANDLERS, `broken/${name}.ts`, set, only, outcome => {
        if (!outcome.kept && promises.includes(outcome.id)) found ??= outcome;
        return found !== undefined;
      });
      assert.ok(found && !found.kept, `broken instead:\n${report && broken(report)}`);
      assert.match(found.observed, /\d/, 'what was observed is told in numbers');
      assert.ok(found.advice.length > 20, 'what to do is told');
    });

  it('are judged with the calls that got no answer, which were made or not', async () => {
    const report = await verify(HANDLERS, 'correct/late.ts', 'history', ['no-lost-update', 'history-once']);
    assert.equal(broken(report), '');
    assert.match(report?.outcomes[0]?.observed ?? '', /3 times 6 transfers at once, \d+ accepted, every balance exact/);
  });

  it('are not judged where another test of promises takes the accounts away', async () => {
    const name = 'disturbed';
    await ports.lambda.deploy({
      ...{ name, directory: HANDLERS, entry: 'correct/patient.ts', roleArn: cluster.info.lambdaRole.arn },
      environment: { CLUSTER_ENDPOINT: cluster.info.endpoint },
    });
    const query: typeof ports.database.query = async (text, options) => {
      // what a test removes when it begins, whoever made it
      if (/balance::text/.test(text)) await sql('DELETE FROM accounts WHERE id > 2000000000');
      return ports.database.query(text, options);
    };
    await assert.rejects(
      verifyTransfer({ ...ports, database: { ...ports.database, query } }, { functionName: name, set: 'money' }),
      { code: 'PROMISES_DISTURBED', nextStep: /Wait until it has ended/ },
    );
    await ports.lambda.remove(name);
  });

  it('leave nothing behind', async () => {
    assert.deepEqual(await sql('SELECT count(*)::int AS n, sum(balance)::text AS sum FROM accounts'), [
      { n: 10, sum: '1000' },
    ]);
    assert.deepEqual(await sql('SELECT count(*)::int AS n FROM transactions'), [{ n: 0 }]);
  });

  it('cannot be tested on a function that is not there, or without accounts, and that is said', async () => {
    await assert.rejects(verifyTransfer(ports, { functionName: 'nobody', set: 'money' }), {
      code: 'LAMBDA_FUNCTION_NOT_FOUND',
    });
    const lost = {
      ...ports,
      database: { ...ports.database, query: () => Promise.reject(new Error('relation "accounts" does not exist')) },
    };
    await assert.rejects(verifyTransfer(lost, { functionName: 'nobody', set: 'money' }), {
      code: 'PROMISES_NO_ACCOUNTS',
    });
  });
});
