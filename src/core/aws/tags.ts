/** The tag that everything made here carries, so that a teardown finds it. */
export const CREATED_BY_TAG = { key: 'created-by', value: 'dsql-workshop' } as const;

/** The tags of something that is made: `Name` where it has one, its chapter where a chapter makes it. */
export function workshopTags(details: { name?: string; chapter?: string } = {}): Record<string, string> {
  return {
    [CREATED_BY_TAG.key]: CREATED_BY_TAG.value,
    ...(details.name !== undefined && { Name: details.name }),
    ...(details.chapter !== undefined && { 'dsql-workshop:chapter': details.chapter }),
  };
}

/** CloudFormation's own tag: what bears it belongs to a stack, and its tags are the stack's. */
export const STACK_TAG = 'aws:cloudformation:stack-id';

/** IAM path of every role that is made here: GetResources does not know roles, so they are found by it. */
export const ROLE_PATH = '/dsql-workshop/';
