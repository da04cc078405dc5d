import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Closeable } from '../../base/lifecycle';
import { AwsEndpoint } from '../../local/aws/endpoint';
import { CloudWatchService } from '../../local/aws/services/cloudwatch';
import { DsqlService } from '../../local/aws/services/dsql';
import { CloudFormationService } from '../../local/aws/services/cloudformation';
import { IamService } from '../../local/aws/services/iam';
import { LambdaForwarding } from '../../local/aws/services/lambda';
import { LogsService } from '../../local/aws/services/logs';
import { S3Service } from '../../local/aws/services/s3';
import { SsmService } from '../../local/aws/services/ssm';
import { StsService } from '../../local/aws/services/sts';
import { TaggingService } from '../../local/aws/services/tagging';
import { logGroupOf } from '../../core/lambda/names';
import { startLocalProcess } from '../../node/target-local-process';
import { LOCAL_ACCOUNT_ID, type LocalClusterInfo } from '../../protocol/local-cluster';
import { assetOf, bootstrapRoles, BOOTSTRAP_VERSION } from './bootstrap';
import { stackResources } from './stack-resources';
import { tagIndex } from './tag-index';

/** Where the other cluster of a pair is. */
export const SECOND_REGION = 'us-east-2';
/** Name of the target that commands are given. */
export const REHEARSAL_TARGET = 'rehearsal';

/**
 * Where the AWS path is rehearsed: a real local cluster and Lambda, the stand-in for AWS before them, and the home of somebody who has
 * credentials and nothing else. What runs with `env` believes it is talking to AWS.
 */
export interface Stage extends Closeable {
  aws: AwsEndpoint;
  clusters: DsqlService;
  metrics: CloudWatchService;
  logs: LogsService;
  roles: IamService;
  stacks: CloudFormationService;
  info: LocalClusterInfo;
  /** AWS profile with the keys of the local cluster's admin; of this stage alone, for programs keep what they read of a profile. */
  profile: string;
  /** A temporary folder: home and working directory of commands. */
  home: string;
  env: NodeJS.ProcessEnv;
  /** Writes the target as somebody does who has made a cluster: its endpoint and its role; beside them the address that stands for it. */
  useCluster(endpoint: string): void;
}

/** Starts everything. Rejects with what could not start; then nothing is left running. */
export async function openStage(signal: AbortSignal): Promise<Stage> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'dsql-workshop-rehearsal-'));
  const started: Closeable[] = [];
  const close = async (): Promise<void> => {
    for (const part of started.splice(0).reverse()) await part.close();
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const cluster = await startLocalProcess(path.join(home, 'cluster'), signal);
    started.push(cluster);
    const { info } = cluster;
    const bootstrap = [info.region, SECOND_REGION].flatMap(bootstrapRoles);
    const principals = [info.admin, info.lambdaRole, info.generatorRole, ...bootstrap];
    const clusters = new DsqlService({ identifiers: [info.clusterId] });
    const metrics = new CloudWatchService();
    const logs = new LogsService(info.lambdaEndpoint);
    const roles = new IamService();
    const assets = new S3Service();
    const stacks = new CloudFormationService({
      resources: stackResources({ info, clusters, logs, roles, assets }),
      templateAt: url => assets.objects.get(assetOf(url))?.toString('utf8'),
    });
    const aws = new AwsEndpoint({
      services: [
        ...[clusters, metrics, logs, roles, stacks, new StsService(principals)],
        ...[assets, new SsmService({ '/cdk-bootstrap/hnb659fds/version': BOOTSTRAP_VERSION })],
        new LambdaForwarding(info.lambdaEndpoint, (name, region) => addLogGroup(logs, name, region)),
        new TaggingService(tagIndex(info, clusters, logs)),
      ],
      principals,
    });
    await aws.listen();
    started.push(aws);
    const profile = `${REHEARSAL_TARGET}-${info.clusterId}`;
    return {
      ...{ aws, clusters, metrics, logs, roles, stacks, info, profile, home, close },
      env: environmentOf(home, profile, aws.url, info),
      useCluster: endpoint => useCluster(home, profile, endpoint, info),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As Lambda does when a function first runs. */
function addLogGroup({ groups }: LogsService, functionName: string, region: string): void {
  const name = logGroupOf(functionName);
  const arn = `arn:aws:logs:${region}:${LOCAL_ACCOUNT_ID}:log-group:${name}`;
  if (!groups.has(arn)) groups.set(arn, { name, arn, storedBytes: 0, creationTime: Date.now(), tags: {} });
}

/** The process's own environment without its AWS settings, and the rehearsal's in their place. */
function environmentOf(
  home: string,
  profile: string,
  url: string,
  { admin, region }: LocalClusterInfo,
): NodeJS.ProcessEnv {
  const folder = path.join(home, '.aws');
  fs.mkdirSync(folder);
  const credentials = path.join(folder, 'credentials');
  const lines = [
    `[${profile}]`,
    `aws_access_key_id = ${admin.accessKeyId}`,
    `aws_secret_access_key = ${admin.secretAccessKey}`,
  ];
  fs.writeFileSync(credentials, `${lines.join('\n')}\n`, { mode: 0o600 });
  const config = path.join(folder, 'config');
  fs.writeFileSync(config, `[profile ${profile}]\nregion = ${region}\n`);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|DSQL_WORKSHOP)_/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    USERPROFILE: home,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_PROFILE: profile,
    AWS_ENDPOINT_URL: url,
    // by its number, so that buckets are part of the path and not of a name that nobody knows
    AWS_ENDPOINT_URL_S3: url.replace('localhost', '127.0.0.1'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    DSQL_WORKSHOP_CONFIG: path.join(home, 'dsql-workshop.json'),
    NO_COLOR: '1',
    // the CDK keeps things in the home of the account, whatever HOME says
    CDK_HOME: path.join(home, '.cdk'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // what a stand-in makes is ready after some looks, whatever the time between them
    DSQL_WORKSHOP_AWS_POLL_MS: '250',
  };
}

function useCluster(
  home: string,
  profile: string,
  endpoint: string,
  { region, port, caFile, lambdaRole }: LocalClusterInfo,
): void {
  const target = {
    ...{ endpoint, region, port, hostaddr: '127.0.0.1', caFile },
    ...{ awsProfile: profile, lambdaRoleArn: lambdaRole.arn, assumeLambdaRole: true },
  };
  const text = JSON.stringify({ targets: { [REHEARSAL_TARGET]: target } }, undefined, 2);
  fs.writeFileSync(path.join(home, 'dsql-workshop.json'), text);
}
