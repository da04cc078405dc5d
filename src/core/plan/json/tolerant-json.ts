/** A value read from JSON; objects remember where they start. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

export interface JsonObject {
  /** Offset of the opening brace. */
  at: number;
  members: Map<string, JsonValue>;
}

/** What was read, and where it ended; `complete` is false when the text stopped or went wrong before the end of the value. */
export interface TolerantJson {
  value: JsonValue;
  end: number;
  complete: boolean;
  /** Offsets of characters that do not belong. */
  faults: number[];
}

const MAX_DEPTH = 2_000;

/** Reads one JSON value from `start` on; a cut or damaged text gives what could be read. Never throws. */
export function readTolerantJson(text: string, start: number): TolerantJson {
  const reader = new Reader(text, start);
  const value = reader.value(0);
  return { value, end: reader.at, complete: !reader.cut && reader.faults.length === 0, faults: reader.faults };
}

/** Whether a value is an object, no list. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as one line of text. */
export function plain(value: JsonValue): string {
  if (Array.isArray(value)) return value.map(plain).join(', ');
  if (isObject(value)) return [...value.members].map(([name, v]) => `${name}: ${plain(v)}`).join('  ');
  return String(value);
}

class Reader {
  cut = false;
  readonly faults: number[] = [];

  constructor(
    private readonly text: string,
    public at: number,
  ) {}

  value(depth: number): JsonValue {
    const c = this.peek();
    if (depth < MAX_DEPTH && c === '{') return this.object(depth);
    if (depth < MAX_DEPTH && c === '[') return this.array(depth);
    if (c === '"') return this.string();
    return this.scalar();
  }

  private object(depth: number): JsonObject {
    const object: JsonObject = { at: this.at++, members: new Map() };
    for (let c = this.peek(); c !== '}'; c = this.peek()) {
      if (c === undefined || c === ']') return this.stop(object);
      if (c === ',') this.at++;
      else if (c !== '"') this.skip();
      else {
        const name = this.string();
        if (this.peek() !== ':') {
          this.fault();
          continue;
        }
        this.at++;
        const next = this.peek();
        if (next === undefined || next === '}' || next === ']') return this.stop(object);
        object.members.set(name, this.value(depth + 1));
      }
    }
    this.at++;
    return object;
  }

  private array(depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    this.at++;
    for (let c = this.peek(); c !== ']'; c = this.peek()) {
      if (c === undefined || c === '}') return this.stop(array);
      if (c === ',') this.at++;
      else if (c === ':') this.skip();
      else array.push(this.value(depth + 1));
    }
    this.at++;
    return array;
  }

  private string(): string {
    const start = this.at;
    const closing = /"(?:[^"\\]|\\.)*"/sy;
    closing.lastIndex = start;
    const found = closing.exec(this.text)?.[0];
    if (found === undefined) {
      this.cut = true;
      this.at = this.text.length;
      return this.text.slice(start + 1);
    }
    this.at += found.length;
    try {
      return JSON.parse(found.replace(/[\n\r\t]/g, ' ')) as string;
    } catch {
      return found.slice(1, -1);
    }
  }

  private scalar(): string | number | boolean | null {
    const scalar = /[^\s,:[\]{}"]+/y;
    scalar.lastIndex = this.at;
    const word = scalar.exec(this.text)?.[0];
    if (word === undefined) {
      this.skip();
      return null;
    }
    const start = this.at;
    this.at += word.length;
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    const number = Number(word);
    if (Number.isFinite(number)) return number;
    this.faults.push(start);
    return word;
  }

  private peek(): string | undefined {
    while (this.at < this.text.length && /\s/.test(this.text[this.at]!)) this.at++;
    return this.text[this.at];
  }

  private fault(): void {
    this.faults.push(this.at);
  }

  private skip(): void {
    this.fault();
    const word = /[^\s,:[\]{}"]+|./sy;
    word.lastIndex = this.at;
    this.at += word.exec(this.text)?.[0].length ?? 1;
  }

  private stop<T>(value: T): T {
    if (this.at >= this.text.length) this.cut = true;
    else this.fault();
    return value;
  }
}
