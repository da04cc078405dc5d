import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FoundResource, ResourceKind, TeardownReport } from '../../../src/core/teardown/contract';
import { idleCost } from '../../../src/core/teardown/cost';
import { carriesOurTag, planTeardown, type PlanOptions } from '../../../src/core/teardown/plan';
import { planLines } from '../../../src/core/teardown/report';
import { runTeardown } from '../../../src/core/teardown/run';
import { pause } from '../../../src/node/clusters/pause';
import { callsOf } from '../../../src/core/aws/command-calls';
import { createTeardown } from '../../../src/node/teardown/port';
import { AwsAccount, clusterArn, lambdaArn, OUR_TAGS } from '../../support/aws-account';

const CHANGES = /^(Delete|Update|Detach|Tag)/;

describe('the teardown, over the SDK', () => {
  let account: AwsAccount;
  let port: ReturnType<typeof createTeardown>;
  beforeEach(async () => {
    account = new AwsAccount();
    await account.endpoint.listen();
    const { credentials, endpoint } = account;
    port = createTeardown({ credentials, endpoint: endpoint.url, maxAttempts: 1, throttlePauseMs: 1 });
  });
  afterEach(async () => {
    await port.close();
    await account.endpoint.close();
  });

  const find = () => port.find(['us-east-1'], () => undefined);
  const tearDown = async (options: PlanOptions = {}, signal?: AbortSignal): Promise<TeardownReport> =>
    runTeardown(planTeardown(await find(), options), port, { pause, pollMs: 1, ...(signal && { signal }) });
  const changes = (): string[] =>
    account.endpoint.calls
      .filter(({ operation }) => CHANGES.test(operation))
      .map(({ operation, input }) => {
        const { identifier, FunctionName, logGroupName, RoleName, StackName, resourceArn } = input;
        const name = identifier ?? FunctionName ?? logGroupName ?? RoleName ?? StackName ?? resourceArn;
        return `${operation} ${String(name).split('/').at(-1)}`;
      });

  function furnish(): void {
    const role = account.role('transfer');
    account.cluster('one', { protected: true });
    account.cluster('east', { peers: [clusterArn('west', 'us-west-2')] });
    account.cluster('west', { region: 'us-west-2', peers: [clusterArn('east')] });
    account.cluster('theirs', { tags: {} });
    account.function('dsql-workshop-transfer', OUR_TAGS, role);
    account.function('stacked');
    account.function('theirs', {});
    account.log('/aws/lambda/dsql-workshop-transfer');
    account.log('/aws/lambda/theirs');
    account.stack('DsqlWorkshop', [{ type: 'AWS::Lambda::Function', physicalId: 'stacked' }]);
  }

  it('finds, orders, removes and looks again; a second run finds nothing', async () => {
    furnish();
    const { outcomes, remainders } = await tearDown();
    assert.deepEqual(
      outcomes.map(({ state }) => state),
      Array(outcomes.length).fill('removed'),
    );
    assert.deepEqual(remainders, []);
    assert.deepEqual([...account.dsql.clusters.keys()], ['theirs']);
    assert.deepEqual([...account.lambda.functions.keys()], [lambdaArn('theirs')]);
    assert.deepEqual(
      [...account.logs.groups.values()].map(({ name }) => name),
      ['/aws/lambda/theirs'],
    );
    assert.equal(account.iam.roles.size, 0);
    const sent = changes();
    const order = (...lines: string[]): void => {
      const places = lines.map(line => sent.findIndex(each => each.startsWith(line)));
      assert.ok(!places.includes(-1), `${lines.join()} in ${sent.join()}`);
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
        sent.join(),
      );
    };
    order('UpdateCluster one', 'DeleteCluster one');
    order('DeleteFunction dsql-workshop-transfer', 'DeleteLogGroup', 'DetachRolePolicy', 'DeleteRole transfer');
    order('UpdateTerminationProtection', 'DeleteStack');
    assert.ok(!sent.includes('DeleteFunction stacked'), 'what a stack made goes with it');
    assert.deepEqual((await find()).resources, []);
    const declared = new Set(callsOf('teardown').map(({ operation }) => operation));
    const undeclared = account.endpoint.calls.filter(({ operation }) => !declared.has(operation));
    assert.deepEqual([...new Set(undeclared.map(({ operation }) => operation))], []);
  });

  it('leaves what bears only our name, until it is named', async () => {
    const arn = account.function('dsql-workshop-old', {});
    assert.deepEqual(
      planTeardown(await find()).left.map(({ reason }) => reason),
      ['unsure'],
    );
    await tearDown();
    assert.deepEqual(changes(), []);
    await tearDown({ named: [arn] });
    assert.deepEqual(changes(), ['DeleteFunction dsql-workshop-old']);
  });

  describe('of a stack whose cluster is protected', () => {
    beforeEach(() => {
      account.cluster('kept', { protected: true });
      account.function('stacked');
      account.stack('DsqlWorkshop', [
        { type: 'AWS::Lambda::Function', physicalId: 'stacked' },
        { type: 'AWS::DSQL::Cluster', physicalId: 'kept' },
      ]);
    });

    it('takes the protection off first, as the list says: CloudFormation would stop half way', async () => {
      const inventory = await find();
      const told = planLines(inventory, planTeardown(inventory), 0).find(line => line.includes('cluster kept'));
      assert.match(told ?? '', /with it: .*protected: that is taken off first/);
      const { outcomes, remainders } = await tearDown();
      assert.deepEqual([outcomes.map(({ state }) => state), remainders], [['removed'], []]);
      assert.deepEqual(
        changes().map(line => line.split(' ')[0]),
        ['UpdateCluster', 'UpdateTerminationProtection', 'DeleteStack'],
      );
    });

    it('touches nothing of the stack when the protection cannot be taken off', async () => {
      account.endpoint.failNext(({ operation }) => operation === 'UpdateCluster', {
        status: 403,
        code: 'AccessDeniedException',
        message: 'no',
      });
      const { outcomes } = await tearDown();
      assert.equal(outcomes[0]?.failures[0]?.error.code, 'TEARDOWN_ACCESS_DENIED');
      assert.deepEqual(changes(), ['UpdateCluster kept']);
      assert.ok(account.lambda.functions.has(lambdaArn('stacked')));
    });

    it('takes no protection off when the stack has lost our tag', async () => {
      const plan = planTeardown(await find());
      for (const stack of account.stacks.stacks.values()) stack.tags = {};
      const { outcomes } = await runTeardown(plan, port, { pause, pollMs: 1 });
      assert.equal(outcomes[0]?.failures[0]?.error.code, 'TEARDOWN_NOT_OURS');
      assert.deepEqual(changes(), []);
    });
  });

  it('deletes nothing whose tag was taken off after the list was made', async () => {
    account.cluster('one', { protected: true });
    const plan = planTeardown(await find());
    account.dsql.clusters.get('one')!.tags = {};
    const { outcomes, remainders } = await runTeardown(plan, port, { pause, pollMs: 1 });
    assert.equal(outcomes[0]?.failures[0]?.error.code, 'TEARDOWN_NOT_OURS');
    assert.equal(remainders.length, 1);
    assert.deepEqual(changes(), []);
  });

  const CALLS = [
    'UpdateCluster',
    'DeleteCluster',
    'DeleteFunction',
    'DeleteLogGroup',
    'DetachRolePolicy',
    'DeleteRole',
    'DeleteStack',
  ];
  const FAULTS = [
    [403, 'AccessDeniedException', 'TEARDOWN_ACCESS_DENIED'],
    [409, 'ConflictException', 'TEARDOWN_CONFLICT'],
    [500, 'InternalServerException', 'TEARDOWN_SERVICE_FAILED'],
  ] as const;
  for (const operation of CALLS)
    it(`tells what ${operation} was refused for, and goes on with the rest; the next run does what is left`, async () => {
      for (const [status, type, code] of FAULTS) {
        furnish();
        account.endpoint.failNext(call => call.operation === operation, {
          status,
          code: type,
          message: 'the service says why',
        });
        const { outcomes, remainders } = await tearDown();
        const errors = outcomes.flatMap(({ failures }) => failures.map(({ error }) => error));
        const told = errors.find(error => error.code === code);
        assert.ok(told?.nextStep && told.message.includes('the service says why'), `${errors.map(String).join()}`);
        if (status === 403) assert.ok(told.nextStep.includes(`:${operation}`), told.nextStep);
        assert.ok(remainders.length > 0 && outcomes.some(({ state }) => state === 'removed'));
        assert.deepEqual((await tearDown()).remainders, [], `again after ${type}`);
        assert.deepEqual([...account.dsql.clusters.keys()], ['theirs']);
      }
    });

  it('waits when there were too many requests', async () => {
    account.function('dsql-workshop-transfer');
    for (let i = 0; i < 3; i++)
      account.endpoint.failNext(({ operation }) => operation === 'DeleteFunction', {
        status: 429,
        code: 'TooManyRequestsException',
        message: 'slow down',
      });
    assert.deepEqual(
      (await tearDown()).outcomes.map(({ state }) => state),
      ['removed'],
    );
  });

  it('says which part it could not look at, and removes the rest', async () => {
    furnish();
    account.endpoint.failNext(({ operation }) => operation === 'ListFunctions', {
      status: 403,
      code: 'AccessDeniedException',
      message: 'no',
    });
    const { gaps, resources } = await find();
    assert.deepEqual(
      gaps.map(({ what, error }) => [what, error.details?.action]),
      [['functions', 'lambda:ListFunctions']],
    );
    assert.ok(resources.some(({ kind }) => kind === 'cluster'));
  });

  it('begins nothing more once it is cancelled', async () => {
    furnish();
    const report = await tearDown({}, AbortSignal.abort());
    assert.equal(report.cancelled, true);
    assert.ok(report.outcomes.every(({ state }) => state === 'cancelled'));
    assert.deepEqual(changes(), []);
  });
});

describe('the plan of a teardown', () => {
  const base = fc.record({
    kind: fc.constantFrom<ResourceKind>('stack', 'cluster', 'function', 'log-group', 'role', 'other'),
    ours: fc.boolean(),
    link: fc.option(fc.nat(11)),
    stack: fc.option(fc.nat(11)),
  });

  it('takes nothing without the tag, but what belongs to something with it; everything stands in it once', () => {
    fc.assert(
      fc.property(fc.array(base, { maxLength: 12 }), drawn => {
        const kindAt = (index: number | null, kind: ResourceKind): string | undefined =>
          index !== null && drawn[index]?.kind === kind ? `arn:${index}` : undefined;
        const resources = drawn.map(({ kind, ours, link, stack }, index): FoundResource => {
          const logOf = kind === 'log-group' ? kindAt(link, 'function') : undefined;
          const peer = kind === 'cluster' && link !== index ? kindAt(link, 'cluster') : undefined;
          const holder = kind === 'stack' ? undefined : kindAt(stack, 'stack');
          return {
            kind,
            arn: `arn:${index}`,
            name: `n${index}`,
            region: 'us-east-1',
            tags: ours ? OUR_TAGS : {},
            ...(logOf && { logOf }),
            ...(peer && { peers: [peer] }),
            ...(holder && { stack: holder }),
          };
        });
        const byArn = new Map(resources.map(resource => [resource.arn, resource]));
        const rightful = (resource: FoundResource | undefined): boolean =>
          resource !== undefined &&
          (carriesOurTag(resource) ||
            rightful(byArn.get(resource.logOf ?? '')) ||
            rightful(byArn.get(resource.stack ?? '')));
        const { removals, left } = planTeardown({ account: '1', regions: [], resources, gaps: [] });
        const going = removals.flatMap(({ members, takes }) => [...members, ...takes]);
        assert.ok(going.every(rightful));
        assert.deepEqual(
          [...going, ...left.map(({ resource }) => resource)].map(({ arn }) => arn).sort(),
          resources.map(({ arn }) => arn).sort(),
        );
      }),
    );
  });

  it('knows what things cost while idle', () => {
    const thing = { arn: '', name: '', region: 'us-east-1', tags: {}, storedBytes: 2e9 };
    assert.equal(idleCost({ ...thing, kind: 'cluster' }).usdPerMonth, 0.66);
    assert.equal(idleCost({ ...thing, kind: 'log-group' }).usdPerMonth, 0.06);
    assert.equal(idleCost({ ...thing, kind: 'function' }).usdPerMonth, 0);
    assert.equal(idleCost({ ...thing, kind: 'other' }).usdPerMonth, undefined);
  });
});
