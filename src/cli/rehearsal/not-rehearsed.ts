/** Parts of the AWS path that no step plays: told after each rehearsal, so that nobody takes them for proven. */
import type { AwsCommand } from '../../core/aws/command-calls';

export interface NotRehearsed {
  /** Commands that no step plays; none for parts of a command that one plays. */
  commands: readonly AwsCommand[];
  what: string;
  why: string;
}

/** All of them. @param chapters numbers of the chapters that no step plays. @param cdk whether the CDK can be run here. */
export function notRehearsed(chapters: readonly number[], cdk: boolean): NotRehearsed[] {
  const [first, last] = [chapters[0], chapters.at(-1)];
  return [
    ...(first === undefined
      ? []
      : [
          {
            commands: [],
            what: `chapters ${first} to ${last}`,
            why: 'they make the same kinds of calls as the chapters before them',
          },
        ]),
    ...(cdk
      ? []
      : [
          {
            commands: ['deploy-stack', 'stack-outputs', 'destroy-stack'] as const,
            what: 'stack deploy, outputs and destroy',
            why: 'the CDK is not installed beside this installation',
          },
        ]),
    { commands: ['tail-log-live'], what: 'Live Tail', why: 'no command of the terminal uses it' },
  ];
}
