import type { RunResult } from './contract';
import { LEFT_BEHIND_MS, type LeftBehind } from './left-behind';

/** A folder of small files that every process of the user can read. */
export interface NoteFiles {
  names(): Promise<string[]>;
  /** Rejects when there is no such file. */
  read(name: string): Promise<string>;
  /** Whole or not at all. */
  write(name: string, text: string): Promise<void>;
  /** A file that is gone already is no error. */
  remove(name: string): Promise<void>;
}

/** Who makes runs, as others can ask after it. */
export interface RunMaker {
  pid: number;
  isAlive(pid: number): boolean;
  now(): number;
  random(): string;
}

/** What a process tells the others of a run. Times in milliseconds since 1970. */
interface RunNote {
  pid: number;
  name: string;
  /** Host and port of the database. */
  target: string;
  fromMs: number;
  toMs?: number;
  /** Calls, and legs of generators, that were under way when it ended. */
  inFlight?: number;
}

const EXTENSION = '.run';
/** No run that began so long ago is compared with one of now. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

/** How a database is named among runs. */
export const runTargetKey = ({ endpoint, port }: { endpoint: string; port: number }): string => `${endpoint}:${port}`;

/**
 * The stress runs of this user on this machine, whoever makes them: windows, terminals, chapters. Each is noted in a file of its own from its
 * begin on, so that runs on one target know of each other, and the next one of what the last left under way. A disk that fails ends no run.
 */
export class SharedRuns {
  constructor(
    private readonly files: NoteFiles,
    private readonly maker: RunMaker,
  ) {}

  /** Makes a run that the others know of. @returns its result with the names of those that were made on the same target meanwhile. */
  async noted(target: string, name: string, make: () => Promise<RunResult>): Promise<RunResult> {
    const { pid, now, random } = this.maker;
    const id = `${pid}-${random()}${EXTENSION}`;
    const note: RunNote = { pid, name, target, fromMs: now() };
    await this.write(id, note);
    const before = await this.others(id, target);
    let result: RunResult;
    try {
      result = await make();
    } catch (error) {
      await this.files.remove(id).catch(() => undefined);
      throw error;
    }
    await this.write(id, { ...note, toMs: now(), inFlight: result.inFlight + (result.legsLeft ?? 0) });
    const after = await this.others(id, target);
    const meanwhile = [
      ...before.filter(([, other]) => this.isUnderWay(other)),
      // of one that was killed nobody knows when: what counts is whether it began meanwhile
      ...after.filter(([, other]) => (other.toMs ?? (this.isUnderWay(other) ? Infinity : other.fromMs)) > note.fromMs),
    ];
    const alongside = [...new Map(meanwhile).values()].map(other => other.name);
    return alongside.length > 0 ? { ...result, alongside: [...new Set(alongside)] } : result;
  }

  /** Names of the runs that other processes make on a target at this moment. */
  async elsewhere(target: string): Promise<string[]> {
    const notes = await this.others('', target);
    return notes.flatMap(([, note]) => (note.pid !== this.maker.pid && this.isUnderWay(note) ? note.name : []));
  }

  /** What the last run on a target left under way, where it has ended only now; of one that was killed it is told once. */
  async left(target: string): Promise<LeftBehind | undefined> {
    const now = this.maker.now();
    const notes = await this.others('', target);
    const ended = notes.filter(([, note]) => !this.isUnderWay(note));
    // while another run goes on money moves, and both say so in the end
    if (ended.length < notes.length) return undefined;
    const killed = ended.filter(([, { toMs }]) => toMs === undefined);
    for (const [file] of killed) await this.files.remove(file).catch(() => undefined);
    const late = ended.filter(
      ([, { toMs = now, inFlight = 1 }]) => inFlight > 0 && toMs > now - LEFT_BEHIND_MS && toMs <= now,
    );
    const last = late.map(([, note]) => note).sort((a, b) => b.fromMs - a.fromMs)[0];
    return last && { name: last.name, ...(last.inFlight !== undefined && { calls: last.inFlight }) };
  }

  private isUnderWay({ pid, toMs }: RunNote): boolean {
    return toMs === undefined && this.maker.isAlive(pid);
  }

  private async write(file: string, note: RunNote): Promise<void> {
    await this.files.write(file, JSON.stringify(note)).catch(() => undefined);
  }

  /** The notes of a target but one; those that are out of date are removed. None where they cannot be read. */
  private async others(own: string, target: string): Promise<[file: string, note: RunNote][]> {
    const notes: [string, RunNote][] = [];
    for (const file of await this.files.names().catch(() => [])) {
      if (file === own || !file.endsWith(EXTENSION)) continue;
      const note = await this.files.read(file).then(noteOf, () => undefined);
      if (!note || (note.fromMs < this.maker.now() - FORGOTTEN_AFTER_MS && !this.isUnderWay(note)))
        await this.files.remove(file).catch(() => undefined);
      else if (note.target === target) notes.push([file, note]);
    }
    return notes;
  }
}

function noteOf(text: string): RunNote | undefined {
  try {
    const { pid, name, target, fromMs, toMs, inFlight } = JSON.parse(text) as Partial<RunNote>;
    if (typeof pid !== 'number' || typeof name !== 'string' || typeof target !== 'string') return undefined;
    if (typeof fromMs !== 'number') return undefined;
    const ending = typeof toMs === 'number' && { toMs, inFlight: typeof inFlight === 'number' ? inFlight : 0 };
    return { pid, name, target, fromMs, ...ending };
  } catch {
    return undefined;
  }
}
