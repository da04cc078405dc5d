import type { Memento } from '../chapters/memento';

const KEY = 'dsqlWorkshop.lastDeployed';
/** Folders that are remembered; those deployed from longest ago are forgotten. */
const MOST = 50;

/** The function last deployed from each folder of sources, by the command or by a chapter; kept over a restart of the window. */
export class LastDeployed {
  constructor(private readonly memento: Memento) {}

  /** @param directory absolute. */
  from(directory: string): string | undefined {
    return this.all.find(([known]) => known === directory)?.[1];
  }

  /** The sources in `directory` went out under this name. */
  keep(directory: string, functionName: string): PromiseLike<void> {
    const others = this.all.filter(([known]) => known !== directory);
    return this.memento.update(KEY, [[directory, functionName], ...others].slice(0, MOST));
  }

  /** Read anew each time: other windows write it, too. */
  private get all(): [directory: string, functionName: string][] {
    const kept = this.memento.get(KEY);
    return Array.isArray(kept) ? kept.filter(isPair) : [];
  }
}

const isPair = (entry: unknown): entry is [string, string] =>
  Array.isArray(entry) && entry.length === 2 && entry.every(part => typeof part === 'string');
