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
