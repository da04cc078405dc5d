import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodedError } from '../../../src/base/errors';
import { identifierOf, tokenize } from '../../../src/core/dialect/lexer';
import { TABLE_PRIVILEGES, type RoleState, type TablePrivilege } from '../../../src/core/roles/contract';
import { readGrant, rolePlan, unusable } from '../../../src/core/roles/plan';
import { missingTables, revokeStatements, setUpStatements } from '../../../src/core/roles/statements';

const ARN = 'arn:aws:iam::123456789012:role/dsql-workshop/fn';
const code = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof CodedError ? error.code : String(error);
  }
};

describe('plans of database roles', () => {
  it('take IAM roles and users, and the role behind a session', () => {
    assert.equal(rolePlan('myapp', ARN, []).arn, ARN);
    assert.equal(rolePlan('myapp', 'arn:aws:iam::123456789012:user/ann', []).arn, 'arn:aws:iam::123456789012:user/ann');
    assert.equal(
      rolePlan('myapp', 'arn:aws:sts::123456789012:assumed-role/Dev/ann', []).arn,
      'arn:aws:iam::123456789012:role/Dev',
    );
  });

  for (const arn of [
    '',
    'x',
    'arn:aws:iam::12:role/a',
    `${ARN}'; DROP`,
    'arn:aws:iam::123456789012:group/g',
    `${ARN}\n`.repeat(2),
  ])
    it(`refuse ${JSON.stringify(arn)}`, () =>
      assert.equal(
        code(() => rolePlan('a', arn, [])),
        'ROLE_ARN_UNUSABLE',
      ));

  for (const name of ['', 'admin', 'pg_x', 'PG_X', 'public', 'a\u0000', 'ä'.repeat(32)])
    it(`refuse the name ${JSON.stringify(name)}`, () =>
      assert.equal(
        code(() => rolePlan(name, ARN, [])),
        'ROLE_NAME_UNUSABLE',
      ));

  it('read grants as they are typed', () => {
    assert.deepEqual(readGrant('accounts:select, update,SELECT'), {
      schema: 'public',
      table: 'accounts',
      privileges: ['SELECT', 'UPDATE'],
    });
    assert.equal(readGrant('bank.accounts:DELETE').schema, 'bank');
    for (const wrong of ['accounts', 'accounts:', ':SELECT', 'a.b.c:SELECT', 'accounts:ALL', 'accounts:SELECT;'])
      assert.equal(
        code(() => readGrant(wrong)),
        'ROLE_GRANT_UNREADABLE',
        wrong,
      );
  });
});

const name = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('"', "'", ';', ' ', '-', '.', 'A', 'é', '$'),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 12,
  })
  .filter(text => unusable(text) === undefined);
const privileges = fc.subarray<TablePrivilege>([...TABLE_PRIVILEGES]);
const grants = fc.array(fc.record({ schema: name, table: name, privileges }), { maxLength: 3 });

describe('statements for any plan', () => {
  it('each holds the name as one identifier, and nothing after what it says', () => {
    fc.assert(
      fc.property(name, grants, (user, wanted) => {
        const plan = rolePlan(user, ARN, wanted);
        const schemas = Object.fromEntries(wanted.map(({ schema }) => [schema, { usage: false }]));
        const state: RoleState = { arns: [], schemas, tables: wanted.map(() => ({ exists: true, held: [] })) };
        for (const { sql } of setUpStatements(plan, state)) {
          const tokens = tokenize(sql);
          assert.ok(
            tokens.some(token => identifierOf(sql, token) === user),
            sql,
          );
          assert.ok(!tokens.some(token => sql.slice(token.start, token.end) === ';'), sql);
        }
      }),
    );
  });

  it('what was set up is missing no more, and is what is taken back', () => {
    fc.assert(
      fc.property(name, grants, fc.boolean(), (user, wanted, there) => {
        const plan = rolePlan(user, ARN, wanted);
        const after: RoleState = {
          role: { canLogin: true },
          arns: [ARN],
          schemas: Object.fromEntries(wanted.map(({ schema }) => [schema, { usage: true }])),
          tables: wanted.map(grant => ({ exists: there, held: there ? grant.privileges : [] })),
        };
        assert.deepEqual(setUpStatements(plan, after), []);
        const back = revokeStatements(plan, after).map(({ sql }) => sql);
        assert.match(back[0]!, /^AWS IAM REVOKE /);
        assert.match(back.at(-1)!, /^DROP ROLE /);
        const given = wanted.filter(grant => there && grant.privileges.length > 0).length;
        assert.equal(back.filter(sql => sql.includes(' ON TABLE ')).length, given);
        assert.equal(missingTables(plan, after).length, there ? 0 : wanted.length);
      }),
    );
  });
});
