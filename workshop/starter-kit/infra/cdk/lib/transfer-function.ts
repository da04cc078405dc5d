import fs from 'node:fs';
import path from 'node:path';
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface TransferFunctionProps {
  workshopFolder: string;
  functionName: string;
  /** The chapters deploy further functions under it, with this role. */
  functionPrefix: string;
  clusterArn: string;
  clusterEndpoint: string;
}

/** Your `lambda/`, bundled, with a role of its own that may do two things: connect to this cluster, and write its log. */
export class TransferFunction extends Construct {
  readonly role: Role;
  readonly handler: NodejsFunction;

  constructor(scope: Construct, id: string, props: TransferFunctionProps) {
    super(scope, id);
    const { workshopFolder, functionName, functionPrefix, clusterArn, clusterEndpoint } = props;

    // The log group is made here and not by Lambda at the first call, so that it has an end: a week for its lines, and itself with the
    // stack. Lambda's own would stay for ever.
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    this.role = new Role(this, 'Role', {
      // Everything of the workshop has its roles under this path, so that they are found and can be allowed as one.
      path: '/dsql-workshop/',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Functions of the DSQL Workshop connect to their cluster as this role',
    });
    this.role.addToPolicy(
      new PolicyStatement({
        sid: 'ConnectToThisCluster',
        effect: Effect.ALLOW,
        // Not DbConnectAdmin: the function comes as the database role myapp, which sees what it was granted and no more.
        actions: ['dsql:DbConnect'],
        resources: [clusterArn],
      }),
    );
    // AWS's own AWSLambdaBasicExecutionRole allows this on every log group of the account; here it is those of the workshop.
    const logs = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      resourceName: `/aws/lambda/${functionPrefix}*`,
    });
    this.role.addToPolicy(
      new PolicyStatement({
        sid: 'WriteLogsOfTheWorkshop',
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logs],
      }),
    );

    this.handler = new NodejsFunction(this, 'Function', {
      functionName,
      description: 'Moves money between two accounts',
      entry: path.join(workshopFolder, 'lambda', 'index.ts'),
      handler: 'handler',
      runtime: Runtime.NODEJS_22_X,
      role: this.role,
      logGroup,
      memorySize: 512,
      timeout: Duration.seconds(30),
      environment: {
        CLUSTER_ENDPOINT: clusterEndpoint,
        // stack traces name lines of your TypeScript
        NODE_OPTIONS: '--enable-source-maps',
      },
      // esbuild of your own packages makes the bundle on this computer; Docker is not needed.
      projectRoot: workshopFolder,
      depsLockFilePath: lockFileOf(workshopFolder),
      bundling: {
        sourceMap: true,
        // the version of the SDK that you tested with, not the one that the runtime happens to bring
        bundleAwsSDK: true,
        externalModules: ['pg-native'],
      },
    });
  }
}

/** NodejsFunction tells the package manager by its lock file; before the first `npm install` there is none. */
function lockFileOf(folder: string): string {
  const known = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'].map(name => path.join(folder, name));
  return known.find(file => fs.existsSync(file)) ?? path.join(folder, 'package.json');
}
