import { pause } from '../../base/abort';
import type { Disposable } from '../../base/lifecycle';
import { Emitter } from '../../base/events';
import { Interleaver, type InterleaverOptions } from './interleaver';
import { judge } from './judge';
import { orderOf } from './play';
import { type ScriptOrder, type SessionScript } from './script';
import type { Interleaving, LineOutcome, WatchedRows } from './contract';
import type { SqlTransactionState } from '../sql/contract';

export type StagePhase = 'ready' | 'starting' | 'running' | 'paused' | 'finished';

export interface StageOptions extends InterleaverOptions {
  /** Pause between the lines of a played order, so that they can be followed. */
  paceMs: number;
}

/**
 * A script being stepped by somebody: any line at any time, or along an order. The sessions are opened with the first line; one request
 * runs at a time and a second one is not heard. Whatever fails leaves the stage `ready`, without connections.
 */
export class SessionStage implements Disposable {
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;
  phase: StagePhase = 'ready';
  order: ScriptOrder;
  /** Names of the lines that are being answered. */
  running: readonly string[] = [];
  private interleaver: Interleaver | undefined;
  private stop: AbortController | undefined;
  private closing: Promise<void> = Promise.resolve();

  constructor(
    readonly script: SessionScript,
    private readonly options: StageOptions,
    order?: string,
  ) {
    const known = script.orders.find(({ name }) => name === order);
    this.order = known ?? orderOf(script);
  }

  get lines(): readonly LineOutcome[] {
    return this.interleaver?.lines ?? [];
  }

  get initial(): WatchedRows | undefined {
    return this.interleaver?.initial;
  }

  get busy(): boolean {
    return this.stop !== undefined;
  }

  transaction(session: string): SqlTransactionState {
    return this.interleaver?.transaction(session) ?? 'idle';
  }

  hasSnapshot(session: string): boolean {
    return this.interleaver?.hasSnapshot(session) ?? false;
  }

  /** The lines that come next in the chosen order; none when those run so far do not follow it, or it is over. */
  get nextGroup(): readonly string[] {
    const group = this.order.groups[this.groupsDone ?? this.order.groups.length];
    return group ?? [];
  }

  /** The line of a session after the furthest that was run. */
  nextOf(session: string): string | undefined {
    const steps = this.script.sessions.find(({ name }) => name === session)?.steps ?? [];
    const furthest = steps.findLastIndex(({ name }) => this.lines.some(line => line.step === name));
    return steps[furthest + 1]?.name;
  }

  /** The run so far, judged where the order is over. */
  get result(): Interleaving | undefined {
    if (this.groupsDone !== this.order.groups.length) return undefined;
    return judge(this.script, this.order, this.lines, this.lines.at(-1)?.committed);
  }

  chooseOrder(name: string): void {
    this.order = orderOf(this.script, name);
    if (this.phase === 'paused' || this.phase === 'finished') this.phase = this.result ? 'finished' : 'paused';
    this.changes.fire();
  }

  runLine(step: string): Promise<void> {
    return this.exclusive(signal => this.runGroup([step], signal));
  }

  runNext(): Promise<void> {
    return this.exclusive(async signal => {
      if (this.nextGroup.length === 0) await this.restart(signal);
      await this.runGroup(this.nextGroup, signal);
    });
  }

  /** The rest of the chosen order; all of it where other lines were run, or it is over. */
  play(): Promise<void> {
    return this.exclusive(async signal => {
      if (this.nextGroup.length === 0) await this.restart(signal);
      for (let first = true; this.nextGroup.length > 0; first = false) {
        if (!first) await pause(this.options.paceMs, signal);
        await this.runGroup(this.nextGroup, signal);
      }
    });
  }

  /** Everything again but the last line. */
  stepBack(): Promise<void> {
    return this.exclusive(async signal => {
      const names = this.lines.slice(0, -1).map(({ step }) => step);
      await this.restart(signal);
      for (const name of names) await this.runGroup([name], signal);
    });
  }

  /** Ends the sessions and removes what the script set up. */
  reset(): Promise<void> {
    return this.exclusive(() => this.end());
  }

  /** Gives up what is running; its sessions end. */
  cancel(): void {
    this.stop?.abort();
  }

  /** Settles when everything is removed. Never rejects. */
  async close(): Promise<void> {
    this.cancel();
    await this.end().catch(() => undefined);
    await this.closing;
  }

  dispose(): void {
    this.changes.dispose();
    void this.close();
  }

  /** Groups of the order that the lines run so far make up; undefined when they are others. */
  private get groupsDone(): number | undefined {
    let at = 0;
    for (const [index, group] of this.order.groups.entries()) {
      if (at === this.lines.length) return index;
      const ran = this.lines.slice(at, at + group.length).map(({ step }) => step);
      if (JSON.stringify([...ran].sort()) !== JSON.stringify([...group].sort())) return undefined;
      at += group.length;
    }
    return at === this.lines.length ? this.order.groups.length : undefined;
  }

  private async exclusive(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.stop) return;
    const stop = (this.stop = new AbortController());
    try {
      await work(stop.signal);
    } catch (error) {
      await this.end().catch(() => undefined);
      throw error;
    } finally {
      this.stop = undefined;
      this.running = [];
      if (this.interleaver) this.phase = this.result ? 'finished' : 'paused';
      this.changes.fire();
    }
  }

  private async runGroup(names: readonly string[], signal: AbortSignal): Promise<void> {
    if (!this.interleaver) await this.restart(signal);
    this.phase = 'running';
    this.running = names;
    this.changes.fire();
    await this.interleaver?.run(names, signal);
    this.running = [];
    this.changes.fire();
  }

  private async restart(signal: AbortSignal): Promise<void> {
    this.phase = 'starting';
    this.changes.fire();
    await this.closing;
    this.interleaver ??= new Interleaver(this.script, this.options);
    await this.interleaver.start(signal);
  }

  private async end(): Promise<void> {
    const { interleaver } = this;
    this.interleaver = undefined;
    this.phase = 'ready';
    if (!interleaver) return;
    const closed = interleaver.close();
    this.closing = closed.catch(() => undefined);
    await closed;
  }
}
