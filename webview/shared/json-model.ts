/** JSON as it is written: numbers keep every digit, keys their order and their repetitions. */
export type JsonNode =
  | { type: 'object'; entries: [string, JsonNode][] }
  | { type: 'array'; items: JsonNode[] }
  | { type: 'string'; value: string }
  | { type: 'number' | 'literal'; text: string };

const TOKEN = /[ \t\r\n]*([{}[\],:]|"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const MAX_DEPTH = 500;

/** Parses JSON; undefined when the text is none, was cut, or is nested deeper than 500 levels. */
export function parseJson(text: string): JsonNode | undefined {
  const reader = new Reader(text);
  try {
    const node = reader.value(0);
    return reader.atEnd() ? node : undefined;
  } catch {
    return undefined;
  }
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw new RangeError('too deep');
    const token = this.next();
    if (token === '{') return { type: 'object', entries: this.entries(depth) };
    if (token === '[') return { type: 'array', items: this.items(depth) };
    if (token.startsWith('"')) return { type: 'string', value: JSON.parse(token) as string };
    if (token === 'true' || token === 'false' || token === 'null') return { type: 'literal', text: token };
    if (/^[-\d]/.test(token)) return { type: 'number', text: token };
    throw new SyntaxError(token);
  }

  atEnd(): boolean {
    return this.text.slice(this.at).trim() === '';
  }

  private entries(depth: number): [string, JsonNode][] {
    const entries: [string, JsonNode][] = [];
    if (this.take('}')) return entries;
    do {
      const key = JSON.parse(this.next()) as unknown;
      if (typeof key !== 'string') throw new SyntaxError('key');
      this.expect(':');
      entries.push([key, this.value(depth + 1)]);
    } while (this.take(','));
    this.expect('}');
    return entries;
  }

  private items(depth: number): JsonNode[] {
    const items: JsonNode[] = [];
    if (this.take(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.take(','));
    this.expect(']');
    return items;
  }

  private next(): string {
    TOKEN.lastIndex = this.at;
    const token = TOKEN.exec(this.text)?.[1];
    if (token === undefined) throw new SyntaxError('no token');
    this.at = TOKEN.lastIndex;
    return token;
  }

  private take(token: string): boolean {
    const before = this.at;
    if (this.next() === token) return true;
    this.at = before;
    return false;
  }

  private expect(token: string): void {
    if (this.next() !== token) throw new SyntaxError(token);
  }
}
