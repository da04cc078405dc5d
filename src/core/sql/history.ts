/** The history of statements: bounded, newest first, free of secrets. Plain data; where it is kept is the caller's matter. */
import { redactSecrets } from './redact';

/** A statement that was run. Kept on disk: secrets are taken out before, see `redact`. */
export interface HistoryEntry {
  /** Unique in the history. */
  id: string;
  sql: string;
  /** A secret was taken out: it cannot be run again as it is. */
  redacted: boolean;
  profileId: string;
  profileName: string;
  /** Milliseconds since the epoch. */
  startedAtMs: number;
  durationMs: number;
  /** Command tag, or undefined for one that failed. */
  tag?: string;
  /** SQLSTATE or code of the error. */
  error?: string;
}

/** Longer statements are cut: a history is no store of data. UTF-16 units. */
export const MAX_HISTORY_TEXT = 20_000;

/** All of them together; the oldest go first. UTF-16 units. */
const MAX_HISTORY_TOTAL = 1_000_000;

export type NewHistoryEntry = Omit<HistoryEntry, 'redacted'>;

/**
 * The history with one entry more, at most `limit` (0 keeps none). The same text on the same profile right before is replaced, so that
 * running a statement over and over leaves one entry.
 */
export function addToHistory(
  history: readonly HistoryEntry[],
  entry: NewHistoryEntry,
  limit: number,
): readonly HistoryEntry[] {
  if (limit <= 0) return [];
  const { text, redacted } = redactSecrets(entry.sql);
  const cut = text.length > MAX_HISTORY_TEXT;
  // a cut text must not look as if it could be run
  const sql = cut ? `${text.slice(0, MAX_HISTORY_TEXT)}…` : text;
  const added: HistoryEntry = { ...entry, sql, redacted: redacted || cut };
  const [newest, ...older] = history;
  const repeats = newest?.sql === added.sql && newest.profileId === added.profileId;
  const all = [added, ...(repeats ? older : history)].slice(0, limit);
  let total = 0;
  const kept = all.findIndex(({ sql: each }) => (total += each.length) > MAX_HISTORY_TOTAL);
  return kept < 0 ? all : all.slice(0, Math.max(1, kept));
}

/** Entries that hold every word of `search` in their text, profile, tag or error; case does not matter. */
export function searchHistory(history: readonly HistoryEntry[], search: string): readonly HistoryEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return history;
  return history.filter(entry => {
    const text = `${entry.sql}\n${entry.profileName}\n${entry.tag ?? ''}\n${entry.error ?? ''}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/** What is read back from storage: entries of an unknown shape are left out. */
export function readHistory(stored: unknown, limit: number): readonly HistoryEntry[] {
  if (!Array.isArray(stored)) return [];
  return stored.filter(isEntry).slice(0, Math.max(0, limit));
}

function isEntry(value: unknown): value is HistoryEntry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Record<string, unknown>;
  return (
    ['id', 'sql', 'profileId', 'profileName'].every(key => typeof entry[key] === 'string') &&
    ['startedAtMs', 'durationMs'].every(key => typeof entry[key] === 'number') &&
    typeof entry.redacted === 'boolean' &&
    (entry.tag === undefined || typeof entry.tag === 'string') &&
    (entry.error === undefined || typeof entry.error === 'string')
  );
}
