import { parseGroups, type NodeGroups } from './groups';
import { isStorageType, type DpuPart, type PlanFooter, type PlanNode, type PlanProperty } from './model';
import { renderContent, type LineContent, type ParsedPlan, type PlanLine } from './print';
import { readJsonPlans } from './json/read-json';
import { columnOf, isOpen, sourceLines, type SourceLine } from './source-lines';
import { looksLikeTitle, parseTitle, settleStorageName } from './title';

/** Mail programs and word processors write arrows of their own. */
const ARROW = /^( *)((?:->|→|-&gt;|–>|—>)\s{0,2})(?=\S)/;
const LABEL = /^(?:(?:InitPlan|SubPlan) \w+(?: \(returns .*\))?|CTE (?:"(?:[^"]|"")+"|\S+))$/;
const PROPERTY = /^([A-Z][A-Za-z0-9 "_.()/*-]*?):(?: (.*))?$/;
const FOOTER =
  /^(?:Settings|Query Identifier|Planning Time|Execution Time|Planning|JIT|Total runtime|Trigger .*|Statement DPU Estimate)$/;
const DPU =
  /^(Compute|Read|Write|Multi-Region Write|Total): +(\d+(?:\.\d+)?) DPU(?: \(Transaction minimum: (\d+(?:\.\d+)?)\))?$/;
/** What a program or a hand put behind stays with the line. */
const MILLISECONDS = /^(\d+(?:\.\d+)?) ms\b/;
/** Code in front of a plan's first node is no longer than this. */
const MAX_CODE = 120;
/** Remarks that people write beside a node. */
const REMARK = /(?<!\s)\s+(?:←|<--?|⟵|👈).*$/u;
/** A wrapped line goes on over this many lines at most. */
const MAX_WRAPPED = 40;
const GROUP = /\((?:cost=\d|actual (?:time|rows)=|never executed\)|[^()]*\brows=\d)/;

/**
 * Reads a plan as psql prints it, drivers return it, or people paste it. Never throws: what cannot be read is in `unparsed`, with its
 * line, and the rest is in the tree. Both of DSQL's layouts and PostgreSQL's own text are understood.
 */
export function parsePlan(text: string): ParsedPlan {
  const source = sourceLines(text);
  return readJsonPlans(source)?.whole ?? new Parser(source).plan;
}

interface Open {
  node: PlanNode;
  /** Column of the arrow; of the title for a root. */
  column: number;
}

/** True when the line below belongs to this text: a parenthesis is open, a list goes on, a group stands alone. */
function wantsMore(text: string, below: string, named: boolean): boolean {
  if (isOpen(text)) return true;
  const next = below.trim();
  if (named) return /(?:,| AND| OR)$/.test(text);
  if (/^\((?:actual (?:time|rows)=|never executed\)|cost=)/.test(next)) return !text.includes(next.slice(0, 7));
  // the title was cut before its groups
  return !GROUP.test(text) && ARROW.test(text) && GROUP.test(next) && /^[^:]*\((?:cost|actual)/.test(next);
}

/** Storage nodes stand below one kind of node only: that is known also where the indentation was lost. */
function holds(above: PlanNode, node: PlanNode): boolean {
  if (/^B-Tree /.test(node.type)) return /^Storage /.test(above.type);
  return node.layer === 'storage' && above.layer === 'query' && / Scan$/.test(above.type);
}

/** A node's title without what stands beside it: a remark behind, the code or the words it was pasted with in front. */
function bareTitle({ title, gap }: NodeGroups): string {
  const bare = gap === '' ? title.replace(REMARK, '') : title;
  if (looksLikeTitle(bare)) return bare;
  for (const { 0: quote, index } of bare.slice(0, MAX_CODE).matchAll(/[`"'=:>(] *(?=[A-Z])/g)) {
    const inside = bare.slice(index + quote.length);
    if (looksLikeTitle(inside)) return inside;
  }
  return bare;
}

class Parser {
  readonly plan: ParsedPlan = { roots: [], footer: { other: [] }, lines: [], unparsed: [] };
  private readonly open: Open[] = [];
  private last: PlanNode | undefined;
  private label: { line: PlanLine; column: number; text: string; number: number } | undefined;
  private inFooter = false;
  /** The text of the statement stands above the plan: nothing to understand. */
  private inStatement = false;
  /** The line before belongs to no plan: a blank one, a rule, prose. */
  private apart = true;

  constructor(private readonly source: SourceLine[]) {
    for (let i = 0; i < source.length; i++) {
      if (source[i]!.frame) this.keep(source[i]!, { type: 'text', text: source[i]!.original });
      else i = this.content(i);
      this.apart = this.plan.lines.at(-1)!.content.type === 'text' && source[i]!.continues !== true;
    }
    this.dropLabel();
  }

  /** Reads the line at `at` with its wrapped continuation. @returns the index of the last line taken. */
  private content(at: number): number {
    const line = this.source[at]!;
    const { text, end } = this.joined(at);
    const first = this.read(line, text);
    if (end > at) first.literal = line.original.slice(first.before.length - line.before.length);
    for (let i = at + 1; i <= end; i++) this.keep(this.source[i]!, { type: 'text', text: this.source[i]!.original });
    return end;
  }

  /** The text of a line with what wrapping made lines of their own. */
  private joined(at: number): { text: string; end: number } {
    let [text, end] = [this.source[at]!.body, at];
    while (this.source[end + 1]?.continues) text += this.source[++end]!.body;
    const named = PROPERTY.test(text.trim());
    if (!named && !GROUP.test(text) && !ARROW.test(text) && !looksLikeTitle(text.trim())) return { text, end };
    const whole = { text, end };
    // cut in the middle of a word by a terminal, or at a blank by a mail program
    let exact = text;
    const next = (): SourceLine | undefined => {
      const line = end - at < MAX_WRAPPED ? this.source[end + 1] : undefined;
      return line && this.continues(line) ? line : undefined;
    };
    for (let line = next(); line && wantsMore(text, line.body, named); line = next()) {
      text = `${text} ${line.body.trim()}`;
      exact += line.body;
      end++;
    }
    if (end === whole.end || isOpen(text)) return whole;
    const readable = (joined: string): boolean => parseGroups(joined).rest === '' && GROUP.test(joined);
    return { text: !named && !readable(text) && readable(exact) ? exact : text, end };
  }

  private continues(next: SourceLine): boolean {
    const text = next.body.trim();
    const name = PROPERTY.exec(text)?.[1];
    return (
      !next.frame &&
      !ARROW.test(next.body) &&
      !LABEL.test(text) &&
      !looksLikeTitle(text) &&
      !(name && /^[A-Z][a-z]/.test(name) && !name.includes('('))
    );
  }

  private read(line: SourceLine, text: string): PlanLine {
    const arrow = ARROW.exec(text);
    const indent = /^ */.exec(text)![0].length;
    const column = columnOf(line, indent);
    const blanks = text.slice(0, indent);
    const trimmed = text.slice(arrow ? arrow[0].length : indent);
    if (arrow) return this.node(line, arrow[0], column, trimmed);
    if (LABEL.test(trimmed) && this.last) return this.planLabel(line, blanks, column, trimmed);
    const dpu = DPU.exec(trimmed);
    if (dpu) return this.dpu(line, blanks, dpu);
    const named = PROPERTY.exec(trimmed);
    if (!named && (GROUP.test(trimmed) || this.startsPlan(line, trimmed)))
      return this.node(line, blanks, column, trimmed);
    if (named && GROUP.test(trimmed) && !this.last) return this.node(line, blanks, column, trimmed);
    if (named && FOOTER.test(named[1]!)) return this.footer(line, blanks, named[1]!, named[2] ?? '');
    if (named && (this.last || this.inFooter)) {
      const property: PlanProperty = { name: named[1]!, value: named[2] ?? '', line: line.number };
      (this.inFooter ? this.plan.footer.other : this.last!.properties).push(property);
      return this.keep(line, { type: 'property', property }, blanks);
    }
    if (!this.statement(trimmed)) this.plan.unparsed.push({ line: line.number, text: line.original });
    return this.keep(line, { type: 'text', text: line.original });
  }

  /** True when a line without arrow and groups (COSTS OFF) is a plan's first node. Below another plan it must show a plan of its own. */
  private startsPlan(line: SourceLine, text: string): boolean {
    if (!looksLikeTitle(text.replace(REMARK, ''))) return false;
    if (this.plan.roots.length === 0) return true;
    const below = this.source.slice(line.number).find(l => !l.frame)?.body ?? '';
    return (this.apart || this.inFooter) && (ARROW.test(below) || PROPERTY.test(below.trim()));
  }

  /** True for lines of the explained statement: from EXPLAIN, or auto_explain's `Query Text:`, to the semicolon or the plan. */
  private statement(text: string): boolean {
    const taken = this.inStatement || /^(?:EXPLAIN\b|Query Text: )/i.test(text);
    this.inStatement = taken && !text.endsWith(';');
    return taken;
  }

  private node(line: SourceLine, before: string, column: number, text: string): PlanLine {
    const groups = parseGroups(text);
    const named = bareTitle(groups);
    const strange = groups.rest !== '' || named !== groups.title;
    groups.title = named;
    const title = parseTitle(named);
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
    if (strange) this.plan.unparsed.push({ line: line.number, text: line.original });
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
    this.inStatement = false;
    return this.keep(line, { type: 'node', node, gap: groups.gap }, before);
  }

  /** Puts a node below the nearest one that stands further left; a line without an arrow that does not, starts a new tree. */
  private attach(node: PlanNode, column: number, starts: boolean): void {
    if (starts && (this.inFooter || column <= (this.open[0]?.column ?? column))) this.open.length = 0;
    while (this.open.length > 1) {
      const above = this.open.at(-1)!;
      if (above.column < column || (above.column === column && holds(above.node, node))) break;
      this.open.pop();
    }
    const parent = this.open.at(-1)?.node;
    (parent ? parent.children : this.plan.roots).push(node);
    settleStorageName(node, this.open.findLast(o => o.node.layer === 'query')?.node);
    this.open.push({ node, column });
  }

  private planLabel(line: SourceLine, blanks: string, column: number, trimmed: string): PlanLine {
    this.dropLabel();
    const kept = this.keep(line, { type: 'text', text: trimmed }, blanks);
    this.label = { line: kept, column, text: trimmed, number: line.number };
    return kept;
  }

  private dropLabel(): void {
    if (this.label) this.plan.unparsed.push({ line: this.label.number, text: this.label.text });
    this.label = undefined;
  }

  private dpu(line: SourceLine, blanks: string, match: RegExpExecArray): PlanLine {
    const part: DpuPart = { name: match[1]!, dpu: Number(match[2]) };
    if (match[3] !== undefined) part.transactionMinimum = Number(match[3]);
    (this.plan.footer.dpu ??= []).push(part);
    this.inFooter = true;
    return this.keep(line, { type: 'dpu', part }, blanks);
  }

  private footer(line: SourceLine, before: string, name: string, value: string): PlanLine {
    this.inFooter = true;
    const { footer } = this.plan;
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
    const kept: PlanLine = { before: line.before + line.original.slice(0, before.length), content, after: line.after };
    const own = line.original.slice(before.length);
    if (renderContent(content, this.plan.footer) !== own) kept.literal = own;
    this.plan.lines.push(kept);
    return kept;
  }
}
