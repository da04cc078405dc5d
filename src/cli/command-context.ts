import type { Option } from 'commander';
import type { Target } from '../node/target';
import type { Console } from './console';

/** Looks the target of a command up. Asked for when everything is known to be right that the command line itself can have wrong. */
export type OpenTarget = () => Promise<Target>;

/** What commands in files of their own share with the others. */
export interface CommandContext {
  /** @param command ends with one of `EXIT`, or with the code of a program of the user's that it ran */
  execute(json: boolean, command: () => number | Promise<number>): Promise<void>;
  running(options: { target: string; dataDir?: string }): OpenTarget;
  console: Console;
  /** `--target` and `--data-dir`. */
  options(): Option[];
}
