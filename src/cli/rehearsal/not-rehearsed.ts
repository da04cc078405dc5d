/** Parts of the AWS path that no step plays: told after each rehearsal, so that nobody takes them for proven. */
import type { AwsCommand } from '../../core/aws/command-calls';

export interface NotRehearsed {
  /** Commands that no step plays. */
  commands: readonly AwsCommand[];
  what: string;
  why: string;
}

/** All of them. @param cdk whether the CDK can be run here. */
export const notRehearsed = (cdk: boolean): NotRehearsed[] =>
  cdk
    ? []
    : [
        {
          commands: ['deploy-stack', 'stack-outputs', 'destroy-stack'],
          what: 'stack deploy, outputs and destroy',
          why: 'the CDK is not installed beside this installation',
        },
      ];
