import * as lambdaSdk from '@aws-sdk/client-lambda';
import {
  AwsFaultError,
  type AwsAnswer,
  type AwsCall,
  type AwsFault,
  type AwsRequest,
  type AwsService,
} from '../../src/local/aws/contract';
import { AwsEndpoint } from '../../src/local/aws/endpoint';
import { restAnswer, restFault } from '../../src/local/aws/json-protocol';
import { readRest } from '../../src/local/aws/model/read';
import { modelOf } from '../../src/local/aws/model/schema';
import { CloudFormationService } from '../../src/local/aws/services/cloudformation';
import { CloudWatchService } from '../../src/local/aws/services/cloudwatch';
import { DsqlService } from '../../src/local/aws/services/dsql';
import { IamService } from '../../src/local/aws/services/iam';
import { LogsService } from '../../src/local/aws/services/logs';
import { StsService } from '../../src/local/aws/services/sts';
import type { HeldResource, Removal } from '../../src/local/aws/stacks/resources';
import { TaggingService, type Tagged } from '../../src/local/aws/services/tagging';

const ACCOUNT = '123456789012';
const principal = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a secret',
  arn: `arn:aws:iam::${ACCOUNT}:role/learner`,
};
export const OUR_TAGS = { 'created-by': 'dsql-workshop' };
const MODEL = modelOf(lambdaSdk);

interface StoredFunction extends Tagged {
  name: string;
  roleArn: string;
}

/** Functions of Lambda that only exist: enough to find and to delete them. */
class FunctionList implements AwsService {
  readonly signingName = 'lambda';
  readonly model = MODEL;
  readonly functions = new Map<string, StoredFunction>();

  read(request: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
    return readRest(MODEL, request);
  }

  fault(fault: AwsFault): AwsAnswer {
    return restFault(fault);
  }

  answer({ operation, input, region }: AwsCall): AwsAnswer {
    const described = ({ name, arn, roleArn }: StoredFunction) => ({
      FunctionName: name,
      FunctionArn: arn,
      Role: roleArn,
    });
    if (operation === 'ListFunctions')
      return restAnswer({
        Functions: [...this.functions.values()].filter(({ arn }) => arn.split(':')[3] === region).map(described),
      });
    const found = this.functions.get(String(input.Resource ?? lambdaArn(String(input.FunctionName), region)));
    if (!found)
      throw new AwsFaultError({ status: 404, code: 'ResourceNotFoundException', message: 'no such function' });
    if (operation === 'ListTags') return restAnswer({ Tags: found.tags });
    if (operation === 'DeleteFunction') this.functions.delete(found.arn);
    return operation === 'DeleteFunction' ? { status: 204, body: '' } : restAnswer(described(found));
  }
}

export const lambdaArn = (name: string, region = 'us-east-1'): string =>
  `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`;

/** An account with something in it, behind one address. */
export class AwsAccount {
  readonly dsql = new DsqlService({ accountId: ACCOUNT });
  readonly lambda = new FunctionList();
  readonly logs = new LogsService();
  readonly iam = new IamService();
  readonly stacks = new CloudFormationService({ resources: { remove: held => this.removeOfStack(held) } });
  readonly metrics = new CloudWatchService();
  /** Of other services; the index keeps them when they are gone. */
  readonly others: Tagged[] = [];
  readonly endpoint = new AwsEndpoint({
    services: [
      this.dsql,
      this.lambda,
      this.logs,
      this.iam,
      this.stacks,
      this.metrics,
      new StsService([principal]),
      new TaggingService(region => this.index(region)),
    ],
    principals: [principal],
  });
  readonly credentials = () => Promise.resolve(principal);

  cluster(
    identifier: string,
    more: { region?: string; tags?: Record<string, string>; protected?: boolean; peers?: string[] } = {},
  ): string {
    const { region = 'us-east-1', tags = OUR_TAGS, peers } = more;
    const arn = clusterArn(identifier, region);
    this.dsql.clusters.set(identifier, {
      identifier,
      arn,
      status: 'ACTIVE',
      creationTime: 1_760_000_000,
      deletionProtectionEnabled: more.protected === true,
      tags: { ...tags },
      ...(peers && { multiRegionProperties: { witnessRegion: 'us-west-2', clusters: [arn, ...peers] } }),
      encryptionDetails: { encryptionType: 'AWS_OWNED_KMS_KEY', encryptionStatus: 'ENABLED' },
      endpoint: `${identifier}.dsql.${region}.on.aws`,
    });
    return arn;
  }

  function(name: string, tags: Record<string, string> = OUR_TAGS, roleArn = ''): string {
    const arn = lambdaArn(name);
    this.lambda.functions.set(arn, { name, arn, tags: { ...tags }, roleArn });
    return arn;
  }

  log(name: string, tags: Record<string, string> = {}): string {
    const arn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${name}`;
    this.logs.groups.set(arn, { name, arn, storedBytes: 2e9, creationTime: 1_760_000_000_000, tags: { ...tags } });
    return arn;
  }

  role(name: string, tags: Record<string, string> = OUR_TAGS): string {
    const path = '/dsql-workshop/';
    const arn = `arn:aws:iam::${ACCOUNT}:role${path}${name}`;
    const attached = ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'];
    this.iam.roles.set(name, {
      name,
      path,
      arn,
      created: new Date(0),
      tags: { ...tags },
      attached,
      inline: ['connect'],
    });
    return arn;
  }

  stack(
    name: string,
    resources: { type: string; physicalId: string }[],
    tags: Record<string, string> = OUR_TAGS,
  ): string {
    const arn = `arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/${name}/0a1b`;
    this.stacks.stacks.set(arn, {
      name,
      arn,
      status: 'CREATE_COMPLETE',
      created: new Date(0),
      tags: { ...tags },
      terminationProtection: true,
      resources: resources.map((resource, index) => ({ logicalId: `R${index}`, ...resource })),
    });
    return arn;
  }

  private removeOfStack({ type, physicalId: id }: HeldResource): Removal {
    if (type === 'AWS::Lambda::Function') this.lambda.functions.delete(lambdaArn(id));
    if (type === 'AWS::DSQL::Cluster') {
      if (this.dsql.clusters.get(id)?.deletionProtectionEnabled) return { refused: 'deletion protection is enabled' };
      this.dsql.clusters.delete(id);
    }
    return 'gone';
  }

  private index(region: string): Tagged[] {
    const all: Tagged[] = [
      ...this.dsql.clusters.values(),
      ...this.lambda.functions.values(),
      ...this.logs.groups.values(),
      ...this.stacks.stacks.values(),
      ...this.others,
    ];
    return all.filter(({ arn }) => arn.split(':')[3] === region);
  }
}

export const clusterArn = (identifier: string, region = 'us-east-1'): string =>
  `arn:aws:dsql:${region}:${ACCOUNT}:cluster/${identifier}`;
