import type { Stage } from './stage';

/** A command, and the kinds of calls that it makes: each of them fails in turn, in each way. */
export interface FaultScenario {
  id: string;
  /** `dsql CreateCluster` */
  calls: readonly string[];
  /** Commands that are run once, before all. */
  prepare?(stage: Stage): string[][];
  /** Commands that are run before each fault. */
  before?(stage: Stage): string[][];
  /** Puts into the account, before each fault, what no command makes. */
  arrange?(stage: Stage): void;
  /** The command that meets the fault; asked anew for each. */
  args(stage: Stage): string[];
  /** Names of what a failed command has made all the same, or has left standing: it must name them. */
  leaves?(stage: Stage): string[] | Promise<string[]>;
  /** It tells what could not be done in its report, and ends by itself. */
  reports?: boolean;
  /** Calls without which the command still does what it is for, and says so. */
  goesOn?: readonly string[];
  /** What it says, and ends well, when a call that only informs was not answered. */
  warns?: RegExp;
  /** Calls that are never sent twice. */
  once?: readonly string[];
  /** Run again when nothing fails any longer, it succeeds; names of what then still should not be there. */
  goesOnAfter?(stage: Stage): string[] | Promise<string[]>;
}
