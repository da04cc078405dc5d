import type { Option } from 'commander';
import type { Target } from '../node/target';
import type { Console } from './console';
import type { ExitCode } from './exit-codes';

/** What commands in files of their own share with the others. */
export interface CommandContext {
  execute(json: boolean, command: () => ExitCode | Promise<ExitCode>): Promise<void>;
  running(options: { target: string; dataDir?: string }): Promise<Target>;
  console: Console;
  /** `--target` and `--data-dir`. */
  options(): Option[];
}
