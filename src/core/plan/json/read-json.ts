import type { Plan, PlanFooter } from '../model';
import type { ParsedPlan } from '../print';
import type { SourceLine } from '../source-lines';
import { nodeFromJson } from './node-from-json';
import { isObject, plain, readTolerantJson, type JsonObject, type JsonValue } from './tolerant-json';

/** Plans of EXPLAIN (FORMAT JSON), each with its own footer, and all of them as one text. */
export interface JsonPlans {
  whole: ParsedPlan;
  plans: Plan[];
}

/** The plans of a text in JSON, from wherever it was pasted; undefined when it holds none. */
export function readJsonPlans(source: readonly SourceLine[]): JsonPlans | undefined {
  if (!source.some(l => /"Node Type\\?"/.test(l.body))) return undefined;
  const text = source.map(l => l.body).join('\n');
  const lineAt = lineFinder(source);
  const plans: Plan[] = [];
  const taken = new Set<number>();
  const faults = new Set<number>();
  const opening = /\{/g;
  for (let brace = opening.exec(text); brace; brace = opening.exec(text)) {
    const at = startOf(text, brace.index);
    if (at === undefined) continue;
    const read = readTolerantJson(text, at);
    const found = documents(read.value).flatMap(document => planOf(document, lineAt) ?? []);
    const last = lineAt(Math.max(at, read.end - 1));
    opening.lastIndex = Math.max(read.end, opening.lastIndex);
    if (found.length === 0) continue;
    plans.push(...found);
    for (let line = lineAt(at); line <= last; line++) taken.add(line);
    for (const fault of read.faults) faults.add(lineAt(fault));
    if (!read.complete && read.faults.length === 0) faults.add(last);
  }
  if (plans.length === 0) return undefined;
  const whole: ParsedPlan = {
    roots: plans.flatMap(p => p.roots),
    footer: plans.at(-1)!.footer,
    lines: source.map(l => ({ before: l.before, content: { type: 'text', text: l.original }, after: l.after })),
    unparsed: source
      .filter(l => faults.has(l.number) || (!taken.has(l.number) && !l.frame && !STATEMENT.test(l.body)))
      .map(l => ({ line: l.number, text: l.original })),
  };
  return { whole, plans };
}

/** Brackets and blanks that may stand before a document's brace. */
const OPENING_LENGTH = 200;

/** Where the value starts whose first brace this is: at the brackets around it. Undefined in the middle of a line of something else. */
function startOf(text: string, brace: number): number | undefined {
  const before = /(?:^|\n)[ \n[]*$/.exec(text.slice(Math.max(0, brace - OPENING_LENGTH), brace))?.[0];
  if (before === undefined) return undefined;
  const bracket = before.indexOf('[');
  return brace - (bracket < 0 ? 0 : before.length - bracket);
}

const STATEMENT = /^ *(?:EXPLAIN\b|Query Text:)/i;

/** The line of an offset in the joined bodies. */
function lineFinder(source: readonly SourceLine[]): (offset: number) => number {
  const starts: number[] = [];
  let offset = 0;
  for (const { body } of source) {
    starts.push(offset);
    offset += body.length + 1;
  }
  return at => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return source[low]!.number;
  };
}

function planOf(document: JsonObject, lineAt: (offset: number) => number): Plan | undefined {
  const top = document.members.get('Plan') ?? (document.members.has('Node Type') ? document : undefined);
  if (!isObject(top)) return undefined;
  const plan: Plan = { roots: [nodeFromJson(top, lineAt)], footer: { other: [] } };
  if (top !== document) readFooter(document, plan.footer);
  return plan;
}

function documents(value: JsonValue): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(documents);
  if (!isObject(value)) return [];
  // drivers return a row whose only column holds the documents
  const column = value.members.get('QUERY PLAN');
  return column === undefined
    ? [value]
    : documents(typeof column === 'string' ? readTolerantJson(column, 0).value : column);
}

function readFooter(document: JsonObject, footer: PlanFooter): void {
  for (const [name, value] of document.members) {
    if (name === 'Plan' || name === 'Query Text') continue;
    if (name === 'Planning Time' && typeof value === 'number') footer.planningMs = value;
    else if (name === 'Execution Time' && typeof value === 'number') footer.executionMs = value;
    else if (name === 'Query Identifier') footer.queryIdentifier = String(value);
    else if (name === 'Settings') footer.settings = settingsOf(value);
    else if (name === 'Statement DPU Estimate' && isObject(value)) footer.dpu = dpuOf(value);
    else if (Array.isArray(value) && value.length === 0) continue;
    else footer.other.push({ name, value: plain(value) });
  }
}

function settingsOf(value: JsonValue): string {
  if (!isObject(value)) return plain(value);
  return [...value.members].map(([name, setting]) => `${name} = '${plain(setting)}'`).join(', ');
}

function dpuOf(value: JsonObject): NonNullable<PlanFooter['dpu']> {
  return [...value.members].flatMap(([name, part]) => {
    const dpu = isObject(part) ? (part.members.get('DPU') ?? part.members.get('Value')) : part;
    const minimum = isObject(part) ? part.members.get('Transaction Minimum') : undefined;
    const number = typeof dpu === 'number' ? dpu : typeof dpu === 'string' ? Number.parseFloat(dpu) : Number.NaN;
    if (!Number.isFinite(number)) return [];
    return [{ name, dpu: number, ...(typeof minimum === 'number' ? { transactionMinimum: minimum } : {}) }];
  });
}
