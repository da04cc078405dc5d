/** The statement around a place in a text, however unfinished, as a tree of parentheses with the place marked in it. */
import { foldCase, Lexer, type TokenType } from '../dialect/lexer';

export interface WordItem {
  type: 'token';
  token: TokenType;
  /** As written. */
  text: string;
  /** Of words: folded to lower case. Of quoted names: what is between the quotes. Of everything else: as written. */
  name: string;
  start: number;
}
export interface GroupItem {
  type: 'group';
  frame: Frame;
  start: number;
}
export interface CursorItem {
  type: 'cursor';
  start: number;
}

/** A word, a group in parentheses, or the place of the cursor. */
export type Item = WordItem | GroupItem | CursorItem;

/** What stands between two parentheses, or the whole statement. */
export interface Frame {
  items: Item[];
  parent?: Frame;
  /** Where its group stands in the parent's items. */
  at: number;
}

export interface Place {
  root: Frame;
  /** The innermost frame around the place. */
  frame: Frame;
  /** Index of the cursor item in `frame.items`. */
  index: number;
  /** What is already typed of the name at the place: its range in the text, and whether it is in quotes. */
  start: number;
  /** End of the token under the cursor; at least the offset. */
  end: number;
  prefix: string;
  quoted: boolean;
}

/** Undefined where no name can stand: in a string, a comment, a number. Offsets are UTF-16 units of the text. */
export function placeAt(text: string, offset: number): Place | undefined {
  const read = readTokens(text, offset);
  if (!read) return undefined;
  const root: Frame = { items: [], at: 0 };
  let frame = root;
  let place: { frame: Frame; index: number } | undefined;
  const mark = (): void => {
    place ??= { frame, index: frame.items.push({ type: 'cursor', start: read.start }) - 1 };
  };
  for (const item of read.items) {
    if (item.start >= offset) mark();
    if (item.text === '(' && item.token === 'punctuation') {
      const inner: Frame = { items: [], parent: frame, at: frame.items.length };
      frame.items.push({ type: 'group', frame: inner, start: item.start });
      frame = inner;
    } else if (item.text === ')' && item.token === 'punctuation') frame = frame.parent ?? frame;
    else frame.items.push(item);
  }
  mark();
  if (!place) return undefined;
  const { start, end, prefix, quoted } = read;
  return { root, ...place, start, end, prefix, quoted };
}

interface Read {
  items: WordItem[];
  start: number;
  end: number;
  prefix: string;
  quoted: boolean;
}

function readTokens(text: string, offset: number): Read | undefined {
  let items: WordItem[] = [];
  let found: Omit<Read, 'items'> | undefined;
  let lexer = new Lexer(text);
  while (lexer.next()) {
    const { type, start, end, unterminated } = lexer;
    const touches =
      start < offset && (offset < end || (offset === end && isOpenAtEnd(type, unterminated, text, start)));
    if (!found && touches) {
      if (type === 'word' || type === 'quoted') {
        const open = type === 'quoted' && (unterminated || text.slice(offset, end).includes('\n'));
        found = {
          start,
          end: open ? offset : end,
          prefix: text.slice(start, offset),
          quoted: type === 'quoted',
        };
        // what follows an unfinished name in quotes is read as if the name ended here
        if (open) lexer = new Lexer(text, offset);
        continue;
      }
      if (type !== 'space' && type !== 'operator') return undefined;
    }
    if (type === 'space' || type === 'comment') continue;
    const raw = text.slice(start, end);
    if (type === 'punctuation' && raw === ';') {
      if (start >= offset) break;
      items = [];
      continue;
    }
    items.push({ type: 'token', token: type, text: raw, name: nameOf(type, raw), start });
  }
  return { items, ...(found ?? { start: offset, end: offset, prefix: '', quoted: false }) };
}

/** At its end a name may go on, and what is not closed does. */
function isOpenAtEnd(type: TokenType, unterminated: boolean, text: string, start: number): boolean {
  if (type === 'word' || type === 'number' || type === 'junk' || type === 'parameter') return true;
  if (type === 'comment') return unterminated || text.startsWith('--', start);
  return (type === 'quoted' || type === 'string') && unterminated;
}

function nameOf(type: TokenType, raw: string): string {
  if (type === 'word') return foldCase(raw);
  return type === 'quoted' ? raw.slice(raw.indexOf('"') + 1, -1).replaceAll('""', '"') : raw;
}

/** Whether the item is one of these unquoted words. */
export const isWord = (item: Item | undefined, ...words: string[]): boolean =>
  item?.type === 'token' && item.token === 'word' && words.includes(item.name);

/** Whether the item is this punctuation or operator. */
export const isSymbol = (item: Item | undefined, symbol: string): boolean =>
  item?.type === 'token' && item.token !== 'quoted' && item.token !== 'string' && item.text === symbol;

/** A name that is not one of SQL's words for clauses. */
export const isName = (item: Item | undefined): item is WordItem =>
  item?.type === 'token' && (item.token === 'quoted' || (item.token === 'word' && !CLAUSE_WORDS.has(item.name)));

/** Words that end a table's name or alias. */
const CLAUSE_WORDS: ReadonlySet<string> = new Set(
  `and as between case conflict cross default desc asc do distinct else end except fetch for from full group having ilike in inner
  intersect into is join lateral left like limit natural not null offset on or order outer returning right select set
  then union using values when where window with`.split(/\s+/),
);

/** Words between the arms of a query. */
export const SET_OPERATORS = ['union', 'intersect', 'except'];

/** The items of a frame between the set operators around `index`. */
export function armOf(frame: Frame, index: number): Item[] {
  let from = 0;
  let to = frame.items.length;
  frame.items.forEach((item, at) => {
    if (!isWord(item, ...SET_OPERATORS)) return;
    if (at < index) from = at + 1;
    else to = Math.min(to, at);
  });
  return frame.items.slice(from, to);
}
