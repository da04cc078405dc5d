import assert from 'node:assert/strict';
import type { Closeable } from '../../../src/base/lifecycle';
import type { DatabasePort } from '../../../src/core/sql/database-port';
import { BANK_GRANTS } from '../../../src/core/roles/contract';
import { rolePlan } from '../../../src/core/roles/plan';
import { readRoleState, runStatements } from '../../../src/core/roles/set-up-role';
import { revokeStatements, setUpStatements } from '../../../src/core/roles/statements';
import type { LocalCluster } from '../../../src/local/cluster';
import { createDatabase } from '../../../src/node/database';
import { createLambdaPort } from '../../../src/node/lambda/port';
import { PROBE_FUNCTION, verifyByFunction, verifyByKeys } from '../../../src/node/roles/verify-role';
import type { Target } from '../../../src/node/target';
import { localTarget } from '../../../src/node/target-local';
import { runCommandLine } from '../../../src/cli/program';
import { CREATE_TABLES } from '../../../src/core/bank/schema';
import { startTestCluster } from '../../support/cluster';
import { bufferConsole } from '../../support/console';
import { removeDirectory, temporaryDirectory } from '../../support/postgres';

const STRANGER = 'arn:aws:iam::123456789012:role/path/stranger';

describe('a database role for an IAM role, on a local cluster', () => {
  const dataDir = temporaryDirectory();
  let cluster: LocalCluster;
  let target: Target;
  let database: DatabasePort & Closeable;
  let lambdaRole: string;

  before(async () => {
    cluster = await startTestCluster({ dataDir });
    target = localTarget(cluster.info);
    lambdaRole = target.lambda.roleArn;
    database = createDatabase(target);
    await database.query(CREATE_TABLES[0]!);
  });
  after(async () => {
    await database?.close();
    await cluster?.close();
    removeDirectory(dataDir);
  });

  const missing = async (plan: ReturnType<typeof rolePlan>) =>
    setUpStatements(plan, await readRoleState(plan, database)).map(({ sql }) => sql);
  const apply = async (plan: ReturnType<typeof rolePlan>) =>
    runStatements(setUpStatements(plan, await readRoleState(plan, database)), database);

  it('says what is missing, brings it about once, and connects as the role', async () => {
    const plan = rolePlan('teller', lambdaRole, BANK_GRANTS);
    assert.deepEqual(await missing(plan), [
      'CREATE ROLE teller WITH LOGIN',
      `AWS IAM GRANT teller TO '${lambdaRole}'`,
      'GRANT SELECT, UPDATE ON TABLE public.accounts TO teller',
    ]);
    const refused = await verifyByKeys(target, plan);
    assert.ok(!refused.ok && refused.way === 'keys');
    assert.match(refused.reason, /access denied/);
    await apply(plan);
    assert.deepEqual(await verifyByKeys(target, plan), { way: 'keys', ok: true, currentUser: 'teller' });
    assert.deepEqual(await missing(plan), []);
    const rows = await database.query('SELECT count(*) FROM accounts', { as: 'lambda', user: 'teller' });
    assert.deepEqual(rows.rows, [['0']]);
    await assert.rejects(database.query('DELETE FROM accounts', { as: 'lambda', user: 'teller' }), /permission denied/);
  });

  it('emits only what is missing: a table that came later, a privilege that was taken', async () => {
    const plan = rolePlan('teller', lambdaRole, BANK_GRANTS);
    await database.query(CREATE_TABLES[1]!);
    await database.query('REVOKE UPDATE ON TABLE accounts FROM teller');
    assert.deepEqual(await missing(plan), [
      'GRANT UPDATE ON TABLE public.accounts TO teller',
      'GRANT SELECT, INSERT ON TABLE public.transactions TO teller',
    ]);
    await apply(plan);
    assert.deepEqual(await missing(plan), []);
  });

  it('takes names and schemas that need quotes, and literals that try to end early', async () => {
    await database.query('CREATE SCHEMA "My Bank"');
    await database.query('CREATE TABLE "My Bank"."Konten; --" (id int PRIMARY KEY)');
    const grants = [{ schema: 'My Bank', table: 'Konten; --', privileges: ['SELECT'] as const }];
    const plan = rolePlan('Kassier "eins"', STRANGER, grants);
    assert.deepEqual(await missing(plan), [
      'CREATE ROLE "Kassier ""eins""" WITH LOGIN',
      `AWS IAM GRANT "Kassier ""eins""" TO '${STRANGER}'`,
      'GRANT USAGE ON SCHEMA "My Bank" TO "Kassier ""eins"""',
      'GRANT SELECT ON TABLE "My Bank"."Konten; --" TO "Kassier ""eins"""',
    ]);
    await apply(plan);
    assert.deepEqual(await missing(plan), []);
    const state = await readRoleState(plan, database);
    await runStatements(revokeStatements(plan, state), database);
    assert.equal((await readRoleState(plan, database)).role, undefined);
  });

  it('a role that may not log in is let in', async () => {
    await database.query('CREATE ROLE clerk NOLOGIN');
    const plan = rolePlan('clerk', STRANGER, []);
    assert.deepEqual(await missing(plan), ['ALTER ROLE clerk WITH LOGIN', `AWS IAM GRANT clerk TO '${STRANGER}'`]);
    await apply(plan);
    assert.deepEqual(await missing(plan), []);
  });

  it('says why it cannot be verified by keys', async () => {
    const verification = await verifyByKeys(target, rolePlan('clerk', STRANGER, []));
    assert.deepEqual([verification.way, verification.ok], ['none', false]);
  });

  it('verifies by a function with the role, which is gone afterwards', async () => {
    const lambda = createLambdaPort({
      endpoint: target.lambda.endpoint,
      region: target.region,
      credentials: target.credentials.admin,
    });
    try {
      const plan = rolePlan('teller', lambdaRole, []);
      assert.deepEqual(await verifyByFunction(target, plan, lambda), {
        way: 'function',
        ok: true,
        currentUser: 'teller',
      });
      const nobody = await verifyByFunction(target, rolePlan('nobody_yet', lambdaRole, []), lambda);
      assert.ok(!nobody.ok && nobody.way === 'function');
      assert.match(nobody.reason, /access denied/);
      assert.equal(await lambda.exists(target.lambda.functionPrefix + PROBE_FUNCTION), false);
    } finally {
      lambda.dispose();
    }
  });

  it('takes everything back: the mapping first, the role last', async () => {
    const plan = rolePlan('teller', lambdaRole, BANK_GRANTS);
    const statements = revokeStatements(plan, await readRoleState(plan, database));
    assert.deepEqual(
      statements.map(({ sql }) => sql),
      [
        `AWS IAM REVOKE teller FROM '${lambdaRole}'`,
        'REVOKE SELECT, UPDATE ON TABLE public.accounts FROM teller',
        'REVOKE SELECT, INSERT ON TABLE public.transactions FROM teller',
        'DROP ROLE teller',
      ],
    );
    await runStatements(statements, database);
    assert.equal((await readRoleState(plan, database)).role, undefined);
    assert.deepEqual(revokeStatements(plan, await readRoleState(plan, database)), []);
    assert.equal((await verifyByKeys(target, plan)).ok, false);
  });

  it('a role that holds more stays, and one that others use too', async () => {
    const plan = rolePlan('auditor', lambdaRole, BANK_GRANTS.slice(0, 1));
    await apply(plan);
    await apply(rolePlan('auditor', STRANGER, []));
    const shared = revokeStatements(plan, await readRoleState(plan, database));
    assert.equal(shared.at(-1)?.sql, 'REVOKE SELECT, UPDATE ON TABLE public.accounts FROM auditor');
    await runStatements(shared, database);
    await database.query('GRANT SELECT ON TABLE transactions TO auditor');
    const last = rolePlan('auditor', STRANGER, []);
    const outcomes = await runStatements(revokeStatements(last, await readRoleState(last, database)), database);
    assert.equal(outcomes.at(-1)?.tolerated?.sqlstate, '2BP01');
    assert.ok((await readRoleState(last, database)).role);
  });

  it('dsql-workshop role: shows, applies, verifies, takes back', async () => {
    const run = async (...args: string[]) => {
      const console = bufferConsole();
      const code = await runCommandLine(['role', '--data-dir', dataDir, '--user', 'cli_app', ...args], console);
      return { code, out: console.out(), err: console.err() };
    };
    const shown = await run();
    assert.match(shown.out, /^CREATE ROLE cli_app WITH LOGIN;\nAWS IAM GRANT cli_app TO 'arn:aws:iam::\d{12}:role\//);
    assert.equal((await run('--apply')).out, 'Verified: connected with a token of the role as cli_app.\n');
    assert.match((await run()).err, /Nothing is missing/);
    const again = JSON.parse((await run('--apply', '--json')).out) as { statements: unknown[]; verification: unknown };
    assert.deepEqual(again.statements, []);
    assert.deepEqual(again.verification, { way: 'keys', ok: true, currentUser: 'cli_app' });
    assert.match((await run('--revoke', '--dry-run')).out, /^AWS IAM REVOKE cli_app[^]*DROP ROLE cli_app;\n$/);
    assert.equal((await run('--revoke')).code, 0);
    assert.match((await run('--revoke')).err, /There is no role cli_app/);
    assert.equal((await run('--apply', '--revoke')).code, 2);
  });
});
