import fs from 'node:fs';
import path from 'node:path';
import type { AuditReport } from '../../core/audit/contract';
import { AUDITED_EXTENSIONS } from '../../core/audit/code/language';
import { FolderAudit } from '../../core/audit/folder-audit';
import { reportOf } from '../../core/audit/report-of';
import { createDialect } from '../../core/dialect/dialect';
import { createLinter } from '../../core/lint/linter';
import { slashed, walkFiles } from '../files/find-files';

export interface FolderAuditOptions {
  signal?: AbortSignal;
  onProgress?(done: number, all: number): void;
}

/** Larger files are data, not sources. Bytes. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** How long it works between two pauses, in which others get their turn and a signal is heard. */
const SLICE_MS = 50;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Examines the SQL and the programs of a folder; what lies below it and cannot be read is a gap. Rejects when the signal is aborted. */
export async function auditFolder(
  folder: string,
  { signal, onProgress }: FolderAuditOptions = {},
): Promise<AuditReport> {
  const audit = new FolderAudit(await createLinter(), await createDialect());
  const files: string[] = [];
  let sliceEnd = 0;
  const pause = async (): Promise<boolean> => {
    if (performance.now() < sliceEnd) return false;
    await new Promise(resolve => setImmediate(resolve));
    signal?.throwIfAborted();
    sliceEnd = performance.now() + SLICE_MS;
    return true;
  };
  const unreadable = (below: string, error: unknown): void => {
    if (below === folder) throw error;
    audit.gaps.push(`${slashed(path.relative(folder, below))}: ${messageOf(error)}`);
  };
  for (const file of walkFiles(folder, unreadable)) {
    await pause();
    if (AUDITED_EXTENSIONS.some(extension => file.endsWith(extension))) files.push(file);
  }
  for (const [at, file] of files.entries()) {
    if (await pause()) onProgress?.(at, files.length);
    const shown = slashed(path.relative(folder, file));
    let text: string;
    try {
      const { size } = fs.statSync(file);
      if (size > MAX_FILE_BYTES) throw new Error('larger than 4 MiB');
      text = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    } catch (error) {
      audit.gaps.push(`${shown}: ${messageOf(error)}`);
      continue;
    }
    const slices = audit.add(shown, text);
    while (!slices.next().done) await pause();
  }
  onProgress?.(files.length, files.length);
  const { findings, inventory, gaps } = audit;
  return reportOf(
    { subject: slashed(folder), kind: 'folder', createdAt: new Date().toISOString() },
    { findings, inventory, gaps },
  );
}
