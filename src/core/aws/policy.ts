/** Planned calls → the IAM policy that allows them and nothing else. */
import { fillPlaces, type KnownPlaces } from './arns';
import type { Permission, PlannedCall, PolicyConditions } from './calls';

/** As IAM takes it. `Resource` and `Action` are always arrays. */
export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: PolicyStatement[];
}

/** One statement of an IAM policy, keys as IAM spells them. */
export interface PolicyStatement {
  /** Unique in its document; letters and digits. */
  Sid: string;
  Effect: 'Allow';
  Principal?: { Service: string };
  Action: string[];
  Resource?: string[];
  Condition?: PolicyConditions;
}

/** A customer managed policy may be so long, without white space. IAM quotas, “IAM object quotas”, seen 2026-11-21. */
export const MAX_POLICY_CHARACTERS = 6_144;

/** One action on one resource. */
interface Grant {
  action: string;
  resource: string;
  /** JSON of the conditions, '' without. */
  conditions: string;
}

/**
 * The policy that allows the calls. What is known of ARNs is filled in, the rest stays in braces for people. Stable: the same calls in
 * any order give the same text. Minimal: what another grant of the same action covers is left out. Empty when no call needs anything.
 */
export function policyOf(calls: readonly PlannedCall[], known: KnownPlaces = {}): PolicyDocument {
  const grants = withoutCovered(
    calls.flatMap(call => [call, ...(call.also ?? [])]).flatMap(each => grantsOf(each, known)),
  );
  const ofAction = new Map<string, Grant[]>();
  for (const grant of grants) {
    const key = JSON.stringify([grant.action, grant.conditions]);
    ofAction.set(key, [...(ofAction.get(key) ?? []), grant]);
  }
  const statements = new Map<string, PolicyStatement>();
  for (const group of [...ofAction.values()].sort(byAction)) {
    const { action, conditions } = group[0]!;
    const resources = group.map(({ resource }) => resource).sort();
    const key = JSON.stringify([serviceOf(action), resources, conditions]);
    const statement = statements.get(key);
    if (statement) statement.Action.push(action);
    else statements.set(key, statementOf(action, resources, conditions));
  }
  const list = [...statements.values()];
  nameStatements(list);
  return { Version: '2012-10-17', Statement: list };
}

/** Who may assume an execution role. */
export const TRUST_POLICY: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'LambdaAssumes',
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: ['sts:AssumeRole'],
    },
  ],
};

/** Whether an ARN pattern (`*` for any characters) takes in all that another one does. */
function covers(pattern: string, resource: string): boolean {
  const expression = pattern
    .split('*')
    .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`).test(resource);
}

/** Length as IAM counts it. */
export const charactersOf = (policy: PolicyDocument): number => JSON.stringify(policy).replace(/\s/g, '').length;

function grantsOf({ actions, resources, conditions }: Permission, known: KnownPlaces): Grant[] {
  const text = conditions ? fillPlaces(JSON.stringify(conditions), known) : '';
  return actions.flatMap(action =>
    resources.map(resource => ({ action, resource: fillPlaces(resource, known), conditions: text })),
  );
}

/** A grant is covered by one of the same action, on the same resource or a wider one, without conditions or with the same. */
function withoutCovered(grants: readonly Grant[]): Grant[] {
  const distinct = [...new Map(grants.map(grant => [JSON.stringify(grant), grant])).values()];
  const within = (inner: Grant, outer: Grant): boolean =>
    outer.action === inner.action &&
    (outer.conditions === '' || outer.conditions === inner.conditions) &&
    covers(outer.resource, inner.resource);
  // of two that cover each other, the one that sorts first stays
  const isDropped = (grant: Grant): boolean =>
    distinct.some(
      other => other !== grant && within(grant, other) && (!within(other, grant) || other.resource < grant.resource),
    );
  return distinct.filter(grant => !isDropped(grant));
}

function statementOf(action: string, resources: string[], conditions: string): PolicyStatement {
  return {
    Sid: '',
    Effect: 'Allow',
    Action: [action],
    Resource: resources,
    ...(conditions !== '' && { Condition: JSON.parse(conditions) as PolicyConditions }),
  };
}

const serviceOf = (action: string): string => action.slice(0, action.indexOf(':'));

function byAction([a]: Grant[], [b]: Grant[]): number {
  const left = `${a!.action} ${a!.conditions}`;
  const right = `${b!.action} ${b!.conditions}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** By what it allows: `DsqlDbConnect`, or of several `LambdaFunction`, `Lambda2`… */
function nameStatements(statements: readonly PolicyStatement[]): void {
  const used = new Set<string>();
  for (const statement of statements) {
    const [first = ''] = statement.Action;
    const service = pascal(serviceOf(first));
    const single = statement.Action.length === 1 ? pascal(first.slice(first.indexOf(':') + 1)) : kindOf(statement);
    let sid = service + single;
    for (let number = 2; used.has(sid); number++) sid = `${service}${single}${number}`;
    used.add(sid);
    statement.Sid = sid;
  }
}

/** What the resources of a statement are: `Cluster`, `Function`, `LogGroup`; `Any` for those that IAM knows no resource of. */
function kindOf({ Resource = [], Condition }: PolicyStatement): string {
  const kind = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:([a-z-]+)/.exec(Resource[0] ?? '')?.[1];
  const tagged = JSON.stringify(Condition ?? {}).includes('aws:RequestTag') ? 'Creation' : '';
  return (kind === undefined ? 'Any' : pascal(kind)) + tagged;
}

const pascal = (text: string): string =>
  text.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
