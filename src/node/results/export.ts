import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import type { ExportRequest } from '../../protocol/row-store';
import { exportFailed } from '../../core/results/errors';
import { tableFormat } from '../../core/results/formats/table';
import { valueKind } from '../../core/results/value-kind';
import type { Pacer } from './pacer';
import type { StoredResult } from './stored-result';

/** Characters written at once. */
const CHUNK = 1 << 18;

/**
 * Writes the rows to a file. It comes into being under another name beside it and is renamed at the end, so that what was there stays
 * whole until then and nothing half-done is left when the job is stopped. Rejects with `RESULT_EXPORT` when the file cannot be written.
 */
export async function exportRows(
  result: StoredResult,
  request: ExportRequest,
  pacer: Pacer,
): Promise<{ rowCount: number; bytes: number }> {
  const columns = result.columns.map(({ name, typeOid }) => ({ name, kind: valueKind(typeOid) }));
  const { table, guardFormulas } = request;
  const format = tableFormat(request.format, { columns, headers: true, table, guardFormulas });
  const rowCount = request.arranged ? result.rowCount : result.pages.rowCount;
  const draft = `${request.file}.${randomUUID().slice(0, 8)}.part`;
  const replaced = await modeOf(request.file);
  const onFile = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw exportFailed(request.file, error);
    }
  };
  const file = await onFile(fs.open(draft, 'wx', replaced ?? 0o666));
  let bytes = 0;
  const write = async (text: string) => {
    bytes += (await onFile(file.write(text, null, 'utf8'))).bytesWritten;
  };
  try {
    let chunk = format.begin();
    for (let position = 0; position < rowCount; position++) {
      const row = request.arranged ? result.rowAt(position) : position;
      chunk += format.row(columns.map((_column, column) => result.pages.value(row, column)));
      if (chunk.length >= CHUNK) {
        await write(chunk);
        chunk = '';
      }
      if (position % 64 === 0) await pacer.pace(position / rowCount);
    }
    await write(chunk + format.end());
    await onFile(file.close());
    if (replaced !== undefined) await onFile(fs.chmod(draft, replaced));
    await onFile(fs.rename(draft, request.file));
  } catch (error) {
    await file.close().catch(() => undefined);
    await fs.rm(draft, { force: true });
    throw error;
  }
  return { rowCount, bytes };
}

/** Permissions of the file that is replaced; undefined where none is there, and the new one has what a new file of the user's would have. */
async function modeOf(file: string): Promise<number | undefined> {
  const found = await fs.stat(file).catch(() => undefined);
  return found && found.mode & 0o777;
}
