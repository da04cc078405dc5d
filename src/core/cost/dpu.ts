/**
 * Aurora DSQL's billing unit. Formulas: User Guide, "Billing and metering" (ComputeDPU = compute seconds; WriteDPU = max(bytes, 1024) x
 * 0.00004883 a transaction, at least 128 bytes a row, index entries count; ReadDPU = max(bytes, 2048) x 0.00000183105). They agree with
 * 160 recorded `Statement DPU Estimate` blocks of April 2026. An estimate is not the bill: short sessions are billed compute that no
 * statement shows.
 */

/** Bytes that cost one ReadDPU. */
const READ_BYTES_PER_DPU = 546_133;
/** Bytes that cost one WriteDPU. */
const WRITE_BYTES_PER_DPU = 20_480;
/** A row or an index entry is never metered smaller. */
export const MIN_ENTRY_BYTES = 128;
/** The least a transaction that reads is billed for reading (2,048 bytes). */
export const READ_MINIMUM_DPU = 0.00375;
/** The least a transaction that writes is billed for writing (1,024 bytes). */
export const WRITE_MINIMUM_DPU = 0.05;

/** What one statement did. */
export interface StatementWork {
  /** Planning and execution. */
  computeMs: number;
  /** Bytes that storage read for it: every row or entry at its metered size. */
  readBytes: number;
  /** Bytes it wrote, index entries included. */
  writeBytes: number;
  /** A multi-Region cluster bills its writes once more. */
  multiRegion?: boolean;
}

/** DPUs of a statement or a transaction. */
export interface Dpu {
  compute: number;
  read: number;
  write: number;
  /** Only on multi-Region clusters. */
  multiRegionWrite?: number;
}

/** The metered size of an entry of `bytes` bytes. */
export function meteredBytes(bytes: number): number {
  return Math.max(MIN_ENTRY_BYTES, bytes);
}

/** What `EXPLAIN (ANALYZE, VERBOSE)` estimates for a statement: the transaction's minimums are not applied. */
export function estimateStatementDpu(work: StatementWork): Dpu {
  const write = work.writeBytes / WRITE_BYTES_PER_DPU;
  const dpu: Dpu = { compute: work.computeMs / 1000, read: work.readBytes / READ_BYTES_PER_DPU, write };
  if (work.multiRegion && write > 0) dpu.multiRegionWrite = write;
  return dpu;
}

/** What a transaction of these statements is billed: the minimums apply once to the sums. */
export function billedTransactionDpu(statements: readonly Dpu[]): Dpu {
  const sum = (pick: (d: Dpu) => number): number => statements.reduce((total, d) => total + pick(d), 0);
  const atLeast = (value: number, minimum: number): number => (value > 0 ? Math.max(value, minimum) : 0);
  const billed: Dpu = {
    compute: sum(d => d.compute),
    read: atLeast(
      sum(d => d.read),
      READ_MINIMUM_DPU,
    ),
    write: atLeast(
      sum(d => d.write),
      WRITE_MINIMUM_DPU,
    ),
  };
  const multiRegionWrite = atLeast(
    sum(d => d.multiRegionWrite ?? 0),
    WRITE_MINIMUM_DPU,
  );
  if (multiRegionWrite > 0) billed.multiRegionWrite = multiRegionWrite;
  return billed;
}

/** The plain sum, as the `Total:` line has it. */
export function totalDpu(dpu: Dpu): number {
  return dpu.compute + dpu.read + dpu.write + (dpu.multiRegionWrite ?? 0);
}

/** One line of the `Statement DPU Estimate:` block. */
export interface DpuLine {
  name: 'Compute' | 'Read' | 'Write' | 'Multi-Region Write' | 'Total';
  dpu: number;
  transactionMinimum?: number;
}

/** The lines of the block: a minimum is noted exactly where 0 < value < minimum. Values carry the five decimals that are printed. */
export function dpuLines(dpu: Dpu): DpuLine[] {
  const rounded = (value: number): number => Number(value.toFixed(5));
  const line = (name: DpuLine['name'], value: number, minimum: number): DpuLine =>
    value > 0 && value < minimum ? { name, dpu: value, transactionMinimum: minimum } : { name, dpu: value };
  const lines = [
    line('Compute', rounded(dpu.compute), 0),
    line('Read', rounded(dpu.read), READ_MINIMUM_DPU),
    line('Write', rounded(dpu.write), WRITE_MINIMUM_DPU),
  ];
  if (dpu.multiRegionWrite !== undefined)
    lines.push(line('Multi-Region Write', rounded(dpu.multiRegionWrite), WRITE_MINIMUM_DPU));
  return [...lines, { name: 'Total', dpu: rounded(totalDpu(dpu)) }];
}
