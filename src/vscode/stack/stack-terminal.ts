import * as vscode from 'vscode';
import { CodedError, describeError } from '../../base/errors';
import { withAbsolutePlace } from '../../core/stack/places';
import type { StackServices } from './services';

/** What a terminal does: it writes, may be cancelled, and fails with a coded error. */
export interface StackWork {
  directory: string;
  services: Pick<StackServices, 'fileOf'>;
  run(write: (text: string) => void, signal: AbortSignal): Promise<void>;
  /** Shows an error beside the terminal. */
  onError(error: unknown): void;
}

const CTRL_C = '\u0003';

/** The terminal of a stack's task. Closing it, Terminate Task and Ctrl-C end what runs in it. */
export class StackTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  private readonly ended = new vscode.EventEmitter<number>();
  private readonly controller = new AbortController();
  /** A line that is not whole yet. */
  private rest = '';
  readonly onDidWrite = this.written.event;
  readonly onDidClose = this.ended.event;

  constructor(private readonly work: StackWork) {}

  open(): void {
    void this.run();
  }

  close(): void {
    this.controller.abort();
  }

  handleInput(text: string): void {
    if (text === CTRL_C) this.controller.abort();
  }

  private async run(): Promise<void> {
    let exitCode = 0;
    try {
      await this.work.run(text => this.write(text), this.controller.signal);
    } catch (error) {
      const cancelled = error instanceof CodedError && error.code === 'CANCELLED';
      exitCode = cancelled ? 130 : 1;
      // red is for what went wrong, not for what the user wanted
      this.write(cancelled ? `\n${describeError(error)}\n` : `\n\u001b[31m${describeError(error)}\u001b[0m\n`);
      this.work.onError(error);
    }
    if (this.rest !== '') this.write('\n');
    this.ended.fire(exitCode);
  }

  private write(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    const { directory, services } = this.work;
    for (const line of lines)
      this.written.fire(`${withAbsolutePlace(line.replace(/\r$/, ''), path => services.fileOf(directory, path))}\r\n`);
  }
}
