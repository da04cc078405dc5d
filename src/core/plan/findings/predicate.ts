/** One condition of a predicate, as far as an index could serve it. */
export interface Condition {
  /** The column, unquoted; absent when the condition compares something else. */
  column?: string;
  /** The expression compared, as SQL, when it is not a bare column: `lower(email)`. */
  expression?: string;
  kind: 'equal' | 'range' | 'other';
  text: string;
}

const NAME = String.raw`(?:"(?:[^"]|"")+"|[a-z_][\w$]*)`;
const COMPARED = new RegExp(
  String.raw`^(?:(?:${NAME}\.)?(${NAME})|\((?:${NAME}\.)?(${NAME})\))(?:::[a-z_ ]+(?:\(\d+\))?)? (=|<=|>=|<|>|IS NULL|IS NOT NULL)(?: (.*))?$`,
  'is',
);
const FUNCTION = new RegExp(String.raw`^([a-z_]\w*\((?:[^()']|\([^()']*\))*\))(?:::[a-z_ ]+)? (=|<=|>=|<|>) `, 'i');

/** The table in front of a column: an index has but one. */
const QUALIFIER = new RegExp(String.raw`${NAME}\.(?=["a-z_])`, 'gi');

export function bareName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** The parts that AND joins at the top; nothing is taken apart below an OR, nor inside quotes. */
export function conditions(predicate: string | undefined): Condition[] {
  if (predicate === undefined) return [];
  const parts = topLevel(unwrapped(predicate.trim()));
  if (parts === undefined) return [];
  return parts.map(part => conditionOf(unwrapped(part.trim())));
}

function conditionOf(text: string): Condition {
  if (topLevel(text)?.length !== 1) return { kind: 'other', text };
  const compared = COMPARED.exec(text);
  if (compared) {
    const operator = compared[3]!.toUpperCase();
    const kind = operator === '=' || operator === 'IS NULL' ? 'equal' : operator === 'IS NOT NULL' ? 'other' : 'range';
    return { column: bareName((compared[1] ?? compared[2])!), kind, text };
  }
  const called = FUNCTION.exec(text);
  // only functions whose result depends on nothing else may be indexed: those known to be immutable
  if (called && /^(?:lower|upper|btrim|length|abs|md5)\(/i.test(called[1]!))
    return { expression: called[1]!.replace(QUALIFIER, ''), kind: called[2] === '=' ? 'equal' : 'range', text };
  return { kind: 'other', text };
}

/** Without the parentheses that enclose the whole. */
function unwrapped(text: string): string {
  while (text.startsWith('(') && closing(text) === text.length - 1) text = text.slice(1, -1).trim();
  return text;
}

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]| (?:AND|OR) /g;

function closing(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '(') depth++;
    else if (token === ')' && --depth === 0) return index;
  }
  return -1;
}

function topLevel(text: string): string[] | undefined {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth === 0 && token === ' OR ') return undefined;
    else if (depth === 0 && token === ' AND ') {
      parts.push(text.slice(from, index));
      from = index + token.length;
    }
  }
  return [...parts, text.slice(from)];
}
