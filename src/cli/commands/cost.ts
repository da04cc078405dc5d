import { monthStartMs, sumOf } from '../../core/cost/metered';
import { priceTable } from '../../core/cost/price-settings';
import type { RegionPrice } from '../../core/cost/prices';
import { comparisonSection, estimateSection, meteredSections, pricesReport } from '../../core/cost/report';
import { estimateRun } from '../../core/cost/run-estimate';
import { measureStatements } from '../../core/plan/statement-dpu';
import { transferStatements } from '../../core/cost/transfer-statements';
import { parseEndpoint } from '../../core/connections/endpoint';
import { createDialect } from '../../core/dialect/dialect';
import { createUsageMeter } from '../../node/cloudwatch/usage-meter';
import { createDatabase } from '../../node/database';
import type { CostReport, CostSection } from '../../protocol/cost-view';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { textOfFile } from '../given-file';
import { wholeNumber } from '../whole-number';
import { textTable } from '../terminal/text-table';

export interface CostOptions {
  json?: boolean;
  /** JSON file with an array of prices, as the setting `dsqlWorkshop.prices`. */
  prices?: string;
}

const HOUR_MS = 3_600_000;

/** `cost prices`: the table of prices. */
export async function costPrices(options: CostOptions, console: Console): Promise<ExitCode> {
  return print(pricesReport(await pricesOf(options)), options, console);
}

export interface EstimateOptions extends CostOptions {
  /** Statements of one transaction; the bank's transfer when undefined. */
  sql?: string;
  transactions?: string;
  lost?: string;
}

/** `cost estimate`: measures the statements of one transaction on the target, rolled back, and reckons with that many of them. */
export async function costEstimate(
  openTarget: OpenTarget,
  options: EstimateOptions,
  console: Console,
): Promise<ExitCode> {
  const work = {
    committed: wholeNumber('--transactions', options.transactions ?? '1000000', 0),
    lost: wholeNumber('--lost', options.lost ?? '0', 0),
  };
  const table = await pricesOf(options);
  const own = options.sql === undefined ? undefined : await statementsOf(options.sql);
  const target = await openTarget();
  const database = createDatabase(target);
  try {
    const statements = own ?? (await transferStatements(database));
    const measured = await measureStatements(statements, each => database.rolledBack(each));
    const local = target.kind === 'local';
    const estimate = estimateRun(measured, work, target.region, table);
    const section = estimateSection(measured, work, target.region, { local, table });
    const report = { title: `Cost on ${target.name}, ${target.region}`, notes: [], sections: [section] };
    return print(report, options, console, { estimate, measured });
  } finally {
    await database.close();
  }
}

export interface ClusterCostOptions extends CostOptions {
  /** ISO time: metered since then, beside `estimate`. */
  since?: string;
  /** DPUs that were estimated for the time since `since`. */
  estimate?: string;
  /** URL of a stand-in for CloudWatch. */
  endpoint?: string;
}

/** `cost cluster`: what CloudWatch metered of the target's cluster, and where the month ends up. */
export async function costCluster(
  openTarget: OpenTarget,
  options: ClusterCostOptions,
  console: Console,
  nowMs = Date.now(),
): Promise<ExitCode> {
  const table = await pricesOf(options);
  const since = options.since === undefined ? undefined : { text: options.since, fromMs: sinceMs(options.since) };
  const estimated = dpusGiven(options.estimate);
  if (options.estimate !== undefined && !since)
    throw usageError(
      '--estimate without --since',
      'Say since when those DPUs were used: --since 2026-11-01T12:00:00Z.',
    );
  if (options.endpoint !== undefined && !URL.canParse(options.endpoint))
    throw usageError(`--endpoint "${options.endpoint}" is no URL`, 'Write it with its scheme: http://localhost:4566.');
  const target = await openTarget();
  if (target.kind === 'local')
    throw usageError('the local cluster is not metered', 'Use cost estimate, or --target with a cluster in AWS.');
  const identifier = parseEndpoint(target.endpoint, target.region).clusterId ?? target.endpoint.split('.')[0]!;
  const meter = createUsageMeter({ credentials: target.credentials.admin, endpoint: () => options.endpoint });
  const cluster = { region: target.region, identifier };
  try {
    const month = { fromMs: monthStartMs(nowMs), toMs: nowMs, periodMs: HOUR_MS };
    const usage = await meter.usage(cluster, month);
    const sections: CostSection[] = meteredSections(usage, target.region, nowMs, table);
    if (since) {
      const { text, fromMs } = since;
      const fine = await meter.usage(cluster, { fromMs, toMs: nowMs, periodMs: 60_000 });
      sections.push(comparisonSection(estimated, sumOf(fine.dpu.TotalDPU, fromMs), `Since ${text}`));
    }
    const title = `Cost of ${identifier}, ${target.region}`;
    return print({ title, notes: [], sections }, options, console, { usage });
  } finally {
    await meter.close();
  }
}

/** Statements of a file or of standard input, each with its first words as its name. */
async function statementsOf(file: string): Promise<{ name: string; sql: string }[]> {
  const dialect = await createDialect();
  const statements = dialect.split(await textOfFile(file)).map(({ text }) => text);
  if (statements.length === 0)
    throw usageError(
      `${file === '-' ? 'standard input' : file} holds no statement`,
      'Write the statements of one transaction.',
    );
  return statements.map(sql => ({ name: sql.replace(/\s+/g, ' ').slice(0, 40), sql }));
}

async function pricesOf({ prices }: CostOptions): Promise<RegionPrice[]> {
  if (prices === undefined) return priceTable([]).table;
  const text = await textOfFile(prices);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw usageError(`${prices} is not JSON`, 'Write [{"region": "…", "usdPerMillionDpu": 8, "usdPerGbMonth": 0.33}].');
  }
  const { table, problems } = priceTable(value);
  const [first] = problems;
  if (!Array.isArray(value) || first)
    throw usageError(
      Array.isArray(value) ? `${prices}: entry ${(first?.entry ?? 0) + 1} ${first?.problem}` : `${prices}: is no list`,
      'Correct it.',
    );
  return table;
}

function dpusGiven(text = '0'): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw usageError(`--estimate: "${text}" is no number of DPUs`, 'Write --estimate 1200.');
  return value;
}

function sinceMs(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw usageError(`--since: "${text}" is no time`, 'Write --since 2026-11-01T12:00:00Z.');
  return ms;
}

function print(report: CostReport, { json }: CostOptions, console: Console, more: object = {}): ExitCode {
  if (json) console.stdout.write(`${JSON.stringify({ ...report, ...more }, null, 2)}\n`);
  else console.stdout.write(`${reportLines(report, console).join('\n')}\n`);
  return EXIT.ok;
}

function reportLines({ title, notes, sections }: CostReport, { style }: Console): string[] {
  return [
    style.bold(title),
    ...notes,
    ...sections.flatMap(section => [
      '',
      style.bold(section.title),
      ...textTable(section.head, section.rows),
      ...section.notes.map(note => style.dim(note)),
    ]),
  ];
}
