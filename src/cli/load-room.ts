import fs from 'node:fs';
import { CodedError } from '../base/errors';
import { loadSize } from '../core/bank/load-size';
import { recordedBase } from '../local/postgres/abandoned';
import type { BankPool } from '../node/bank/connect';
import { LOAD_WITH_ROOM } from '../node/bank/errors';
import { agree } from './agreement';
import type { Console } from './console';

/** Accounts to be loaded into a local cluster. */
export interface Load {
  accounts: number;
  /** Of the cluster. */
  dataDir: string;
  /** How many there are already. */
  present(): Promise<number>;
  /** `--yes` was given. */
  yes: boolean | undefined;
}

/**
 * Before a large load on this machine: says what it takes of disk and time, and asks where the disk has not the room.
 * @throws CodedError `CANCELLED`; `SETUP_DISK_TOO_SMALL` where nobody can answer
 */
export async function agreeToLoad(
  load: Load,
  console: Console,
  statfs: (directory: string) => Pick<fs.StatsFs, 'blocks' | 'bavail' | 'bsize'> = fs.statfsSync,
): Promise<void> {
  const { accounts, dataDir, present, yes } = load;
  if (!loadSize(accounts, undefined)) return;
  const size = loadSize(accounts - (await present()), freeBytes(recordedBase(dataDir) ?? dataDir, statfs));
  if (!size) return;
  if (!size.tooLarge) return void console.stderr.write(`${size.text}\n`);
  const code = 'SETUP_DISK_TOO_SMALL';
  await agree(
    {
      lines: [size.text, 'A cluster whose disk is full stops until there is room again.'],
      question: 'Load until the disk is full?',
      code,
      yes,
      refusal: new CodedError(code, 'the disk has no room for that many accounts', {
        nextStep: 'Ask for fewer accounts, free the room, use a --data-dir on a larger disk, or repeat it with --yes.',
      }),
    },
    console,
  );
}

/** The least that PostgreSQL asks for when it goes on with its log: a segment. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/** An error of the bank where the cluster's disk is full: a cluster that stands still for that may say no more than "server unavailable". */
export function withoutRoom(
  error: unknown,
  dataDir: string,
  statfs: NonNullable<Parameters<typeof agreeToLoad>[2]> = fs.statfsSync,
): unknown {
  if (!(error instanceof CodedError) || !error.code.startsWith('BANK_')) return error;
  const directory = recordedBase(dataDir) ?? dataDir;
  if ((freeBytes(directory, statfs) ?? SEGMENT_BYTES) >= SEGMENT_BYTES) return error;
  return new CodedError(error.code, `the disk that holds ${directory} is full: ${error.message}`, {
    cause: error,
    nextStep: LOAD_WITH_ROOM,
  });
}

/** How many accounts a bank has; none where there is no table yet. */
export const accountsOf = (pool: BankPool): Promise<number> =>
  pool.query<{ count: string }>('SELECT count(*) FROM accounts').then(
    ({ rows }) => Number(rows[0]?.count),
    () => 0,
  );

/** What this user may write yet; nothing where the file system does not tell. */
function freeBytes(directory: string, statfs: NonNullable<Parameters<typeof agreeToLoad>[2]>): number | undefined {
  try {
    const { blocks, bavail, bsize } = statfs(directory);
    // file systems that keep no count of their blocks say that they have none
    return blocks > 0 ? bavail * bsize : undefined;
  } catch {
    return undefined;
  }
}
