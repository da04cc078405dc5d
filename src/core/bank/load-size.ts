import { count } from '../../base/number-text';
import { timeLeft } from './load-progress';

/** Of disk a row with its key takes: 72.3 as measured over 700,000 accounts in PostgreSQL 16, 2026-11-23. */
const BYTES_PER_ACCOUNT = 73;
/** Files written ahead, which grow to `max_wal_size` and beyond it between checkpoints. */
const WRITTEN_AHEAD_BYTES = 1e9;
/** Two cores made 75,000 to 150,000 a second, 2026-11-23. */
const ACCOUNTS_PER_SECOND = 100_000;
/** A load of fewer takes minutes and less than a GB: nobody needs to be told. */
const LARGE_LOAD = 10_000_000;

/** What a load on this machine takes, as far as it is worth a word. */
export interface LoadSize {
  /** One line. */
  text: string;
  /** The disk has not the room. */
  tooLarge: boolean;
}

/** What so many new accounts on the disk of a local cluster take; nothing where that is little. `freeBytes`: absent where nobody knows. */
export function loadSize(accounts: number, freeBytes: number | undefined): LoadSize | undefined {
  if (accounts < LARGE_LOAD) return undefined;
  const bytes = accounts * BYTES_PER_ACCOUNT + WRITTEN_AHEAD_BYTES;
  const free = freeBytes === undefined ? '' : `, which has ${gigabytes(freeBytes)} free`;
  return {
    text: `${count(accounts)} new accounts take about ${gigabytes(bytes)} of disk${free}, and ${timeLeft(accounts / ACCOUNTS_PER_SECOND)} or more.`,
    tooLarge: freeBytes !== undefined && bytes > freeBytes,
  };
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toLocaleString('en', { maximumFractionDigits: 1 })} GB`;
