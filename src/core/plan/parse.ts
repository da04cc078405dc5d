import { parseGroups } from './groups';
import { isStorageType, type DpuPart, type PlanFooter, type PlanNode, type PlanProperty } from './model';
import { renderContent, type LineContent, type ParsedPlan, type PlanLine } from './print';
import { isOpen, sourceLines, type SourceLine } from './source-lines';
import { looksLikeTitle, parseTitle, settleStorageName } from './title';

const ARROW = /^( *)(->\s{0,2})(?=\S)/;
const LABEL = /^(?:InitPlan \d+(?: \(returns .*\))?|SubPlan \d+(?: \(returns .*\))?|CTE (?:"(?:[^"]|"")+"|\S+))$/;
const PROPERTY = /^([A-Z][A-Za-z0-9 "_.()/*-]*?):(?: (.*))?$/;
const FOOTER =
  /^(?:Settings|Query Identifier|Planning Time|Execution Time|Planning|JIT|Total runtime|Trigger .*|Statement DPU Estimate)$/;
const DPU =
  /^(Compute|Read|Write|Multi-Region Write|Total): +(\d+(?:\.\d+)?) DPU(?: \(Transaction minimum: (\d+(?:\.\d+)?)\))?$/;
const MILLISECONDS = /^(\d+(?:\.\d+)?) ms$/;
/** A wrapped line goes on over this many lines at most. */
const MAX_WRAPPED = 40;
const GROUP = /\((?:cost=\d|actual (?:time|rows)=|never executed\)|[^()]*\brows=\d)/;

/**
 * Reads a plan as psql prints it, drivers return it, or people paste it. Never throws: what cannot be read is in `unparsed`, with its
 * line, and the rest is in the tree. Both of DSQL's layouts and PostgreSQL's own text are understood.
 */
export function parsePlan(text: string): ParsedPlan {
  return new Parser(sourceLines(text)).plan;
}

interface Open {
  node: PlanNode;
  /** Column of the arrow; of the title for a root. */
  column: number;
}

class Parser {
  readonly plan: ParsedPlan = { roots: [], footer: { other: [] }, lines: [], unparsed: [] };
  private readonly open: Open[] = [];
  private last: PlanNode | undefined;
  private label: { line: PlanLine; column: number; text: string; number: number } | undefined;
  private inFooter = false;

  constructor(private readonly source: SourceLine[]) {
    for (let i = 0; i < source.length; i++) {
      if (source[i]!.frame) this.keep(source[i]!, { type: 'text', text: source[i]!.body });
      else i = this.content(i);
    }
    this.dropLabel();
  }

  /** Reads the line at `at` with its wrapped continuation. @returns the index of the last line taken. */
  private content(at: number): number {
    const line = this.source[at]!;
    let end = at;
    let text = line.body;
    if (PROPERTY.test(text.trim()) || GROUP.test(text) || ARROW.test(text)) {
      while (
        isOpen(text) &&
        end - at < MAX_WRAPPED &&
        end + 1 < this.source.length &&
        this.continues(this.source[end + 1]!)
      ) {
        text = `${text} ${this.source[++end]!.body.trim()}`;
      }
      if (isOpen(text)) {
        end = at;
        text = line.body;
      }
    }
    const first = this.read(line, text);
    if (end > at) first.literal = line.body.slice(first.before.length - line.before.length);
    for (let i = at + 1; i <= end; i++) this.keep(this.source[i]!, { type: 'text', text: this.source[i]!.body });
    return end;
  }

  private continues(next: SourceLine): boolean {
    const text = next.body.trim();
    const name = PROPERTY.exec(text)?.[1];
    return (
      !next.frame &&
      !ARROW.test(next.body) &&
      !LABEL.test(text) &&
      !(name && /^[A-Z][a-z]/.test(name) && !name.includes('('))
    );
  }

  private read(line: SourceLine, text: string): PlanLine {
    const arrow = ARROW.exec(text);
    const column = /^ */.exec(text)![0].length;
    const trimmed = text.slice(arrow ? arrow[0].length : column);
    if (arrow) return this.node(line, arrow[0], column, trimmed);
    if (LABEL.test(trimmed) && this.last) return this.planLabel(line, text, column, trimmed);
    const dpu = DPU.exec(trimmed);
    if (dpu) return this.dpu(line, column, dpu);
    const named = PROPERTY.exec(trimmed);
    if (!named && (GROUP.test(trimmed) || (this.plan.roots.length === 0 && looksLikeTitle(trimmed))))
      return this.node(line, text.slice(0, column), column, trimmed);
    if (named && GROUP.test(trimmed) && !this.last) return this.node(line, text.slice(0, column), column, trimmed);
    if (named && FOOTER.test(named[1]!)) return this.footer(line, column, named[1]!, named[2] ?? '');
    if (named && (this.last || this.inFooter)) {
      const property: PlanProperty = { name: named[1]!, value: named[2] ?? '', line: line.number };
      (this.inFooter ? this.plan.footer.other : this.last!.properties).push(property);
      return this.keep(line, { type: 'property', property }, text.slice(0, column));
    }
    this.plan.unparsed.push({ line: line.number, text: line.body });
    return this.keep(line, { type: 'text', text: line.body });
  }

  private node(line: SourceLine, before: string, column: number, text: string): PlanLine {
    const groups = parseGroups(text);
    const title = parseTitle(groups.title);
    const node: PlanNode = {
      ...title,
      title: groups.title,
      layer: isStorageType(title.type) ? 'storage' : 'query',
      properties: [],
      children: [],
      line: line.number,
    };
    if (groups.estimate) node.estimate = groups.estimate;
    if (groups.actual) node.actual = groups.actual;
    if (groups.neverExecuted) node.neverExecuted = true;
    if (groups.rest !== '') this.plan.unparsed.push({ line: line.number, text: line.body });
    const label = this.label && column > this.label.column ? this.label : undefined;
    if (label) {
      node.label = label.text;
      label.line.content = { type: 'label', node };
      this.label = undefined;
    } else this.dropLabel();
    // a labelled node stands two columns deeper than its siblings: its label stands where they do
    this.attach(node, label?.column ?? column, before.trim() === '');
    this.last = node;
    this.inFooter = false;
    return this.keep(line, { type: 'node', node, gap: groups.gap }, before);
  }

  /** Puts a node below the nearest one that stands further left; a line without an arrow starts a new tree. */
  private attach(node: PlanNode, column: number, starts: boolean): void {
    if (starts) this.open.length = 0;
    while (this.open.length > 1 && this.open.at(-1)!.column >= column) this.open.pop();
    const parent = this.open.at(-1)?.node;
    (parent ? parent.children : this.plan.roots).push(node);
    settleStorageName(node, this.open.findLast(o => o.node.layer === 'query')?.node);
    this.open.push({ node, column });
  }

  private planLabel(line: SourceLine, text: string, column: number, trimmed: string): PlanLine {
    this.dropLabel();
    const kept = this.keep(line, { type: 'text', text: trimmed }, text.slice(0, column));
    this.label = { line: kept, column, text: trimmed, number: line.number };
    return kept;
  }

  private dropLabel(): void {
    if (this.label) this.plan.unparsed.push({ line: this.label.number, text: this.label.text });
    this.label = undefined;
  }

  private dpu(line: SourceLine, column: number, match: RegExpExecArray): PlanLine {
    const part: DpuPart = { name: match[1]!, dpu: Number(match[2]) };
    if (match[3] !== undefined) part.transactionMinimum = Number(match[3]);
    (this.plan.footer.dpu ??= []).push(part);
    this.inFooter = true;
    return this.keep(line, { type: 'dpu', part }, line.body.slice(0, column));
  }

  private footer(line: SourceLine, column: number, name: string, value: string): PlanLine {
    this.inFooter = true;
    const { footer } = this.plan;
    const before = line.body.slice(0, column);
    const set = <K extends 'settings' | 'queryIdentifier' | 'planningMs' | 'executionMs'>(
      field: K,
      parsed: PlanFooter[K],
    ): PlanLine | undefined => {
      if (parsed === undefined || footer[field] !== undefined) return undefined;
      footer[field] = parsed;
      return this.keep(line, { type: field }, before);
    };
    const ms = MILLISECONDS.exec(value)?.[1];
    const kept =
      (name === 'Settings' && set('settings', value)) ||
      (name === 'Query Identifier' && set('queryIdentifier', value)) ||
      (name === 'Planning Time' && set('planningMs', ms === undefined ? undefined : Number(ms))) ||
      (name === 'Execution Time' && set('executionMs', ms === undefined ? undefined : Number(ms)));
    if (kept) return kept;
    if (name === 'Statement DPU Estimate' && value === '') {
      footer.dpu ??= [];
      return this.keep(line, { type: 'dpuHeading' }, before);
    }
    const property: PlanProperty = { name, value, line: line.number };
    footer.other.push(property);
    return this.keep(line, { type: 'property', property }, before);
  }

  /** Keeps the line for printing back; its spelling too, when ours would be another. */
  private keep(line: SourceLine, content: LineContent, before = ''): PlanLine {
    const kept: PlanLine = { before: line.before + before, content, after: line.after };
    const own = line.body.slice(before.length);
    if (renderContent(content, this.plan.footer) !== own) kept.literal = own;
    this.plan.lines.push(kept);
    return kept;
  }
}
