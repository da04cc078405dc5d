/** What a stack of the starter kit makes, made where it really is: clusters, logs and roles in the stand-in, functions in the local Lambda. */
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  LambdaClient,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import type { DsqlService, StoredCluster } from '../../local/aws/services/dsql';
import type { IamService } from '../../local/aws/services/iam';
import type { LogsService } from '../../local/aws/services/logs';
import type { S3Service } from '../../local/aws/services/s3';
import type { StackMaker, StackRemover, WantedResource } from '../../local/aws/stacks/execute';
import type { MadeResource } from '../../local/aws/stacks/template';
import { LOCAL_ACCOUNT_ID, type LocalClusterInfo, type LocalPrincipal } from '../../protocol/local-cluster';

export const BOOTSTRAP_VERSION = '30';
const WORKS_BY = ['deploy', 'file-publishing', 'lookup'];

/** The roles of the CDK's bootstrap stack by which its program works, with keys of their own: so it shows what is sent by them. */
export const bootstrapRoles = (region: string): LocalPrincipal[] =>
  WORKS_BY.map((role, index) => ({
    accessKeyId: `ASIACDKBOOTSTRAPROLE${index}`,
    secretAccessKey: crypto.randomUUID(),
    arn: `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/cdk-hnb659fds-${role}-role-${LOCAL_ACCOUNT_ID}-${region}`,
  }));

/** Whether a call was signed by one of them: the CDK's, which need nothing of the user's own policy. */
export const isBootstrapRole = (arn: string): boolean => arn.includes(':role/cdk-hnb659fds-');

/** `bucket/key` of an address of S3, whichever of its forms. */
export function assetOf(url: string): string {
  const { hostname, pathname } = new URL(url);
  const [bucket = ''] = hostname.split('.s3.');
  return bucket === hostname ? pathname.slice(1) : `${bucket}${pathname}`;
}

interface Services {
  info: LocalClusterInfo;
  clusters: DsqlService;
  logs: LogsService;
  roles: IamService;
  assets: S3Service;
}

type Properties = WantedResource['properties'];

const tagsOf = ({ Tags = [] }: Properties): Record<string, string> =>
  Object.fromEntries((Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));

/** Makes and removes by type; rejects for a type that the starter kit does not use. */
export function stackResources(services: Services): { make: StackMaker; remove: StackRemover } {
  const { info, clusters, logs, roles } = services;
  const makers: Readonly<Record<string, (wanted: WantedResource) => MadeResource | Promise<MadeResource>>> = {
    'AWS::DSQL::Cluster': wanted => makeCluster(wanted, clusters),
    'AWS::Logs::LogGroup': ({ properties, region }) => {
      const name = String(properties.LogGroupName);
      const arn = `arn:aws:logs:${region}:${LOCAL_ACCOUNT_ID}:log-group:${name}`;
      logs.groups.set(arn, { name, arn, storedBytes: 0, creationTime: Date.now(), tags: tagsOf(properties) });
      return { physicalId: name, attributes: { Arn: `${arn}:*` } };
    },
    'AWS::IAM::Role': wanted => makeRole(wanted, roles),
    'AWS::IAM::Policy': ({ properties }) => {
      const name = String(properties.PolicyName);
      for (const role of properties.Roles as string[]) roles.roles.get(role)?.inline.push(name);
      return { physicalId: name };
    },
    'AWS::Lambda::Function': wanted => makeFunction(wanted, services),
  };
  return {
    make: wanted => {
      const maker = makers[wanted.type];
      if (!maker) throw new Error(`the rehearsal makes no ${wanted.type}`);
      return maker(wanted);
    },
    remove: async (type, physicalId) => {
      if (type === 'AWS::DSQL::Cluster') {
        if (clusters.clusters.get(physicalId)?.deletionProtectionEnabled)
          return `cluster ${physicalId}: deletion protection is enabled`;
        clusters.clusters.delete(physicalId);
      }
      if (type === 'AWS::Logs::LogGroup')
        for (const { name, arn } of logs.groups.values()) if (name === physicalId) logs.groups.delete(arn);
      if (type === 'AWS::IAM::Policy')
        for (const role of roles.roles.values()) role.inline = role.inline.filter(name => name !== physicalId);
      if (type === 'AWS::IAM::Role') roles.roles.delete(physicalId);
      if (type === 'AWS::Lambda::Function')
        await withLambda(info, client => client.send(new DeleteFunctionCommand({ FunctionName: physicalId })));
      return undefined;
    },
  };
}

function makeCluster({ properties, region }: WantedResource, clusters: DsqlService): MadeResource {
  const { body } = clusters.answer({
    ...{ service: 'dsql', region, operation: 'CreateCluster' },
    input: { deletionProtectionEnabled: properties.DeletionProtectionEnabled, tags: tagsOf(properties) },
  });
  const { identifier, arn, endpoint } = JSON.parse(String(body)) as StoredCluster;
  return {
    physicalId: identifier,
    attributes: {
      Identifier: identifier,
      ResourceArn: arn,
      Endpoint: endpoint ?? `${identifier}.dsql.${region}.on.aws`,
    },
  };
}

function makeRole({ properties, stackName, logicalId }: WantedResource, { roles }: IamService): MadeResource {
  const name = String(properties.RoleName ?? `${stackName}-${logicalId}-${crypto.randomUUID().slice(0, 12)}`);
  const path = String(properties.Path ?? '/');
  const arn = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role${path}${name}`;
  roles.set(name, {
    ...{ name, path, arn, created: new Date(), tags: tagsOf(properties) },
    ...{ attached: [...((properties.ManagedPolicyArns as string[] | undefined) ?? [])], inline: [] },
  });
  return { physicalId: name, attributes: { Arn: arn } };
}

/** Of the bundle that the CDK uploaded: it is there to be invoked. */
async function makeFunction({ properties, region }: WantedResource, { info, assets }: Services): Promise<MadeResource> {
  const { Code, FunctionName, Handler, Role, Runtime, Environment, Timeout, MemorySize } = properties;
  const { S3Bucket, S3Key } = Code as { S3Bucket: string; S3Key: string };
  const ZipFile = assets.objects.get(`${S3Bucket}/${S3Key}`);
  if (!ZipFile) throw new Error('Error occurred while GetObject. S3 Error Code: NoSuchKey.');
  const input = {
    FunctionName,
    Handler,
    Role,
    Runtime,
    Environment,
    Timeout,
    MemorySize,
  } as CreateFunctionCommandInput;
  await withLambda(info, client =>
    client.send(new CreateFunctionCommand({ ...input, Code: { ZipFile }, Tags: tagsOf(properties) })),
  );
  const name = String(FunctionName);
  return {
    physicalId: name,
    attributes: { Arn: `arn:aws:lambda:${region}:${LOCAL_ACCOUNT_ID}:function:${name}` },
  };
}

async function withLambda(
  { lambdaEndpoint: endpoint, region, admin: credentials }: LocalClusterInfo,
  work: (client: LambdaClient) => Promise<unknown>,
): Promise<void> {
  const client = new LambdaClient({ endpoint, region, credentials });
  try {
    await work(client);
  } finally {
    client.destroy();
  }
}
