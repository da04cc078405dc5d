import * as vscode from 'vscode';
import type { Invocation } from '../../core/lambda/contract';
import type { FunctionAdmin } from '../../core/lambda/admin';
import type { LogEvent } from '../../core/lambda/logs';
import { invocationLog, tailLines } from '../../core/lambda/invocation-log';

/** What functions printed: the output channel `DSQL Workshop: Lambda`. Its `file:line:column` are links into the learner's folder. */
export class FunctionLog implements vscode.Disposable {
  private opened: vscode.OutputChannel | undefined;
  /** The function whose log is followed: its invocations are not told twice. */
  tailed: string | undefined;

  /** `directoryOf`: the learner's sources of a function, where they have some. */
  constructor(private readonly directoryOf: (functionName: string) => string | undefined) {}

  /** The same functions; what each invocation logs is shown too. */
  listening(lambda: FunctionAdmin): FunctionAdmin {
    return {
      ...lambda,
      invoke: async (name, payload, options) => {
        const invocation = await lambda.invoke(name, payload, options);
        // without the log there is nothing to tell, and a stress run is no reading matter
        if (options?.tailLog) this.take(name, invocation);
        return invocation;
      },
    };
  }

  take(functionName: string, invocation: Invocation): void {
    const [head, ...lines] = invocationLog(functionName, invocation, this.directoryOf(functionName));
    this.say(head ?? functionName, functionName === this.tailed ? [] : lines);
  }

  /** What a followed log got. */
  takeEvents(functionName: string, events: readonly LogEvent[]): void {
    const directory = this.directoryOf(functionName);
    const lines = events.flatMap(event => tailLines(event, directory));
    if (lines.length > 0) this.write(lines.map(line => `  ${line}`));
  }

  say(head: string, lines: readonly string[] = []): void {
    const time = new Date().toTimeString().slice(0, 8);
    this.write([`${time} ${head}`, ...lines]);
  }

  private write(lines: readonly string[]): void {
    this.channel.appendLine(lines.join('\n'));
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.opened?.dispose();
  }

  /** Made with the first line. */
  private get channel(): vscode.OutputChannel {
    return (this.opened ??= vscode.window.createOutputChannel('DSQL Workshop: Lambda'));
  }
}
