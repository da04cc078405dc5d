import { Lexer } from '../dialect/lexer';
import { malformedScript } from './errors';

/** A place in a script's text, moved forward by what is read. */
export class ScriptReader {
  private at = 0;

  constructor(private readonly text: string) {}

  /** Line of the next character, 1-based. */
  get line(): number {
    return this.text.slice(0, this.at).split('\n').length;
  }

  /** Passes over blanks and comment lines. @returns whether anything is left */
  skipBlank(): boolean {
    this.at += /^(?:\s|#[^\n]*(?:\n|$))*/.exec(this.text.slice(this.at))?.[0].length ?? 0;
    return this.at < this.text.length;
  }

  /** The next word, or nothing. */
  word(): string | undefined {
    this.blanks();
    const word = /^\w+/.exec(this.text.slice(this.at))?.[0];
    this.at += word?.length ?? 0;
    return word;
  }

  /** The rest of the line, without a comment. */
  rest(): string {
    const rest = /^[^\n]*/.exec(this.text.slice(this.at))?.[0] ?? '';
    this.at += rest.length;
    return rest.replace(/\s#.*$/, '').trim();
  }

  /** Whether a block follows on this line or as the next thing. */
  get atBlock(): boolean {
    return /^\s*\{/.test(this.text.slice(this.at));
  }

  /** The text between braces. In SQL, braces in strings, quotes, comments and dollar quotes do not count. */
  block(kind: 'sql' | 'prose'): string {
    const { line } = this;
    if (!this.atBlock) throw malformedScript(line, 'there is no block', '{ … }');
    const start = this.text.indexOf('{', this.at) + 1;
    const end = kind === 'sql' ? this.endOfSql(start) : this.text.indexOf('}', start);
    if (end < 0) throw malformedScript(line, 'the block does not end', 'a closing }');
    this.at = end + 1;
    return this.text.slice(start, end);
  }

  private endOfSql(start: number): number {
    const lexer = new Lexer(this.text, start);
    let depth = 0;
    while (lexer.next()) {
      const symbol = lexer.type === 'string' || lexer.type === 'quoted' ? '' : this.text[lexer.start];
      if (lexer.type === 'comment') continue;
      if (symbol === '{') depth++;
      else if (symbol === '}' && depth-- === 0) return lexer.start;
    }
    return -1;
  }

  private blanks(): void {
    this.at += /^[ \t]*/.exec(this.text.slice(this.at))?.[0].length ?? 0;
  }
}
