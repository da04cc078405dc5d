import type { Backup, FileChange } from './contract';
import { backupMalformed } from './errors';
import { isInside } from './marker';

/**
 * A backup as it was written. It lies in a folder that may have come from elsewhere, so nothing in it is taken on trust.
 * @throws CodedError `BACKUP_MALFORMED`
 */
export function readBackup(text: string, file: string): Backup {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw backupMalformed(file);
  }
  const { changes } = (value ?? {}) as { changes?: unknown };
  if (!Array.isArray(changes) || !changes.every(isChange)) throw backupMalformed(file);
  return value as Backup;
}

function isChange(value: unknown): value is FileChange {
  const { path, before, after } = (value ?? {}) as Record<string, unknown>;
  const isText = before === undefined || typeof before === 'string';
  return typeof path === 'string' && isInside(path) && isText && typeof after === 'string';
}
