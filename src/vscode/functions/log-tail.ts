import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { followLog, LOG_NOTE, LogFollower } from '../../core/lambda/logs';
import { COMMANDS, CONTEXTS, LOG_TAIL_STATUS_ID } from '../contributions';
import { isCancellation } from '../errors';
import type { FunctionLog } from './function-log';
import type { FunctionPlace } from './function-target';

export interface LogTailContext {
  target: FunctionPlace;
  log: FunctionLog;
  onError: (error: unknown) => void;
}

/** Follows the log of one function in the output channel; the status bar says so and ends it. */
export class LogTail implements vscode.Disposable {
  private readonly status = vscode.window.createStatusBarItem(LOG_TAIL_STATUS_ID, vscode.StatusBarAlignment.Left, -2);
  private running: AbortController | undefined;

  constructor(private readonly context: LogTailContext) {
    this.status.name = vscode.l10n.t('DSQL Workshop: Function Log');
    this.status.command = COMMANDS.stopFunctionLog;
  }

  /** Takes the place of a log that is followed already. Resolves as it begins; what ends it before it is stopped goes to `onError`. */
  async start(functionName: string): Promise<void> {
    const { target, log } = this.context;
    this.stop();
    const running = new AbortController();
    this.running = running;
    const { signal } = running;
    const { lambda } = await target.reach(signal);
    if (signal.aborted) return;
    log.tailed = functionName;
    log.say(
      vscode.l10n.t('Following the log of {0} on {1}', functionName, target.label),
      target.isOnAws ? [`  ${LOG_NOTE}`] : [],
    );
    log.show();
    this.status.text = `$(output) ${functionName}`;
    this.status.tooltip = vscode.l10n.t('The log of {0} is followed. Click to end it.', functionName);
    this.status.show();
    void vscode.commands.executeCommand('setContext', CONTEXTS.functionLog, true);
    const follower = new LogFollower(
      (name, from, stop) => lambda.logEvents(name, from, stop),
      functionName,
      Date.now(),
    );
    const following = followLog(follower, {
      signal,
      pause: async (ms, stop) => void (await delay(ms, undefined, { signal: stop })),
      onEvents: events => log.takeEvents(functionName, events),
      onTrouble: error => log.say(`${functionName}: ${(error as Error).message}`),
    });
    void following
      .catch((error: unknown) => {
        if (!isCancellation(error)) this.context.onError(error);
      })
      .finally(() => this.running === running && this.end());
  }

  stop(): void {
    if (!this.running) return;
    this.running.abort();
    const { tailed } = this.context.log;
    if (tailed !== undefined) this.context.log.say(vscode.l10n.t('The log of {0} is no longer followed', tailed));
    this.end();
  }

  dispose(): void {
    this.running?.abort();
    this.status.dispose();
  }

  private end(): void {
    this.running = undefined;
    this.context.log.tailed = undefined;
    this.status.hide();
    void vscode.commands.executeCommand('setContext', CONTEXTS.functionLog, false);
  }
}
