import type { Command } from 'commander';
import { addClusterCommand } from './cluster-command';
import type { CommandContext } from './command-context';
import { addRehearseCommand } from './rehearse-command';

/** What speaks with AWS's control planes, and the rehearsal of it. */
export function addAwsCommands(program: Command, context: CommandContext): void {
  addClusterCommand(program, context);
  addRehearseCommand(program, context);
}
