/**
 * An AWS account as the CDK CLI sees it while it deploys and destroys one stack: STS, SSM, S3 and CloudFormation on loopback. The CLI is
 * the real one; what it asks is kept. Shapes: API models of CloudFormation 2010-05-15, STS 2011-06-15, SSM 2014-11-06, S3 2006-03-01.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { queryAnswer, queryFault, type QueryValue } from '../../src/local/aws/query-protocol';

const ACCOUNT = '111122223333';
const CFN = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
const STS = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** How the account fares. */
export interface CdkAccountOptions {
  /** The bootstrap stack is not there. */
  bootstrapped?: boolean;
  /** Status of the stack before anything is asked; absent when undefined. */
  stackStatus?: string;
  /** A resource that cannot be made or deleted, with CloudFormation's reason. */
  failing?: { resource: string; type: string; reason: string };
  /** CloudFormation answers these operations with a fault, for ever. */
  faults?: Readonly<Record<string, { status: number; code: string; message: string }>>;
  /** Outputs of a stack once it is made. */
  outputs?: (stackName: string, region: string) => Readonly<Record<string, string>>;
}

interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

/** Environment for the CLI, beside its own. */
export interface CdkAccount {
  env: Record<string, string>;
  /** `cloudformation:CreateChangeSet`, in order. */
  calls: string[];
  /** Texts of what was uploaded: templates and bundles, as they came over the wire. */
  uploads: string[];
  close(): Promise<void>;
}

export async function startCdkAccount(options: CdkAccountOptions = {}): Promise<CdkAccount> {
  const account = new Account(options);
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, headers, body } = account.answer(request, Buffer.concat(chunks));
      response.writeHead(status, { 'x-amzn-requestid': crypto.randomUUID(), ...headers });
      response.end(body);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'not-a-secret',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
    },
    calls: account.calls,
    uploads: account.uploads,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What is known of one stack. */
interface StackState {
  name: string;
  id: string;
  region: string;
  status: string | undefined;
  events: Record<string, QueryValue>[];
  changeSet?: Record<string, QueryValue>;
}

class Account {
  readonly calls: string[] = [];
  readonly uploads: string[] = [];
  private readonly stacks = new Map<string, StackState>();

  constructor(private readonly options: CdkAccountOptions) {}

  answer(request: http.IncomingMessage, body: Buffer): Answer {
    const [, region = '', service = ''] =
      /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (service === 's3') return this.s3(request.method ?? 'GET', pathname, searchParams, body);
    if (service === 'ssm') return this.ssm(String(request.headers['x-amz-target']));
    // the Query protocol's form: what is asked for here are its scalars
    const { Action: operation = '', ...input } = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
    this.calls.push(`${service}:${operation}`);
    return service === 'sts' ? this.sts(operation, input) : this.cloudFormation(operation, input, region);
  }

  private sts(operation: string, input: Record<string, unknown>): Answer {
    if (operation === 'GetCallerIdentity')
      return queryAnswer(operation, STS, { UserId: 'AIDA', Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/ada` });
    return queryAnswer(operation, STS, {
      AssumedRoleUser: { AssumedRoleId: 'AROA:cdk', Arn: String(input['RoleArn']) },
      Credentials: {
        AccessKeyId: 'ASIAEXAMPLE',
        SecretAccessKey: 'not-a-secret-either',
        SessionToken: 'session',
        Expiration: new Date(Date.now() + 3_600_000),
      },
    });
  }

  private ssm(target: string): Answer {
    this.calls.push(`ssm:${target.split('.')[1] ?? ''}`);
    const found = this.options.bootstrapped !== false;
    return {
      status: found ? 200 : 400,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(found ? { Parameter: { Value: '30' } } : { __type: 'ParameterNotFound' }),
    };
  }

  private s3(method: string, path: string, query: URLSearchParams, body: Buffer): Answer {
    const xml = (text: string): Answer => ({ status: 200, headers: { 'content-type': 'application/xml' }, body: text });
    if (method === 'PUT') {
      this.calls.push('s3:PutObject');
      this.uploads.push(body.toString('latin1'));
      return { status: 200, headers: { etag: '"0"' }, body: '' };
    }
    if (query.has('location')) return xml('<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>');
    if (query.has('list-type'))
      return xml(`<ListBucketResult><Name>${path.slice(1)}</Name><KeyCount>0</KeyCount></ListBucketResult>`);
    if (query.has('encryption'))
      return xml(
        '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
      );
    return { status: 404, body: '' };
  }

  private stackOf(input: Record<string, unknown>, region: string): StackState {
    const name = String(input['StackName']).replace(/^.*:stack\/([^/]+)\/.*$/, '$1');
    let state = this.stacks.get(name);
    if (!state) {
      const id = `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${name}/6c8a5e10-0000-11f0-8000-0afff0000000`;
      this.stacks.set(name, (state = { name, id, region, status: this.options.stackStatus, events: [] }));
    }
    return state;
  }

  private cloudFormation(operation: string, input: Record<string, unknown>, region: string): Answer {
    const fault = this.options.faults?.[operation];
    if (fault) return queryFault(fault, CFN);
    const stack = this.stackOf(input, region);
    const missing = (): Answer =>
      queryFault({ status: 400, code: 'ValidationError', message: `Stack with id ${stack.name} does not exist` }, CFN);
    switch (operation) {
      case 'DescribeStacks': {
        // a stack that is gone is still told of by its id
        const byId = input['StackName'] === stack.id && stack.events.length > 0;
        const status = stack.status ?? (byId ? 'DELETE_COMPLETE' : undefined);
        return status === undefined
          ? missing()
          : queryAnswer(operation, CFN, { Stacks: [this.described(stack, status)] });
      }
      case 'GetTemplate':
        return stack.status === undefined ? missing() : queryAnswer(operation, CFN, { TemplateBody: '{}' });
      case 'CreateChangeSet':
        return this.createChangeSet(stack, String(input['ChangeSetName']));
      case 'DescribeChangeSet':
        return stack.changeSet
          ? queryAnswer(operation, CFN, stack.changeSet)
          : queryFault({ status: 404, code: 'ChangeSetNotFound', message: 'ChangeSet does not exist' }, CFN);
      case 'DeleteChangeSet':
        stack.changeSet = undefined;
        return queryAnswer(operation, CFN);
      case 'ExecuteChangeSet':
        this.work(stack, stack.status === 'REVIEW_IN_PROGRESS' ? 'CREATE' : 'UPDATE');
        return queryAnswer(operation, CFN);
      case 'DeleteStack':
        this.work(stack, 'DELETE');
        return queryAnswer(operation, CFN);
      case 'DescribeStackEvents':
        return stack.status === undefined && stack.events.length === 0
          ? missing()
          : queryAnswer(operation, CFN, { StackEvents: stack.events });
      default:
        return queryAnswer(operation, CFN);
    }
  }

  private createChangeSet(stack: StackState, name: string): Answer {
    if (stack.status?.endsWith('_ROLLBACK_FAILED')) {
      const message = `Stack:${stack.id} is in ${stack.status} state and can not be updated.`;
      return queryFault({ status: 400, code: 'ValidationError', message }, CFN);
    }
    stack.status ??= 'REVIEW_IN_PROGRESS';
    const ChangeSetId = `arn:aws:cloudformation:${stack.region}:${ACCOUNT}:changeSet/${name}/1`;
    const ResourceChange = { Action: 'Add', LogicalResourceId: 'Cluster', ResourceType: 'AWS::DSQL::Cluster' };
    stack.changeSet = {
      ChangeSetName: name,
      ChangeSetId,
      StackName: stack.name,
      StackId: stack.id,
      Status: 'CREATE_COMPLETE',
      ExecutionStatus: 'AVAILABLE',
      Changes: [{ Type: 'Resource', ResourceChange }],
    };
    return queryAnswer('CreateChangeSet', CFN, { Id: ChangeSetId, StackId: stack.id });
  }

  private described({ name, id, region }: StackState, status: string): QueryValue {
    const failed = /FAILED|ROLLBACK/.test(status) ? this.options.failing : undefined;
    const outputs = Object.entries(this.options.outputs?.(name, region) ?? {});
    return {
      StackName: name,
      StackId: id,
      StackStatus: status,
      CreationTime: new Date(),
      ...(failed && { StackStatusReason: `The following resource(s) failed: [${failed.resource}].` }),
      Outputs: outputs.map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    };
  }

  /** All at once: the CLI polls for what has become of it. */
  private work(stack: StackState, verb: 'CREATE' | 'UPDATE' | 'DELETE'): void {
    const { failing } = this.options;
    const event = (resource: string, type: string, status: string, reason?: string): Record<string, QueryValue> => ({
      EventId: crypto.randomUUID(),
      StackId: stack.id,
      StackName: stack.name,
      LogicalResourceId: resource,
      PhysicalResourceId: resource === stack.name ? stack.id : '',
      ResourceType: type,
      Timestamp: new Date(),
      ResourceStatus: status,
      ...(reason && { ResourceStatusReason: reason }),
    });
    const whole = (status: string) => event(stack.name, 'AWS::CloudFormation::Stack', status);
    const happened = [whole(`${verb}_IN_PROGRESS`), event('Cluster', 'AWS::DSQL::Cluster', `${verb}_IN_PROGRESS`)];
    if (failing) {
      stack.status = verb === 'DELETE' ? 'DELETE_FAILED' : 'ROLLBACK_COMPLETE';
      happened.push(event(failing.resource, failing.type, `${verb}_FAILED`, failing.reason), whole(stack.status));
    } else {
      stack.status = verb === 'DELETE' ? undefined : `${verb}_COMPLETE`;
      happened.push(event('Cluster', 'AWS::DSQL::Cluster', `${verb}_COMPLETE`), whole(`${verb}_COMPLETE`));
    }
    stack.events = [...happened.reverse(), ...stack.events];
  }
}
