import { LOCAL_ACCOUNT_ID } from '../../../protocol/local-cluster';
import type { RemoveResource, StackResources } from './resources';
import { happened, regionOf, type StackChange, type StackResource, type StoredStack } from './stored-stack';
import { inOrder, resolved, type PseudoParameters, type Template } from './template';

/**
 * Brings a stack to a template. What cannot be done takes all of it back: a new stack's resources go, those of another are again what its
 * template before says.
 */
export async function executeChange(
  stack: StoredStack,
  { template, tags }: StackChange,
  resources: StackResources,
): Promise<void> {
  const before = stack.template;
  const verb = before === undefined ? 'CREATE' : 'UPDATE';
  stack.tags = tags;
  delete stack.reason;
  happened(stack, `${verb}_IN_PROGRESS`);
  try {
    await bring(stack, template, resources);
    stack.status = `${verb}_COMPLETE`;
  } catch (error) {
    stack.reason = reasonOf(error);
    stack.status =
      before === undefined
        ? `ROLLBACK_${(await removeResources(stack, resources.remove)) && stack.resources.length === 0 ? 'COMPLETE' : 'FAILED'}`
        : `UPDATE_ROLLBACK_${await bring(stack, before, resources).then(
            () => 'COMPLETE',
            () => 'FAILED',
          )}`;
  }
  happened(stack, stack.status, undefined, stack.reason);
}

/** Makes what is missing, each resource after those that it refers to, changes what is another, and removes what is in it no longer. */
async function bring(stack: StoredStack, text: string, { make, update, remove }: StackResources): Promise<void> {
  const template = JSON.parse(text) as Template;
  const pseudo = pseudoParameters(stack);
  const held = new Map(stack.resources.map(resource => [resource.logicalId, resource]));
  for (const logicalId of inOrder(template)) {
    const { Type: type, Properties = {} } = template.Resources[logicalId]!;
    const properties = resolved(Properties, held, pseudo) as Readonly<Record<string, unknown>>;
    const wanted = { type, logicalId, properties, region: regionOf(stack), stackName: stack.name };
    const known = held.get(logicalId);
    if (known && known.type !== type)
      throw new Error(`Update of resource type is not permitted: ${logicalId} is ${known.type}, not ${type}`);
    if (known && JSON.stringify(known.properties) === JSON.stringify(properties)) continue;
    const made = known ? await update(known.physicalId, wanted) : await make(wanted);
    const resource: StackResource = { logicalId, type, properties, ...made };
    if (known) Object.assign(known, resource);
    else stack.resources.push(resource);
    held.set(logicalId, resource);
    happened(stack, known ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE', resource);
  }
  const kept = stack.resources.filter(({ logicalId }) => logicalId in template.Resources);
  const gone = { ...stack, resources: stack.resources.filter(each => !kept.includes(each)) };
  await removeResources(gone, remove);
  stack.events = gone.events;
  stack.resources = kept;
  stack.outputs = Object.fromEntries(
    Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [name, String(resolved(Value, held, pseudo))]),
  );
  stack.template = text;
}

/**
 * Takes out what the stack holds, last made first; what cannot go stays, with the reason.
 * @returns false while one is still going: those made before it are not touched until it is gone
 */
export async function removeResources(stack: StoredStack, remove: RemoveResource): Promise<boolean> {
  const refused: StackResource[] = [];
  for (let resource = stack.resources.pop(); resource; resource = stack.resources.pop()) {
    const end = await remove({ ...resource, region: regionOf(stack) });
    if (end === 'going') {
      stack.resources.push(resource, ...refused);
      return false;
    }
    const failure = end === 'gone' ? undefined : end.refused;
    if (failure !== undefined) refused.unshift({ ...resource, failure });
    happened(stack, failure === undefined ? 'DELETE_COMPLETE' : 'DELETE_FAILED', resource, failure);
  }
  stack.resources = refused;
  return true;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const pseudoParameters = (stack: StoredStack): PseudoParameters => ({
  'AWS::AccountId': LOCAL_ACCOUNT_ID,
  'AWS::Region': regionOf(stack),
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': stack.name,
  'AWS::StackId': stack.arn,
});
