import type { Actual, DpuPart, Estimate, PlanNode } from './model';

/** A cost or a row count as C prints it: all digits, never an exponent, and of two figures equally near the even one (100.125 is 100.12). */
export function decimal(value: number, digits: number): string {
  if (Math.abs(value) < 1e21) {
    const nearest = value.toFixed(digits);
    const isBetween = Math.abs(value * 2 ** (digits + 1)) % 2 === 1;
    return isBetween && /[13579]$/.test(nearest) ? (value - 0.5 / 10 ** digits).toFixed(digits) : nearest;
  }
  return BigInt(Math.round(value)).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
}

/** Row counts are whole in PostgreSQL 16; later versions print hundredths for averages. */
function rowCount(rows: number): string {
  return Number.isInteger(rows) ? decimal(rows, 0) : decimal(rows, 2);
}

/** `(cost=0.00..0.01 rows=1 width=4 loops=1)` */
function printEstimate(e: Estimate): string {
  const loops = e.loops === undefined ? '' : ` loops=${decimal(e.loops, 0)}`;
  return `(cost=${decimal(e.startupCost, 2)}..${decimal(e.totalCost, 2)} rows=${decimal(e.rows, 0)} width=${e.width}${loops})`;
}

/** `(actual time=0.540..0.541 rows=1 loops=1)`, or without time where there is none. */
function printActual(a: Actual): string {
  const time =
    a.startupMs === undefined || a.totalMs === undefined
      ? ''
      : `time=${decimal(a.startupMs, 3)}..${decimal(a.totalMs, 3)} `;
  return `(actual ${time}rows=${rowCount(a.rows)} loops=${decimal(a.loops, 0)})`;
}

/** The title of a node and its groups; `gap` blanks stand before the first group. */
export function printNode(node: PlanNode, gap = '  '): string {
  const groups = [
    node.estimate && printEstimate(node.estimate),
    node.actual && printActual(node.actual),
    node.neverExecuted ? '(never executed)' : undefined,
  ].filter(g => g !== undefined);
  return groups.length ? `${node.title}${gap}${groups.join(' ')}` : node.title;
}

/** `Write: 0.01875 DPU (Transaction minimum: 0.05000)` */
export function printDpuPart(part: DpuPart): string {
  const minimum =
    part.transactionMinimum === undefined ? '' : ` (Transaction minimum: ${decimal(part.transactionMinimum, 5)})`;
  return `${part.name}: ${decimal(part.dpu, 5)} DPU${minimum}`;
}

const NUMBER = String.raw`(-?\d+(?:\.\d+)?)`;
const COST = new RegExp(String.raw`\(cost=${NUMBER}\.\.${NUMBER} rows=${NUMBER} width=(\d+)(?: loops=${NUMBER})?\)`);
const ACTUAL = new RegExp(String.raw`\(actual (?:time=${NUMBER}\.\.${NUMBER} )?rows=${NUMBER} loops=${NUMBER}\)`);
const GROUPS = /(?<! )( *)(\(cost=[^()]*\)|\(actual [^()]*\)|\(never executed\))/g;

/** The groups at the end of a node's line. `gap` is what stands before the first of them. */
export interface NodeGroups {
  title: string;
  gap: string;
  estimate?: Estimate;
  actual?: Actual;
  neverExecuted?: boolean;
  /** What follows or stands between the groups beyond single blanks; empty on a well-formed line. */
  rest: string;
}

/** Splits a node's line into title and groups. A group that cannot be read stays out, and shows in `rest`. */
export function parseGroups(text: string): NodeGroups {
  const first = text.search(/(?<! ) *\((?:cost=|actual (?:time|rows)=|never executed\)|[^()]*\brows=\d)/);
  if (first < 0) return { title: text.trimEnd(), gap: '', rest: '' };
  const title = text.slice(0, first);
  const tail = text.slice(first);
  const result: NodeGroups = { title, gap: /^ */.exec(tail)![0], rest: '' };
  result.rest = tail
    .replace(GROUPS, (whole, _blank, group: string) => {
      if (group === '(never executed)') result.neverExecuted = true;
      else if (group.startsWith('(cost=')) {
        const m = COST.exec(group);
        if (!m) return whole;
        const n = m.slice(1).map(v => (v === undefined ? undefined : Number(v)));
        result.estimate = { startupCost: n[0]!, totalCost: n[1]!, rows: n[2]!, width: n[3]! };
        if (n[4] !== undefined) result.estimate.loops = n[4];
      } else {
        const m = ACTUAL.exec(group);
        if (!m) return whole;
        const n = m.slice(1).map(v => (v === undefined ? undefined : Number(v)));
        result.actual = { rows: n[2]!, loops: n[3]! };
        if (n[0] !== undefined) Object.assign(result.actual, { startupMs: n[0], totalMs: n[1] });
      }
      return '';
    })
    .trim();
  return result;
}
