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

/** Five decimals, as EXPLAIN prints DPUs; more where five show nothing. */
export function dpuText(dpu: number): string {
  return dpu > 0 && dpu < 0.00001 ? dpu.toExponential(1) : dpu.toFixed(5);
}

/** US dollars: `$1.23`, `$0.00003`. */
export function usdText(usd: number): string {
  if (usd === 0) return '$0';
  return usd >= 0.01 ? `$${usd.toFixed(2)}` : `$${usd.toPrecision(2)}`;
}

/** `37 %`; `<1 %` for what is not nothing. */
export function shareText(share: number): string {
  if (share > 0 && share < 0.01) return '<1 %';
  return `${Math.round(share * 100)} %`;
}

/** `12×`. */
export function factorText(factor: number): string {
  if (factor >= 1e6) return `${factor.toExponential(1)}×`;
  return `${factor < 10 ? factor.toFixed(1) : WHOLE.format(factor)}×`;
}
