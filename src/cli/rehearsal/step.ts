/** A step of the rehearsal, and what all of them are written with. */
import type { PlannedCall } from '../../core/aws/calls';
import { callsOf, type AwsCommand } from '../../core/aws/command-calls';
import { REHEARSAL_TARGET, type Stage } from './stage';
import type { CommandOutcome, Following } from './run-command';

/** What a step works with. */
export interface StepContext {
  stage: Stage;
  /** Runs a command; rejects when it fails. */
  cli(...args: string[]): Promise<CommandOutcome>;
  /** Runs one that goes on until it is interrupted; rejects when it fails. */
  follow(args: readonly string[], following: Following): Promise<CommandOutcome>;
}

export interface RehearsalStep {
  /** `create-cluster`; unique. */
  id: string;
  title: string;
  /** Steps that must have been played before. */
  needs: readonly string[];
  /** The commands that it plays, as `dsql-workshop policy --command` names them. */
  commands: readonly AwsCommand[];
  /** What its commands say that they call. */
  declared: readonly PlannedCall[];
  /** The CDK's own program sends its calls: their inputs are the CDK's, and no part of the script. */
  ofCdk?: boolean;
  /** Some of its calls are sent at the same time. */
  anyOrder?: boolean;
  play(context: StepContext): Promise<void>;
}

/** Options that aim a command at the rehearsal's cluster. */
export const AIM = ['--target', REHEARSAL_TARGET];

/** Commands of a step, and the calls that they say they make. */
export const says = (...commands: AwsCommand[]): Pick<RehearsalStep, 'commands' | 'declared'> => ({
  commands,
  declared: commands.flatMap(command => [...callsOf(command)]),
});
