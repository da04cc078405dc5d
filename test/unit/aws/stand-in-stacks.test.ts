import assert from 'node:assert/strict';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { AwsEndpoint } from '../../../src/local/aws/endpoint';
import { CloudFormationService } from '../../../src/local/aws/services/cloudformation';
import type { Removal } from '../../../src/local/aws/stacks/resources';

const learner = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret', arn: 'arn:aws:iam::000000000000:role/me' };
const StackName = 'Bank';

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;
const thing = (size: unknown, Type = 'Test::Thing') => ({ Type, Properties: { Size: size } });

/** What the stack's resources are: made up here, each with a size; one of size 13 cannot be. */
class Things {
  readonly sizes = new Map<string, unknown>();
  readonly log: string[] = [];
  removal: Removal = 'gone';

  put(how: string, name: string, size: unknown): { physicalId: string; attributes: { Size: string } } {
    if (size === 13) throw new Error('13 is no size');
    this.log.push(`${how} ${name}`);
    this.sizes.set(name, size);
    return { physicalId: name, attributes: { Size: String(size) } };
  }
}

describe("CloudFormation's stand-in", () => {
  let things: Things;
  let aws: AwsEndpoint;
  let client: CloudFormationClient;
  beforeEach(async () => {
    things = new Things();
    const stacks = new CloudFormationService({
      resources: {
        make: ({ logicalId, properties }) => things.put('made', logicalId, properties.Size),
        update: (physicalId, { properties }) => things.put('changed', physicalId, properties.Size),
        remove: ({ physicalId }) => {
          if (things.removal !== 'gone') return things.removal;
          things.log.push(`removed ${physicalId}`);
          things.sizes.delete(physicalId);
          return 'gone';
        },
      },
    });
    aws = new AwsEndpoint({ services: [stacks], principals: [learner] });
    await aws.listen();
    client = new CloudFormationClient({ region: 'us-east-1', credentials: learner, endpoint: aws.url, maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await aws.close();
  });

  const changeSet = async (resources: Resources, outputs?: Record<string, { Value: unknown }>) => {
    const TemplateBody = JSON.stringify({ Resources: resources, Outputs: outputs });
    await client.send(new CreateChangeSetCommand({ StackName, ChangeSetName: 'next', TemplateBody }));
    return client.send(new DescribeChangeSetCommand({ StackName, ChangeSetName: 'next' }));
  };
  const stack = async () => (await client.send(new DescribeStacksCommand({ StackName }))).Stacks![0]!;
  const bring = async (resources: Resources, outputs?: Record<string, { Value: unknown }>) => {
    await changeSet(resources, outputs);
    await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'next' }));
    things.log.push((await stack()).StackStatus!);
  };
  const taken = (): string[] => things.log.splice(0);

  it('changes a stack: makes what is new, changes what is another, what refers to it after it, removes what is gone', async () => {
    const refers = { 'Fn::GetAtt': ['A', 'Size'] };
    await bring({ B: thing(refers), A: thing(1), C: thing(3) }, { Sum: { Value: refers } });
    assert.deepEqual(taken(), ['made A', 'made B', 'made C', 'CREATE_COMPLETE']);
    const changes = await changeSet({ B: thing(refers), A: thing(2), D: thing(4) });
    assert.deepEqual(
      changes.Changes?.map(({ ResourceChange }) => `${ResourceChange?.Action} ${ResourceChange?.LogicalResourceId}`),
      ['Modify A', 'Add D', 'Remove C'],
    );
    await bring({ B: thing(refers), A: thing(2), D: thing(4) }, { Sum: { Value: refers } });
    assert.deepEqual(taken(), ['changed A', 'changed B', 'made D', 'removed C', 'UPDATE_COMPLETE']);
    assert.deepEqual((await stack()).Outputs, [{ OutputKey: 'Sum', OutputValue: '2' }]);
    const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName }));
    assert.deepEqual(StackResourceSummaries?.map(({ LogicalResourceId }) => LogicalResourceId).sort(), ['A', 'B', 'D']);
  });

  it('says of a change set without changes what the service says', async () => {
    await bring({ A: thing(1) });
    const { Status, StatusReason } = await changeSet({ A: thing(1) });
    assert.equal(Status, 'FAILED');
    assert.match(StatusReason ?? '', /^The submitted information didn't contain changes\./);
  });

  it('takes a failed change back, to what was before or to nothing', async () => {
    await bring({ A: thing(1), B: thing(2) });
    taken();
    await bring({ A: thing(5), C: thing(6), B: thing(13) });
    assert.deepEqual(taken(), ['changed A', 'made C', 'changed A', 'removed C', 'UPDATE_ROLLBACK_COMPLETE']);
    assert.deepEqual(
      [...things.sizes],
      [
        ['A', 1],
        ['B', 2],
      ],
    );
    assert.equal((await stack()).StackStatusReason, '13 is no size');
    await bring({ A: thing(1), B: thing(7) });
    assert.equal((await stack()).StackStatusReason, undefined);
    await assert.rejects(
      async () =>
        bring({ A: thing(1, 'Test::Other'), B: thing(7) }).then(async () => {
          throw new Error((await stack()).StackStatusReason);
        }),
      /Update of resource type is not permitted/,
    );
  });

  it('takes back what it made where the stack is new; such a stack can only be deleted', async () => {
    await bring({ A: thing(1), B: thing(13) });
    assert.deepEqual(taken(), ['made A', 'removed A', 'ROLLBACK_COMPLETE']);
    await assert.rejects(bring({ A: thing(1) }), /is in ROLLBACK_COMPLETE state and can not be updated/);
  });

  it('deletes last made first, waits for what is still going, and keeps what refuses', async () => {
    await bring({ A: thing(1), B: thing(2) });
    taken();
    const { StackId } = await stack();
    things.removal = 'going';
    await client.send(new DeleteStackCommand({ StackName }));
    await stack();
    assert.equal((await stack()).StackStatus, 'DELETE_IN_PROGRESS');
    things.removal = { refused: 'it is protected' };
    await stack();
    assert.equal((await stack()).StackStatus, 'DELETE_FAILED');
    things.removal = 'gone';
    await client.send(new DeleteStackCommand({ StackName }));
    await stack();
    assert.deepEqual(taken(), ['removed B', 'removed A']);
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: StackId }));
    assert.equal(Stacks?.[0]?.StackStatus, 'DELETE_COMPLETE');
  });
});
