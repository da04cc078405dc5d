const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** Rows: `1,000`, `0.33`; `1.2e+24` where digits say nothing any more. */
export function rowsText(rows: number): string {
  if (!Number.isFinite(rows)) return '';
  if (Math.abs(rows) >= 1e15) return rows.toExponential(1);
  return (Math.abs(rows) < 100 ? SHORT : WHOLE).format(rows);
}

/** Milliseconds: `0.012 ms`, `12.3 ms`, `1,459 ms`. */
export function msText(ms: number): string {
  if (ms >= 1_000) return `${WHOLE.format(ms)} ms`;
  return `${ms.toFixed(ms < 10 ? 3 : 1)} ms`;
}

/** Planner's units. */
export function costText(cost: number): string {
  return cost >= 1e15 ? cost.toExponential(1) : SHORT.format(cost);
}

/** `12×`. */
export function factorText(factor: number): string {
  if (factor >= 1e6) return `${factor.toExponential(1)}×`;
  return `${factor < 10 ? factor.toFixed(1) : WHOLE.format(factor)}×`;
}
