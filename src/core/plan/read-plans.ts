import { carriedText } from './carried-text';
import { readJsonPlans } from './json/read-json';
import { parsePlan } from './parse';
import type { ParsedPlan, PlanLine } from './print';
import { sourceLines } from './source-lines';
import { readXmlPlans } from './xml-plans';
import { readYamlPlans } from './yaml-plans';

/** One plan of a paste. */
export interface ReadPlan {
  plan: ParsedPlan;
  /** The part of the paste that holds it; the whole paste for each plan of JSON, where several may stand in one array. */
  text: string;
  /** 1-based line of the paste at which `text` starts. */
  firstLine: number;
  format: 'text' | 'json';
}

/** Lines that close what stands above them, so that they stay with the plan before. */
const CLOSING = /^\s*(?:$|\(\d+ \p{L}+\)|Time: |[└╚+`~]|<\/)/u;

/** Every plan of a paste, in order. Never throws; at least one element, without nodes when the paste holds no plan. */
export function readPlans(paste: string): ReadPlan[] {
  const plain = readPlain(paste);
  const lost = missed(plain);
  if (lost === 0) return plain;
  // a plan inside a program's strings reads badly as it stands
  const carried = carriedText(paste);
  if (carried === undefined) return plain;
  const inside = readPlain(carried);
  return nodesOf(inside) > 0 && missed(inside) < lost ? inside : plain;
}

function readPlain(paste: string): ReadPlan[] {
  const source = sourceLines(paste);
  const structured = readJsonPlans(source) ?? readYamlPlans(source) ?? readXmlPlans(source);
  if (structured)
    return structured.plans.map((plan, i) => ({
      plan: { ...plan, lines: structured.whole.lines, unparsed: i === 0 ? structured.whole.unparsed : [] },
      text: paste,
      firstLine: 1,
      format: 'json',
    }));
  const whole = parsePlan(paste);
  const lines = paste.split('\n');
  const cuts = whole.roots
    .slice(1)
    .map(root => startOf(whole.lines, root.line ?? 1))
    .filter((line, i, all) => line > 1 && line !== all[i - 1]);
  const starts = [1, ...cuts];
  return starts.map((firstLine, i): ReadPlan => {
    const text = lines.slice(firstLine - 1, (starts[i + 1] ?? lines.length + 1) - 1).join('\n');
    const plan = starts.length === 1 ? whole : parsePlan(text);
    return { plan, text, firstLine, format: 'text' };
  });
}

/** Lines that nobody understood; a text without a node counts as wholly lost. */
const missed = (plans: readonly ReadPlan[]): number =>
  nodesOf(plans) === 0 ? Number.POSITIVE_INFINITY : plans.reduce((sum, { plan }) => sum + plan.unparsed.length, 0);

const nodesOf = (plans: readonly ReadPlan[]): number => plans.reduce((sum, { plan }) => sum + plan.roots.length, 0);

function isText(line: PlanLine): boolean {
  return line.content.type === 'text';
}

/** The line at which the part of the plan rooted at `root` starts: with its heading, and the prose above it. */
function startOf(lines: readonly PlanLine[], root: number): number {
  let start = root;
  for (let i = root - 2; i >= 0; i--) {
    const line = lines[i]!;
    if (!isText(line)) break;
    if (!CLOSING.test(line.before + (line.content.type === 'text' ? line.content.text : '') + line.after))
      start = i + 1;
  }
  return start;
}
