import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { ChapterTargets, ReachedTarget } from '../chapters/chapter-targets';

/** Where functions are; what commands need of it. */
export interface FunctionPlace {
  /** Its name, without reaching it. */
  readonly label: string;
  /** The connection; functions of the local cluster are on this machine. */
  readonly profile: ConnectionProfile;
  /** Whether it can be reached without starting anything. */
  readonly isReachable: boolean;
  /** Whether what is done there happens in AWS. */
  readonly isOnAws: boolean;
  /** What its functions log is shown. */
  reach(signal: AbortSignal): Promise<ReachedTarget['ports']>;
}

/** The target of the chapters, for commands of the palette: reached when first needed, and again when it is another one. */
export class FunctionTarget implements FunctionPlace {
  private reached: ReachedTarget | undefined;

  constructor(private readonly targets: ChapterTargets) {}

  get label(): string {
    return this.targets.current.name;
  }

  get profile(): ConnectionProfile {
    return this.targets.current;
  }

  get isReachable(): boolean {
    return this.targets.isReachable;
  }

  get isOnAws(): boolean {
    return this.targets.current.kind === 'aws';
  }

  async reach(signal: AbortSignal): Promise<ReachedTarget['ports']> {
    if (!this.reached?.isCurrent()) {
      await this.close();
      this.reached = await this.targets.reach(signal);
    }
    return this.reached.ports;
  }

  async close(): Promise<void> {
    const reached = this.reached;
    this.reached = undefined;
    await reached?.close();
  }
}
