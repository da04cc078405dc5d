import { conflictingVariables, localEnvironment } from '../../node/local-environment';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { SHELLS, shellText, type Shell } from '../shell-text';
import { usageError } from '../failure';

/** `local env`: what a shell needs for other people's programs to work against the running cluster. */
export async function localEnv(openTarget: OpenTarget, shell: string | undefined, console: Console): Promise<ExitCode> {
  const chosen = shell ?? defaultShell(console.env);
  if (!SHELLS.includes(chosen as Shell))
    throw usageError(`--shell: "${chosen}" is no shell that is known`, `Name one of ${SHELLS.join(', ')}.`);
  const target = await openTarget();
  console.stdout.write(shellText(await localEnvironment(target), conflictingVariables(console.env), chosen as Shell));
  return EXIT.ok;
}

function defaultShell(env: NodeJS.ProcessEnv): Shell {
  if (process.platform === 'win32' && !env.SHELL) return 'powershell';
  return env.SHELL?.endsWith('/fish') ? 'fish' : 'sh';
}
