import { COMMANDS } from '../contributions';
import { showIamPolicy, type PolicyCommandContext } from './policy-command';
import { setUpDatabaseRole, type RoleCommandContext } from './role-command';

/** Commands around AWS's permissions: which a user needs, and who may connect as which database role. */
export function awsCommands(context: PolicyCommandContext & RoleCommandContext) {
  return {
    [COMMANDS.showIamPolicy]: (argument?: unknown) => showIamPolicy(context, argument),
    [COMMANDS.setUpDatabaseRole]: (argument?: unknown) => setUpDatabaseRole(context, argument),
  };
}
