import { estimateStatementDpu, meteredBytes, type Dpu } from '../../core/cost/dpu';
import { coveredColumns, entryBytes, type IndexShape, type TableShape } from './catalog';
import { number, text, type PostgresNode } from './postgres-plan';

/** Bytes a row costs beyond its data (recorded: 12 to 20). */
const ROW_OVERHEAD_BYTES = 16;

/**
 * What an INSERT reads: this, and 128 bytes a row, and 128 more where there is a key. All three that are known fit: 0.00236 DPU of one row
 * and 0.00330 of five without a key (recorded 2026-04), 0.00307 of three with one (User Guide).
 */
const INSERT_READS_BYTES = 1_162;

/** Adds up what a statement read and wrote in storage, at metered sizes. Row sizes are the statistics' averages. */
export class Work {
  private readBytes = 0;
  private writeBytes = 0;

  /** `entries` of the table, or of a secondary index; a scan that finds nothing has read one entry's worth. */
  read(table: TableShape, index: IndexShape | undefined, entries: number): void {
    this.readBytes += Math.max(1, entries) * entrySize(table, index);
  }

  /** The rows and index entries an executed INSERT, UPDATE or DELETE wrote. */
  write(modify: PostgresNode, table: TableShape, sql: string): void {
    const source = modify.Plans?.find(p => p['Parent Relationship'] === 'Outer') ?? modify.Plans?.[0];
    if (source?.['Actual Rows'] === undefined) return;
    const updated = text(modify, 'Conflict Resolution') === 'UPDATE' ? (number(modify, 'Conflicting Tuples') ?? 0) : 0;
    const inserted = number(modify, 'Tuples Inserted') ?? source['Actual Rows'] * (source['Actual Loops'] ?? 1);
    const rows = inserted + updated;
    const secondary = table.indexes.filter(i => !i.primary);
    if (modify.Operation === 'Insert' && rows > 0)
      this.readBytes +=
        INSERT_READS_BYTES + (rows + (secondary.length < table.indexes.length ? 1 : 0)) * meteredBytes(0);
    let perRow = modify.Operation === 'Delete' ? meteredBytes(0) : entrySize(table, undefined);
    for (const index of secondary) {
      const size = entrySize(table, index);
      if (modify.Operation === 'Insert') perRow += size;
      else if (modify.Operation === 'Delete') perRow += meteredBytes(0);
      else if (changes(sql, coveredColumns(table, index))) perRow += size + meteredBytes(0);
    }
    this.writeBytes += rows * perRow;
  }

  /** The DPUs of all of it. */
  dpu(computeMs: number): Dpu {
    return estimateStatementDpu({ computeMs, readBytes: this.readBytes, writeBytes: this.writeBytes });
  }
}

function entrySize(table: TableShape, index: IndexShape | undefined): number {
  const columns = index ? coveredColumns(table, index) : new Set(table.columns.map(c => c.name));
  return meteredBytes(entryBytes(table, columns) + ROW_OVERHEAD_BYTES);
}

/** True when an UPDATE's SET list names one of the columns. */
function changes(sql: string, columns: ReadonlySet<string>): boolean {
  const list = /\bset\b(.*?)(?:\bwhere\b|\bfrom\b|\breturning\b|$)/is.exec(sql)?.[1] ?? '';
  // each name matches, whatever follows it: none is read anew from its middle
  const names = list.matchAll(/("(?:[^"]|"")*(?:"|$)|[\p{L}_][\p{L}\p{N}_$]*)\s*([=,)]?)/gu);
  const assigned = [...names].filter(([, , next]) => next !== '').map(([, name = '']) => name);
  return assigned.some(name => columns.has(name.startsWith('"') ? name.slice(1, -1) : name.toLowerCase()));
}
