/** What a stack of the starter kit makes, made where it really is: clusters, logs and roles in the stand-in, functions in the local Lambda. */
import type { IamService } from '../../local/aws/services/iam';
import type { LogsService } from '../../local/aws/services/logs';
import type { StackResources } from '../../local/aws/stacks/resources';
import type { MadeResource } from '../../local/aws/stacks/template';
import { LOCAL_ACCOUNT_ID } from '../../protocol/local-cluster';
import { clusterKind } from './stack-cluster';
import { functionKind, type FunctionPlaces } from './stack-function';
import { tagsOf, type ResourceKind } from './resource-kind';
import type { DsqlService } from '../../local/aws/services/dsql';

interface Services extends FunctionPlaces {
  clusters: DsqlService;
  logs: LogsService;
  roles: IamService;
}

/** Makes, changes and removes by type; rejects for a type that the starter kit does not use. */
export function stackResources(services: Services): StackResources {
  const kinds: Readonly<Record<string, ResourceKind>> = {
    'AWS::DSQL::Cluster': clusterKind(services.clusters),
    'AWS::Logs::LogGroup': logGroupKind(services.logs),
    'AWS::IAM::Role': roleKind(services.roles),
    'AWS::IAM::Policy': policyKind(services.roles),
    'AWS::Lambda::Function': functionKind(services),
  };
  const kind = (type: string): ResourceKind => {
    const known = kinds[type];
    if (!known) throw new Error(`the rehearsal makes no ${type}`);
    return known;
  };
  return {
    make: wanted => kind(wanted.type).make(wanted),
    update: (physicalId, wanted) => kind(wanted.type).update(physicalId, wanted),
    remove: ({ type, physicalId, region }) => kinds[type]?.remove(physicalId, region) ?? 'gone',
  };
}

function logGroupKind({ groups }: LogsService): ResourceKind {
  const arnOf = (name: string, region: string): string =>
    `arn:aws:logs:${region}:${LOCAL_ACCOUNT_ID}:log-group:${name}`;
  const make: ResourceKind['make'] = ({ properties, region }) => {
    const name = String(properties.LogGroupName);
    const arn = arnOf(name, region);
    const { storedBytes = 0, creationTime = Date.now() } = groups.get(arn) ?? {};
    groups.set(arn, { name, arn, storedBytes, creationTime, tags: tagsOf(properties) });
    return { physicalId: name, attributes: { Arn: `${arn}:*` } };
  };
  return {
    make,
    update: (_, wanted) => make(wanted),
    remove: (name, region) => {
      groups.delete(arnOf(name, region));
      return 'gone';
    },
  };
}

function roleKind({ roles }: IamService): ResourceKind {
  const put = (name: string, properties: Readonly<Record<string, unknown>>): MadeResource => {
    const path = String(properties.Path ?? '/');
    const arn = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role${path}${name}`;
    const attached = [...((properties.ManagedPolicyArns as string[] | undefined) ?? [])];
    const { created = new Date(), inline = [] } = roles.get(name) ?? {};
    roles.set(name, { name, path, arn, created, tags: tagsOf(properties), attached, inline });
    return { physicalId: name, attributes: { Arn: arn } };
  };
  return {
    make: ({ properties, stackName, logicalId }) =>
      put(String(properties.RoleName ?? `${stackName}-${logicalId}-${crypto.randomUUID().slice(0, 12)}`), properties),
    update: (name, { properties }) => put(name, properties),
    remove: name => {
      roles.delete(name);
      return 'gone';
    },
  };
}

/** Of a policy the name is known: roles cannot go before it. */
function policyKind({ roles }: IamService): ResourceKind {
  const remove = (name: string): 'gone' => {
    for (const role of roles.values()) role.inline = role.inline.filter(known => known !== name);
    return 'gone';
  };
  const make: ResourceKind['make'] = ({ properties }) => {
    const name = String(properties.PolicyName);
    for (const role of properties.Roles as string[]) roles.get(role)?.inline.push(name);
    return { physicalId: name };
  };
  return {
    make,
    update: (name, wanted) => {
      remove(name);
      return make(wanted);
    },
    remove,
  };
}
