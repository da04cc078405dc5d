import { seededRandom, type Random } from '../../core/stress/random';
import type { ServerError } from '../ports';
import { conflictOC000, conflictOC001 } from '../gateway/errors';

/** Conflicts made up to test the retries of a client. */
export interface InjectConflicts {
  /** Which part of the commits of writing transactions fails, 0 to 1. */
  share: number;
  /** The same seed and the same order of commits give the same conflicts. Default 1. */
  seed?: number;
  /** Default OC000. */
  code?: 'OC000' | 'OC001';
}

/** Decides which commits fail although nothing is in their way. */
export class ConflictInjector {
  private readonly random: Random;
  private readonly error: ServerError;
  injected = 0;

  constructor(private readonly options: InjectConflicts | undefined) {
    this.random = seededRandom(options?.seed ?? 1);
    this.error = options?.code === 'OC001' ? conflictOC001 : conflictOC000;
  }

  /** Asked once for each commit of a transaction that wrote or locked. @returns what to answer in place of committing */
  next(): ServerError | undefined {
    if (!this.options || this.random() >= this.options.share) return undefined;
    this.injected++;
    return this.error;
  }
}
