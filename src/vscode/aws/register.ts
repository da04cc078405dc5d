import type { Connections } from '../connections/connections';
import { COMMANDS } from '../contributions';
import { showIamPolicy, type PolicyCommandContext } from './policy-command';
import { setUpDatabaseRole, type RoleCommandContext } from './role-command';

export type AwsCommandsContext = PolicyCommandContext &
  RoleCommandContext & { connections: Pick<Connections, 'profiles'> };

/** Commands around AWS's permissions: which a user needs, and who may connect as which database role. */
export function awsCommands(context: AwsCommandsContext) {
  const { connections, profiles } = context;
  const policies: PolicyCommandContext = {
    chapters: context.chapters,
    // with none in AWS chosen, the only one there is must be meant
    profiles: () => {
      const inAws = connections.profiles.filter(({ kind }) => kind === 'aws');
      return [...profiles(), ...(inAws.length === 1 ? inAws : [])];
    },
  };
  return {
    [COMMANDS.showIamPolicy]: (argument?: unknown) => showIamPolicy(policies, argument),
    [COMMANDS.setUpDatabaseRole]: (argument?: unknown) => setUpDatabaseRole(context, argument),
  };
}
