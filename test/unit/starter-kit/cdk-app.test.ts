import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { App, type Stack } from 'aws-cdk-lib/core';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { workshopTags } from '../../../src/core/aws/tags';
import { buildApp } from '../../../workshop/starter-kit/infra/cdk/lib/app';
import { tooWide, type PolicyStatement } from '../../support/policy-width';

const workshopFolder = path.resolve(__dirname, '../../../workshop/starter-kit');
const REGIONS = { region: 'us-east-1', secondRegion: 'us-east-2', witnessRegion: 'us-west-2' };
const arnIn = (region: string, id: string): string =>
  `arn:aws:dsql:${region}:111122223333:cluster/${id.padEnd(26, 'a')}`;
/** As the CDK CLI passes it on; with it, templates that CloudFormation's own schemas refuse fail. */
const { context: flags } = JSON.parse(fs.readFileSync(path.join(workshopFolder, 'infra/cdk/cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

describe('the CDK app of the starter kit', function () {
  let folder: string;
  let outputsFile: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-cdk-'));
    outputsFile = path.join(folder, 'cdk-outputs.json');
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Templates without the bundle, which is another test's. */
  const stacksOf = (context: Record<string, unknown>): Stack[] => {
    const outdir = fs.mkdtempSync(path.join(folder, 'out-'));
    const app = new App({ outdir, context: { ...flags, ...context, 'aws:cdk:bundling-stacks': [] } });
    return buildApp(app, { workshopFolder, outputsFile });
  };
  const synth = (context: Record<string, unknown> = { region: 'us-east-1' }): Template[] =>
    stacksOf(context).map(stack => Template.fromStack(stack));
  const statementsOf = (template: Template): PolicyStatement[] =>
    Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }: { Properties?: { PolicyDocument?: { Statement?: PolicyStatement[] } } }) =>
        Properties?.PolicyDocument?.Statement ?? [],
    );

  let single: Template;
  before(() => ([single] = synth() as [Template]));

  it('makes a cluster that can be deleted again, the function, its role and its log, and nothing else', () => {
    single.hasResourceProperties('AWS::DSQL::Cluster', {
      DeletionProtectionEnabled: false,
      MultiRegionProperties: Match.absent(),
    });
    const types = Object.values(single.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
    assert.deepEqual(types.sort(), [
      'AWS::DSQL::Cluster',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
    ]);
    single.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'dsql-workshop-transfer',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Environment: {
        Variables: {
          CLUSTER_ENDPOINT: { 'Fn::GetAtt': ['Cluster', 'Endpoint'] },
          NODE_OPTIONS: '--enable-source-maps',
        },
      },
    });
    single.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete',
      Properties: { LogGroupName: '/aws/lambda/dsql-workshop-transfer', RetentionInDays: 7 },
    });
  });

  it('allows the function to connect to this cluster and to write its log, and nothing else', () => {
    single.hasResourceProperties('AWS::IAM::Role', {
      Path: '/dsql-workshop/',
      ManagedPolicyArns: Match.absent(),
      Policies: Match.absent(),
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
      },
    });
    const statements = statementsOf(single);
    assert.deepEqual(tooWide(statements), []);
    assert.deepEqual(statements.find(({ Action }) => Action === 'dsql:DbConnect')?.Resource, {
      'Fn::GetAtt': ['Cluster', 'ResourceArn'],
    });
    assert.equal(statements.length, 2);
  });

  it('would be caught when somebody widens that', () => {
    const wider: [string, (statement: PolicyStatement) => PolicyStatement][] = [
      ['every cluster', statement => ({ ...statement, Resource: 'arn:aws:dsql:us-east-1:111122223333:cluster/*' })],
      ['everything', statement => ({ ...statement, Resource: '*' })],
      ['one resource more', statement => ({ ...statement, Resource: [statement.Resource, '*'] })],
      ['admin', statement => ({ ...statement, Action: ['dsql:DbConnect', 'dsql:DbConnectAdmin'] })],
      ['a pattern', statement => ({ ...statement, Action: 'dsql:*' })],
      ['by exception', statement => ({ Effect: 'Allow', NotAction: 'iam:*', Resource: statement.Resource })],
      [
        'every log',
        statement => ({ ...statement, Action: 'logs:PutLogEvents', Resource: 'arn:aws:logs:us-east-1:1:log-group:*' }),
      ],
    ];
    const statements = statementsOf(single);
    for (const [name, widen] of wider) assert.notDeepEqual(tooWide(statements.map(widen)), [], name);
  });

  it('tags what it makes, so that a teardown finds it', () => {
    const expected = workshopTags({ name: 'DsqlWorkshop' });
    for (const type of ['AWS::DSQL::Cluster', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup'])
      for (const [id, resource] of Object.entries(single.findResources(type))) {
        const { Tags = [] } = (resource as { Properties: { Tags?: { Key: string; Value: string }[] } }).Properties;
        assert.deepEqual(Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])), expected, id);
      }
    assert.deepEqual(stacksOf({ region: 'us-east-1' })[0]!.tags.tagValues(), expected);
  });

  it('tells what a connection needs', () => {
    for (const name of ['ClusterEndpoint', 'ClusterArn', 'ClusterId', 'LambdaRoleArn', 'FunctionName'])
      single.hasOutput(name, { Value: Match.anyValue(), Description: Match.anyValue() });
  });

  it('takes names of its own where several share an account', () => {
    const [template] = synth({ region: 'eu-west-1', stackName: 'Ada', functionPrefix: 'ada-' });
    template!.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'ada-transfer' });
    template!.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/lambda/ada-transfer' });
    assert.deepEqual(tooWide(statementsOf(template!)), []);
  });

  describe('in two Regions', () => {
    beforeEach(() => fs.rmSync(outputsFile, { force: true }));

    it('makes two clusters with one witness, each with a function that connects to its own', () => {
      const stacks = stacksOf(REGIONS);
      const templates = stacks.map(stack => Template.fromStack(stack));
      assert.equal(templates.length, 2);
      for (const stack of stacks) Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp('deploy once more'));
      for (const [at, template] of templates.entries()) {
        template.hasResourceProperties('AWS::DSQL::Cluster', {
          DeletionProtectionEnabled: false,
          MultiRegionProperties: { WitnessRegion: 'us-west-2', Clusters: Match.absent() },
        });
        template.hasResourceProperties('AWS::Lambda::Function', {
          Environment: {
            Variables: {
              CLUSTER_ENDPOINT: {
                'Fn::Join': ['', [{ 'Fn::GetAtt': ['Cluster', 'Identifier'] }, `.dsql.us-east-${at + 1}.on.aws`]],
              },
            },
          },
        });
        assert.deepEqual(tooWide(statementsOf(template)), []);
      }
    });

    it('peers them once a first deployment has told their ARNs', () => {
      const [first, second] = [arnIn('us-east-1', 'first'), arnIn('us-east-2', 'second')];
      const outputs = { DsqlWorkshop: { ClusterArn: first }, 'DsqlWorkshop-us-east-2': { ClusterArn: second } };
      fs.writeFileSync(outputsFile, JSON.stringify(outputs));
      for (const stack of stacksOf(REGIONS)) {
        Template.fromStack(stack).hasResourceProperties('AWS::DSQL::Cluster', {
          MultiRegionProperties: { WitnessRegion: 'us-west-2', Clusters: [first, second] },
        });
        Annotations.fromStack(stack).hasNoInfo('*', Match.anyValue());
      }
    });

    it('does not peer with clusters of other Regions, or with half of a pair', () => {
      const outputs: Record<string, { ClusterArn: string }> = {
        DsqlWorkshop: { ClusterArn: arnIn('eu-west-1', 'elsewhere') },
        'DsqlWorkshop-us-east-2': { ClusterArn: arnIn('us-east-2', 'second') },
      };
      for (const left of [outputs, { DsqlWorkshop: { ClusterArn: arnIn('us-east-1', 'first') } }]) {
        fs.writeFileSync(outputsFile, JSON.stringify(left));
        for (const template of synth(REGIONS))
          template.hasResourceProperties('AWS::DSQL::Cluster', {
            MultiRegionProperties: { WitnessRegion: 'us-west-2', Clusters: Match.absent() },
          });
      }
    });

    it('says so when the Regions are not three', () => {
      for (const wrong of [
        { ...REGIONS, witnessRegion: 'us-east-1' },
        { ...REGIONS, secondRegion: 'us-east-1' },
        { region: 'us-east-1', secondRegion: 'us-east-2' },
        { region: 'us-east-1', witnessRegion: 'us-west-2' },
      ])
        assert.throws(() => synth(wrong), /three different Regions/);
    });
  });
});
