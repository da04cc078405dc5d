import { ROLE_PATH, CREATED_BY_TAG } from '../../core/aws/tags';
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from '../../protocol/local-cluster';
import type { Stage } from './stage';

/** What the workshop tags all it makes with. */
export const OUR_TAGS = { [CREATED_BY_TAG.key]: CREATED_BY_TAG.value };

/** What an earlier workshop left: a role with policies of both kinds, and a stack that is protected. No command makes them alone. */
export function addRoleAndStack({ roles, stacks }: Pick<Stage, 'roles' | 'stacks'>): void {
  const role = 'dsql-workshop-teller-role';
  roles.roles.set(role, {
    ...{ name: role, path: ROLE_PATH, arn: `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role${ROLE_PATH}${role}` },
    ...{ created: new Date(), tags: OUR_TAGS, inline: ['connect'] },
    attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
  });
  const stack = 'DsqlWorkshopSpare';
  stacks.stacks.set(stack, {
    ...{ name: stack, status: 'CREATE_COMPLETE', created: new Date(), tags: OUR_TAGS, resources: [] },
    arn: `arn:aws:cloudformation:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:stack/${stack}/${crypto.randomUUID()}`,
    terminationProtection: true,
  });
}
