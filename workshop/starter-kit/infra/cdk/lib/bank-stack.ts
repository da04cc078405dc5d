// aws-cdk-lib alone would do as well; its core loads in a fraction of the time.
import { CfnOutput, Fn, Stack, Tags, type Environment } from 'aws-cdk-lib/core';
import { CfnCluster } from 'aws-cdk-lib/aws-dsql';
import type { Construct } from 'constructs';
import { TransferFunction } from './transfer-function';

export interface BankStackProps {
  env: Environment;
  /** Your workshop folder: it holds `lambda/`. */
  workshopFolder: string;
  /** Put before the function's name; the chapters look for `dsql-workshop-transfer`. */
  functionPrefix: string;
  /** Makes the cluster one of two that hold one database together. */
  multiRegion?: {
    /** A third Region that only keeps the log of transactions. It has no endpoint. */
    witnessRegion: string;
    /** ARNs of both clusters, when they are known: see peers.ts. */
    clusters?: string[];
  };
}

/** Whatever carries this tag was made by the workshop: that is how a teardown finds it. */
const CREATED_BY = { 'created-by': 'dsql-workshop' };

/** A cluster, and the function that moves money in it. */
export class BankStack extends Stack {
  constructor(scope: Construct, id: string, props: BankStackProps) {
    super(scope, id, {
      env: props.env,
      description: 'DSQL Workshop: an Aurora DSQL cluster and the transfer function',
      // of the stack itself, beside those of its parts below
      tags: { ...CREATED_BY, Name: id },
    });

    const cluster = new CfnCluster(this, 'Cluster', {
      // With protection on, `cdk destroy` fails and the cluster stays. Turn it on for data that you want to keep.
      deletionProtectionEnabled: false,
      multiRegionProperties: props.multiRegion,
    });
    // A cluster that waits for its peer is not yet asked for its endpoint: it always consists of its id and its Region.
    const endpoint = props.multiRegion
      ? Fn.join('', [cluster.attrIdentifier, `.dsql.${this.region}.on.aws`])
      : cluster.attrEndpoint;

    const transfer = new TransferFunction(this, 'Transfer', {
      workshopFolder: props.workshopFolder,
      functionName: `${props.functionPrefix}transfer`,
      functionPrefix: props.functionPrefix,
      clusterArn: cluster.attrResourceArn,
      clusterEndpoint: endpoint,
    });

    Tags.of(this).add('created-by', CREATED_BY['created-by']);
    Tags.of(this).add('Name', id);

    // `cdk deploy --outputs-file cdk-outputs.json` writes these down; the extension makes a connection of them.
    this.output('ClusterEndpoint', endpoint, 'Where psql, the extension and your function connect to');
    this.output('ClusterArn', cluster.attrResourceArn, 'Names the cluster in IAM policies, and to its peer');
    this.output('ClusterId', cluster.attrIdentifier, 'Names the cluster to aws dsql and in CloudWatch');
    this.output('LambdaRoleArn', transfer.role.roleArn, 'AWS IAM GRANT myapp TO this role: chapter 0');
    this.output('FunctionName', transfer.handler.functionName, 'The deployed function');
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
