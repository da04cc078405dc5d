/** Parts of the AWS path that no step plays: told after each rehearsal, so that nobody takes them for proven. */
import type { AwsCommand } from '../../core/aws/command-calls';

export interface NotRehearsed {
  /** Commands that no step plays; none for parts of a command that one plays. */
  commands: readonly AwsCommand[];
  what: string;
  why: string;
}

/** All of them. @param chapters numbers of the chapters that no step plays. */
export function notRehearsed(chapters: readonly number[]): NotRehearsed[] {
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
    {
      commands: ['deploy-stack', 'stack-outputs', 'destroy-stack'],
      what: 'stack deploy, outputs and destroy',
      why: "the calls are those of the CDK's own program, from the workshop folder's packages",
    },
    {
      commands: [],
      what: 'teardown of stacks and roles',
      why: 'only a stack makes them: they are looked for, and there are none',
    },
    {
      commands: ['stress-from-lambda'],
      what: 'stress with load generators in Lambda',
      why: 'no step plays it yet; the load comes from this machine',
    },
    { commands: ['tail-log-live'], what: 'Live Tail', why: 'no command of the terminal uses it' },
    {
      commands: ['configure', 'compare', 'remove-function'],
      what: 'changing, comparing and removing one function',
      why: 'no command of the terminal does it',
    },
    { commands: ['verify-transfer'], what: 'verify-transfer', why: 'the chapters make the same transfers' },
  ];
}
