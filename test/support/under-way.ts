/** What a runner is at, told in a file to whoever waits for its process: one that hangs in a loop tells nothing more, and no limit of a test ends it. */
import fs from 'node:fs';
import type { Runner } from 'mocha';

/** Names the file in the environment of a part of the tests. */
export const UNDER_WAY_FILE = 'WORKSHOP_TEST_UNDER_WAY';

interface Named {
  titlePath(): string[];
}

/** Keeps the title of each test and hook that begins in the file that the environment names, if it names one. */
export function tellUnderWay(runner: Runner): void {
  const file = process.env[UNDER_WAY_FILE];
  if (!file) return;
  let begun = 0;
  const tell = (what: Named): void => fs.writeFileSync(file, `${++begun} ${what.titlePath().join(' › ')}`);
  runner.on('test', tell);
  runner.on('hook', tell);
}

/** Finds out that a runner hangs: it is looked at now and then, by whoever calls `look`. */
export class HangWatch {
  private heard: string | undefined;
  private silent = 0;

  /** @param silentLooks so many looks in a row at the same test or hook are a hang */
  constructor(
    private readonly file: string,
    private readonly silentLooks: number,
  ) {}

  /** @returns where it hangs, as the number and title of what is under way; undefined as long as it goes on, or has not begun */
  look(): string | undefined {
    const now = fs.existsSync(this.file) ? fs.readFileSync(this.file, 'utf8') : undefined;
    this.silent = now === this.heard ? this.silent + 1 : 0;
    this.heard = now;
    return this.silent >= this.silentLooks ? now : undefined;
  }
}
