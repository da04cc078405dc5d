import * as vscode from 'vscode';
import type { Invocation } from '../../core/lambda/contract';
import type { FunctionAdmin } from '../../core/lambda/admin';
import { invocationLog } from '../../core/workspace/function-log';

/** What functions printed: the output channel `DSQL Workshop: Lambda`. Its `file:line:column` are links into the learner's folder. */
export class FunctionLog implements vscode.Disposable {
  private channel: vscode.OutputChannel | undefined;

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
    this.say(head ?? functionName, lines);
  }

  say(head: string, lines: readonly string[] = []): void {
    this.channel ??= vscode.window.createOutputChannel('DSQL Workshop: Lambda');
    const time = new Date().toTimeString().slice(0, 8);
    this.channel.appendLine([`${time} ${head}`, ...lines].join('\n'));
  }

  show(): void {
    this.channel ??= vscode.window.createOutputChannel('DSQL Workshop: Lambda');
    this.channel.show(true);
  }

  dispose(): void {
    this.channel?.dispose();
  }
}
