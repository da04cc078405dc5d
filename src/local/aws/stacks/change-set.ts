import type { QueryValue } from '../query-protocol';
import type { StackChange, StoredStack } from './stored-stack';
import type { Template, TemplateResource } from './template';

/** CloudFormation's words; CDK's program knows them by their beginning. */
const NO_CHANGE =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** A change set as DescribeChangeSet answers it. One that would change nothing has failed, as in the service. */
export function describedChange(stack: StoredStack, change: StackChange): Record<string, QueryValue> {
  const changes = changesOf(stack, change);
  const same = stack.template === change.template && JSON.stringify(stack.tags) === JSON.stringify(change.tags);
  return {
    ...{ StackName: stack.name, StackId: stack.arn, ChangeSetName: change.name, ChangeSetId: change.arn },
    ...(same
      ? { Status: 'FAILED', StatusReason: NO_CHANGE, ExecutionStatus: 'UNAVAILABLE' }
      : { Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' }),
    Changes: changes.map(([action, LogicalResourceId, { Type }]) => ({
      Type: 'Resource',
      ResourceChange: { Action: action, LogicalResourceId, ResourceType: Type },
    })),
  };
}

type Change = ['Add' | 'Modify' | 'Remove', string, TemplateResource];

function changesOf({ template }: StoredStack, change: StackChange): Change[] {
  const before = template === undefined ? {} : (JSON.parse(template) as Template).Resources;
  const after = (JSON.parse(change.template) as Template).Resources;
  const changed = Object.entries(after).flatMap(([name, resource]): Change[] => {
    if (!(name in before)) return [['Add', name, resource]];
    return JSON.stringify(before[name]) === JSON.stringify(resource) ? [] : [['Modify', name, resource]];
  });
  const removed = Object.entries(before).filter(([name]) => !(name in after));
  return [...changed, ...removed.map(([name, resource]): Change => ['Remove', name, resource])];
}
