import { REGION_PRICES, regionPrice, type RegionPrice } from '../../core/cost/prices';
import { comparePlans } from '../../core/plan/compare/compare';
import type { PlanDocument, PlanDocumentOptions } from '../../core/plan/contract';
import { planDocument } from '../../core/plan/document';
import { printPlan } from '../../core/plan/print';
import { parsePlan } from '../../core/plan/parse';
import { readPlans } from '../../core/plan/read-plans';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { textOfFile } from '../given-file';
import { comparisonText, findingsText, planText } from '../terminal/plan-text';
import { printable } from '../terminal/style';

export interface PlanCommandOptions {
  print?: boolean;
  json?: boolean;
  findings?: boolean;
  compare?: string;
  region?: string;
  /** US dollars per million DPU, in place of the Region's. */
  price?: string;
}

/**
 * `plan FILE|-`: the plans of a file or of standard input. Exit codes: 0 read (with --findings: nothing beyond notices), 1 no plan in the
 * text, or with --findings warnings, 2 a file cannot be read or the command line is wrong.
 */
export async function plan(file: string, options: PlanCommandOptions, console: Console): Promise<ExitCode> {
  const modes = [options.print, options.findings, options.compare !== undefined].filter(Boolean).length;
  if (modes > 1 || (options.print && options.json))
    throw usageError(
      'choose one of --print, --json, --findings and --compare',
      '--json goes with --findings and --compare.',
    );
  if (file === '-' && options.compare === '-')
    throw usageError('both plans are - for standard input', 'Standard input is one plan: give the other as a file.');
  const text = await read(file);
  if (options.print) {
    const parsed = parsePlan(text);
    console.stdout.write(printPlan(parsed));
    return parsed.roots.length > 0 ? EXIT.ok : missing(file, console);
  }
  const settings = documentOptions(options);
  const plans = documents(text, settings);
  for (const { firstLine, unparsed } of plans)
    for (const { line, text: own } of unparsed)
      warn(console, `${file}:${firstLine + line - 1}: not understood: ${printable(own.trim())}`);
  if (plans.every(p => p.roots.length === 0)) return missing(file, console);
  if (options.compare !== undefined) return compare(plans, options.compare, settings, options, console);
  const found = plans.flatMap(p => p.findings);
  const json = options.findings ? found : plans.length === 1 ? plans[0] : plans;
  if (options.json) console.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  else console.stdout.write(plans.map(p => (options.findings ? findingsText : planText)(p, console.style)).join('\n'));
  return options.findings && found.some(f => f.severity !== 'notice') ? EXIT.failed : EXIT.ok;
}

async function compare(
  plans: PlanDocument[],
  other: string,
  settings: PlanDocumentOptions,
  { json }: PlanCommandOptions,
  console: Console,
): Promise<ExitCode> {
  const after = documents(await read(other), settings)[0]!;
  if (after.roots.length === 0) return missing(other, console);
  const comparison = comparePlans(plans[0]!, after);
  console.stdout.write(
    json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonText(comparison, plans[0]!, after, console.style),
  );
  return EXIT.ok;
}

const documents = (text: string, options: PlanDocumentOptions): PlanDocument[] =>
  readPlans(text).map(p => planDocument(p, options));

function documentOptions({ region = 'us-east-1', price }: PlanCommandOptions): PlanDocumentOptions {
  if (price === undefined) return { region };
  const usdPerMillionDpu = Number(price);
  if (price.trim() === '' || !Number.isFinite(usdPerMillionDpu) || usdPerMillionDpu < 0)
    throw usageError(`--price: "${price}" is not an amount`, 'Write US dollars per million DPU: --price 8.');
  const own: RegionPrice = {
    ...regionPrice(region).price,
    region,
    usdPerMillionDpu,
    asOf: new Date().toISOString().slice(0, 10),
    source: '--price',
  };
  return { region, prices: [own, ...REGION_PRICES] };
}

const read = (file: string): Promise<string> => textOfFile(file, 'Name a file with a plan, or - for standard input.');

function missing(file: string, console: Console): ExitCode {
  const where = file === '-' ? 'the input' : file;
  warn(console, `there is no plan in ${where}. Give what EXPLAIN printed, as psql shows it or as plain lines.`);
  return EXIT.failed;
}

function warn(console: Console, text: string): void {
  console.stderr.write(`${console.errorStyle.yellow('warning:')} ${text}\n`);
}
