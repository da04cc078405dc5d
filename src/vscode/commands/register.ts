import * as vscode from 'vscode';
import type { CommandId } from '../contributions';
import type { ErrorReporter } from '../errors';

type CommandHandlers = Record<CommandId, (...args: unknown[]) => unknown>;

/** Registers every command; the type asks for one handler per id. What a handler throws is shown to the user. */
export function registerCommands(handlers: CommandHandlers, errors: ErrorReporter): vscode.Disposable {
  const registrations = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await handler(...args);
      } catch (error) {
        errors.show(error);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}
