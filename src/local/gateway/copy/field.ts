/** A field of COPY data, and what is told of data that is badly formed. */
import type { ServerError } from '../../ports';

/** One field as it stands in the data. */
export interface CopyField {
  /** The value, escapes resolved. */
  value: string;
  /** The text as written, for comparison with what stands for NULL; undefined where it cannot be that (CSV: quoted). */
  plain: string | undefined;
}

/** One line of the data; in CSV's quotes it may hold newlines. */
export interface CopyLine {
  fields: CopyField[];
  /** CSV: the data end within its quotes. */
  isOpen?: boolean;
}

/** The data is not what the statement says. */
export class CopyDataError extends Error {
  constructor(readonly error: ServerError) {
    super(error.message);
  }
}

/** @returns an error of badly formed data, 22P04. */
export const badData = (message: string, told: Pick<ServerError, 'detail' | 'hint'> = {}): CopyDataError =>
  new CopyDataError({ severity: 'ERROR', sqlstate: '22P04', message, ...told });

/** The newlines of data are all like its first one: another one belongs to a value, and should have been escaped. */
export class Newlines {
  private style: string | undefined;

  constructor(private readonly isCsv: boolean) {}

  /** A newline of the data's must follow the marker of their end. @throws CopyDataError */
  closesAt(data: string, at: number): void {
    if (data[at] !== '\r' && data[at] !== '\n') throw badData('end-of-copy marker corrupt');
    if (this.style !== undefined && !data.startsWith(this.style, at))
      throw badData('end-of-copy marker does not match previous newline style');
  }

  /** @returns how many characters the newline at `at` has. @throws CopyDataError where it is none of the data's */
  lengthAt(data: string, at: number): number {
    const found = data[at] === '\r' && this.style !== '\r' && data[at + 1] === '\n' ? '\r\n' : data[at]!;
    this.style ??= found;
    if (found === this.style) return found.length;
    const [name, escape] = found.startsWith('\r') ? ['carriage return', '\\r'] : ['newline', '\\n'];
    throw badData(`${this.isCsv ? 'unquoted' : 'literal'} ${name} found in data`, {
      hint: `Use ${this.isCsv ? 'quoted CSV field' : `"${escape}"`} to represent ${name}.`,
    });
  }
}

/** Lines that a row takes: those within its quotes count. */
export const linesOf = (format: string, fields: readonly CopyField[]): number =>
  format === 'csv' ? fields.reduce((lines, { value }) => lines + value.split('\n').length - 1, 1) : 1;
