/** Unpacks an uploaded zip. */
import fs from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { badZip, codeTooLarge } from '../api/errors';

/** Lambda's limits: 50 MB zipped in a request, 250 MB unzipped. */
export const MAX_ZIP_BYTES = 50 * 1024 * 1024;
export const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;

/** What writing says of a zip whose entries cannot stand beside each other (`a` and `a/b`), or whose names no file can have. */
const ENTRY_FAULTS: ReadonlySet<unknown> = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

/** The path of an entry below the code folder, or undefined for one that points elsewhere. */
export function safeEntryPath(entry: string): string | undefined {
  const parts = entry.replaceAll('\\', '/').split('/');
  const isUnsafe = (part: string) => part === '..' || part.includes('\0') || /^[a-zA-Z]:/.test(part);
  if (/^[/\\]/.test(entry) || parts.some(isUnsafe)) return undefined;
  return parts.filter(part => part !== '' && part !== '.').join('/');
}

/**
 * Writes the entries of `zip` below `folder`, which must not exist yet.
 * @throws LambdaApiError when it is no zip, leaves the folder, has entries that exclude each other, or is too large
 */
export function unpack(zip: Uint8Array, folder: string): void {
  let totalBytes = 0;
  let tooLarge = false;
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(zip, {
      filter: file => {
        totalBytes += file.originalSize;
        tooLarge ||= totalBytes > MAX_UNZIPPED_BYTES;
        return !tooLarge;
      },
    });
  } catch {
    throw badZip();
  }
  if (tooLarge) throw codeTooLarge(MAX_UNZIPPED_BYTES);
  const files: [string, Uint8Array][] = [];
  for (const [name, bytes] of Object.entries(entries)) {
    const relative = safeEntryPath(name);
    if (relative === undefined) throw badZip();
    if (relative !== '' && !/[/\\]$/.test(name)) files.push([relative, bytes]);
  }
  if (files.length === 0) throw badZip();
  fs.mkdirSync(folder, { recursive: true });
  try {
    for (const [relative, bytes] of files) writeEntry(path.join(folder, ...relative.split('/')), bytes);
  } catch (error) {
    throw ENTRY_FAULTS.has((error as NodeJS.ErrnoException).code) ? badZip() : error;
  }
}

function writeEntry(file: string, bytes: Uint8Array): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, bytes, { mode: 0o755 });
}
