import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placesOfArn } from '../../../src/core/aws/arns';
import type { Permission, PlannedCall, PolicyConditions } from '../../../src/core/aws/calls';
import { AWS_COMMANDS, COMMAND_CALLS, callsOf } from '../../../src/core/aws/command-calls';
import { charactersOf, MAX_POLICY_CHARACTERS, policyOf, type PolicyDocument } from '../../../src/core/aws/policy';
import { allows } from '../../support/policy-evaluation';

const KNOWN = {
  account: '123456789012',
  region: 'us-east-1',
  cluster: 'kiqenqglxyl2snyvkvnj2c3s2e',
  function: 'dsql-workshop-transfer',
  role: 'dsql-workshop/transfer',
  secondRegion: 'us-east-2',
  witnessRegion: 'us-west-2',
};

const permissions = (calls: readonly PlannedCall[]): Permission[] =>
  calls.flatMap(call => [call, ...(call.also ?? [])]);

describe('policies of commands', () => {
  it('deploying: what the document says, to the letter', () => {
    const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:dsql-workshop-transfer';
    assert.deepEqual(policyOf(COMMAND_CALLS.deploy, KNOWN), {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'IamPassRole',
          Effect: 'Allow',
          Action: ['iam:PassRole'],
          Resource: ['arn:aws:iam::123456789012:role/dsql-workshop/transfer'],
          Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
        },
        {
          Sid: 'LambdaFunctionCreation',
          Effect: 'Allow',
          Action: ['lambda:CreateFunction', 'lambda:TagResource'],
          Resource: [functionArn],
          Condition: { StringEquals: { 'aws:RequestTag/created-by': 'dsql-workshop' } },
        },
        {
          Sid: 'LambdaFunction',
          Effect: 'Allow',
          Action: [
            'lambda:GetFunction',
            'lambda:GetFunctionConfiguration',
            'lambda:ListTags',
            'lambda:PublishVersion',
            'lambda:UpdateFunctionCode',
            'lambda:UpdateFunctionConfiguration',
          ],
          Resource: [functionArn],
        },
      ],
    } satisfies PolicyDocument);
  });

  it('a cluster of one Region: tagged on creation, with the service-linked role', () => {
    assert.deepEqual(policyOf(COMMAND_CALLS['create-cluster'], KNOWN), {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'DsqlClusterCreation',
          Effect: 'Allow',
          Action: ['dsql:CreateCluster', 'dsql:TagResource'],
          Resource: ['arn:aws:dsql:us-east-1:123456789012:cluster/*'],
          Condition: { StringEquals: { 'aws:RequestTag/created-by': 'dsql-workshop' } },
        },
        {
          Sid: 'DsqlGetCluster',
          Effect: 'Allow',
          Action: ['dsql:GetCluster'],
          Resource: ['arn:aws:dsql:us-east-1:123456789012:cluster/*'],
        },
        {
          Sid: 'IamCreateServiceLinkedRole',
          Effect: 'Allow',
          Action: ['iam:CreateServiceLinkedRole'],
          Resource: ['arn:aws:iam::123456789012:role/aws-service-role/dsql.amazonaws.com/AWSServiceRoleForAuroraDsql'],
          Condition: { StringEquals: { 'iam:AWSServiceName': 'dsql.amazonaws.com' } },
        },
      ],
    } satisfies PolicyDocument);
  });

  it('two Regions: peers, and the witness in each Region that asks for it', () => {
    const policy = policyOf(COMMAND_CALLS['create-cluster-pair'], KNOWN);
    const context = { 'aws:RequestTag/created-by': 'dsql-workshop', 'dsql:WitnessRegion': 'us-west-2' };
    const made = (region: string) => `arn:aws:dsql:${region}:123456789012:cluster/new`;
    for (const region of ['us-east-1', 'us-east-2'])
      for (const action of ['CreateCluster', 'TagResource', 'PutMultiRegionProperties', 'AddPeerCluster', 'GetCluster'])
        assert.ok(allows(policy, { action: `dsql:${action}`, resource: made(region), context }), `${action} ${region}`);
    for (const region of ['us-east-1', 'us-east-2', 'us-west-2'])
      assert.ok(allows(policy, { action: 'dsql:PutWitnessRegion', resource: made(region), context }), region);
    assert.ok(allows(policy, { action: 'dsql:UpdateCluster', resource: made('us-east-1'), context }));
    for (const denied of [
      { action: 'dsql:CreateCluster', resource: made('eu-west-1'), context },
      { action: 'dsql:CreateCluster', resource: made('us-east-1') },
      { action: 'dsql:PutWitnessRegion', resource: made('us-west-2'), context: { 'dsql:WitnessRegion': 'us-west-1' } },
      { action: 'dsql:DeleteCluster', resource: made('us-east-1'), context },
    ])
      assert.ok(!allows(policy, denied), JSON.stringify(denied));
  });

  it('a teardown deletes only what carries the tag', () => {
    const policy = policyOf(COMMAND_CALLS.teardown, KNOWN);
    const tagged = { 'aws:ResourceTag/created-by': 'dsql-workshop' };
    const resource = 'arn:aws:dsql:us-east-1:123456789012:cluster/somebody-elses';
    assert.ok(allows(policy, { action: 'dsql:DeleteCluster', resource, context: tagged }));
    assert.ok(!allows(policy, { action: 'dsql:DeleteCluster', resource }));
    assert.ok(!allows(policy, { action: 'dsql:CreateCluster', resource, context: tagged }));
  });

  it('all of them are small enough for IAM, and leave no place empty where all is known', () => {
    for (const command of AWS_COMMANDS) {
      const policy = policyOf(callsOf(command), { ...KNOWN, stack: 'bank', secondCluster: 'x' });
      assert.ok(charactersOf(policy) < MAX_POLICY_CHARACTERS, command);
      assert.doesNotMatch(JSON.stringify(policy), /\{\w+\}/, command);
    }
  });

  it('ask for all resources only where the service knows none', () => {
    const unbounded = new Set(
      AWS_COMMANDS.flatMap(command => policyOf(callsOf(command), KNOWN).Statement)
        .filter(({ Resource = [] }) => Resource.includes('*'))
        .flatMap(({ Action }) => Action),
    );
    assert.deepEqual([...unbounded].sort(), [
      'cloudformation:DescribeStacks',
      'cloudformation:ListStacks',
      'cloudwatch:GetMetricData',
      'dsql:ListClusters',
      'iam:ListRoles',
      'lambda:GetAccountSettings',
      'lambda:ListFunctions',
      'logs:DescribeLogGroups',
      'tag:GetResources',
    ]);
  });

  it('allow what AWS names when it refuses: the streams of a log group, the version of a function', () => {
    const asked = { account: '123456789012', region: 'us-east-1' };
    const log = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/dsql-workshop-transfer';
    const version = 'arn:aws:lambda:us-east-1:123456789012:function:dsql-workshop-transfer:7';
    const may = (command: keyof typeof COMMAND_CALLS, action: string, resource: string): boolean =>
      allows(policyOf(callsOf(command), { ...KNOWN, ...asked }), { action, resource });
    assert.ok(may('tail-log', 'logs:FilterLogEvents', `${log}:log-stream:`));
    assert.ok(may('roll-back', 'lambda:GetFunction', version));
    assert.ok(may('roll-back', 'lambda:GetFunction', version.replace(/:7$/, '')));
    assert.ok(!may('roll-back', 'lambda:UpdateFunctionCode', version), 'a version cannot be changed');
    assert.ok(!may('tail-log', 'logs:FilterLogEvents', `${log}-of-another:log-stream:`));
  });

  it('leave in braces what is not known', () => {
    const [statement] = policyOf(COMMAND_CALLS.invoke, { region: 'eu-west-1' }).Statement;
    assert.deepEqual(statement?.Resource, ['arn:aws:lambda:eu-west-1:{account}:function:{function}']);
  });
});

describe('any policy', () => {
  const resource = fc.oneof(
    fc.constantFrom(
      '*',
      'arn:aws:dsql:us-east-1:1:cluster/*',
      'arn:aws:dsql:us-east-1:1:cluster/a',
      'arn:aws:lambda:r:1:function:f',
      'a**',
      'a*',
    ),
    fc.string({ unit: fc.constantFrom('a', 'b', '*', ':', '/', '.', '(', '$'), minLength: 1, maxLength: 6 }),
  );
  const permission: fc.Arbitrary<Permission> = fc.record(
    {
      actions: fc.array(fc.constantFrom('dsql:A', 'dsql:B', 'lambda:A', 'lambda:C', 'iam:PassRole'), { maxLength: 3 }),
      resources: fc.array(resource, { minLength: 1, maxLength: 3 }),
      conditions: fc.constantFrom<PolicyConditions>(
        { StringEquals: { k: 'v' } },
        { StringEquals: { k: 'w', 'aws:RequestTag/x': 'y' } },
      ),
    },
    { requiredKeys: ['actions', 'resources'] },
  );
  const call: fc.Arbitrary<PlannedCall> = fc
    .tuple(permission, fc.array(permission, { maxLength: 2 }), fc.boolean())
    .map(([own, also, changes]) => ({ ...own, also, changes, service: 'dsql', operation: 'A', why: '' }));
  const calls = fc.array(call, { maxLength: 6 });

  /** Each way to satisfy a permission, as a request: a `*` is filled with something. */
  const requests = (from: readonly PlannedCall[]) =>
    permissions(from).flatMap(({ actions, resources, conditions = {} }) =>
      actions.flatMap(action =>
        resources.map(pattern => ({
          action,
          resource: pattern.replaceAll('*', 'zz'),
          context: Object.assign({}, ...Object.values(conditions)) as Record<string, string>,
        })),
      ),
    );

  it('allows every call it was made for', () => {
    fc.assert(
      fc.property(calls, planned => {
        const policy = policyOf(planned);
        for (const request of requests(planned)) assert.ok(allows(policy, request), JSON.stringify(request));
      }),
    );
  });

  it('allows nothing that no call needs', () => {
    fc.assert(
      fc.property(calls, planned => {
        const needed = new Set(
          permissions(planned).flatMap(({ actions, resources, conditions }) =>
            actions.flatMap(action => resources.map(each => JSON.stringify([action, each, conditions ?? null]))),
          ),
        );
        for (const { Action, Resource = [], Condition } of policyOf(planned).Statement)
          for (const action of Action)
            for (const each of Resource) assert.ok(needed.has(JSON.stringify([action, each, Condition ?? null])));
      }),
    );
  });

  it('is the same text in whatever order the calls come, and has names of its own for its statements', () => {
    fc.assert(
      fc.property(
        calls.chain(planned =>
          fc.tuple(fc.constant(planned), fc.shuffledSubarray(planned, { minLength: planned.length })),
        ),
        ([planned, shuffled]) => {
          const policy = policyOf(planned);
          assert.equal(JSON.stringify(policyOf(shuffled)), JSON.stringify(policy));
          const sids = policy.Statement.map(({ Sid }) => Sid);
          assert.equal(new Set(sids).size, sids.length);
          for (const sid of sids) assert.match(sid, /^[A-Za-z0-9]+$/);
        },
      ),
    );
  });

  it('repeats nothing: no grant is covered by another', () => {
    fc.assert(
      fc.property(calls, planned => {
        const { Statement } = policyOf(planned);
        const grants = Statement.flatMap(statement =>
          statement.Action.flatMap(action =>
            (statement.Resource ?? []).map(each => ({ ...statement, Action: [action], Resource: [each] })),
          ),
        );
        for (const grant of grants) {
          const others = grants.filter(other => other !== grant);
          const policy: PolicyDocument = { Version: '2012-10-17', Statement: others };
          const context = Object.assign({}, ...Object.values(grant.Condition ?? {})) as Record<string, string>;
          // a `*` filled with what no pattern of the test holds
          const request = { action: grant.Action[0]!, resource: grant.Resource[0]!.replaceAll('*', '§'), context };
          const same = others.filter(other => JSON.stringify(other.Condition) === JSON.stringify(grant.Condition));
          assert.ok(!allows({ ...policy, Statement: same }, request), JSON.stringify(grant));
        }
      }),
    );
  });
});

describe('ARNs', () => {
  it('tell where a command works', () => {
    assert.deepEqual(placesOfArn('arn:aws:iam::123456789012:role/path/to/fn'), {
      account: '123456789012',
      role: 'path/to/fn',
    });
    assert.deepEqual(placesOfArn('arn:aws:lambda:us-east-1:123456789012:function:transfer:3'), {
      account: '123456789012',
      region: 'us-east-1',
      function: 'transfer',
    });
    assert.deepEqual(placesOfArn('nonsense'), {});
  });
});
