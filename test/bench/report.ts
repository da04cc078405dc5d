/** One measured variant. */
export interface Measurement {
  name: string;
  /** Completed per second. */
  perSecond: number;
  /** Relative to the run's baseline. */
  ratio: number;
  /** What the goal asks of the ratio, where there is one: at least the number, or as the text says. */
  goal?: number | string;
  /** Whatever else is worth printing, by column. */
  more?: Record<string, string | number>;
}

/** One benchmark's outcome. */
export interface BenchReport {
  bench: string;
  baseline: string;
  measurements: Measurement[];
  notes: string[];
}

/** Prints a table for people and one JSON line for programs. */
export function printReport(report: BenchReport): void {
  console.log(`\n${report.bench} (baseline: ${report.baseline})`);
  console.table(
    Object.fromEntries(
      report.measurements.map(({ name, perSecond, ratio, goal, more }) => [
        name,
        { 'per second': Math.round(perSecond), ratio: ratio.toFixed(2), goal: goal ?? '', ...more },
      ]),
    ),
  );
  for (const note of report.notes) console.log(note);
  console.log(JSON.stringify(report));
}
