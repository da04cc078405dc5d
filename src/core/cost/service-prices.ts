/**
 * List prices of the services beside Aurora DSQL, as texts and estimates use them: of us-east-1, free tiers not taken off. Other Regions
 * differ by some tenths, so whoever shows one says whose price it is.
 */

export interface ServicePrice {
  usd: number;
  /** Of what: `1,000 metrics that GetMetricData asks for`. */
  unit: string;
  /** The day the price was seen, ISO date. */
  asOf: string;
  /** Where it was seen. */
  source: string;
}

export const SERVICE_PRICES = {
  /** No free tier: GetMetricData is always charged. */
  metricsRead: {
    usd: 0.01,
    unit: '1,000 metrics that GetMetricData asks for',
    asOf: '2026-11-21',
    source: 'Amazon CloudWatch pricing, metrics, US East (N. Virginia)',
  },
  logsStored: {
    usd: 0.03,
    unit: 'GB and month, standard class',
    asOf: '2026-11-21',
    source: 'Amazon CloudWatch pricing, logs, US East (N. Virginia)',
  },
  lambdaRequest: {
    usd: 0.2,
    unit: 'million requests',
    asOf: '2026-03-01',
    source: 'AWS Lambda pricing, x86, US East (N. Virginia)',
  },
  lambdaDuration: {
    usd: 0.0000166667,
    unit: 'GB and second',
    asOf: '2026-03-01',
    source: 'AWS Lambda pricing, x86, US East (N. Virginia)',
  },
} as const satisfies Readonly<Record<string, ServicePrice>>;
