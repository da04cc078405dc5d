import { count } from '../../base/number-text';

/** How far a load of accounts has come. */
export interface LoadFigures {
  /** Accounts that are as they should be now, those found at the start included. */
  loaded: number;
  count: number;
  rowsPerSecond: number;
}

/** `120,000 of 1,000,000 accounts, 85,000 a second, 11 s left`; without rate and rest while there is none. */
export function describeLoad({ loaded, count: all, rowsPerSecond }: LoadFigures): string {
  return describeRows('accounts', loaded, all, rowsPerSecond);
}

/** As `describeLoad`, of other rows. */
export function describeRows(what: string, done: number, all: number, rowsPerSecond: number): string {
  const far = `${count(done)} of ${count(all)} ${what}`;
  if (rowsPerSecond <= 0 || done >= all) return far;
  return `${far}, ${count(rowsPerSecond)} a second, ${timeLeft((all - done) / rowsPerSecond)} left`;
}

/** `12 s`, `10 min`, `1 h 30 min`; rounded up. */
export function timeLeft(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
