import { malformedScript } from './errors';
import type { Expectation } from './script';
import type { ScriptReader } from './script-reader';

const SQLSTATES = /^[0-9A-Z]{5}(?:\|[0-9A-Z]{5})*$/;
const EXPECTED =
  '"expect STEP ok", "expect STEP error SQLSTATE [text]", "expect STEP tag …" or "expect STEP rows { … }"';

/** Reads what follows the word `expect`. @throws CodedError `SESSION_SCRIPT_MALFORMED` */
export function readExpectation(reader: ScriptReader): Expectation {
  const { line } = reader;
  const step = reader.word();
  const kind = reader.word();
  if (step === undefined) throw malformedScript(line, 'the expectation names no line', EXPECTED);
  switch (kind) {
    case 'ok':
      return { step, answer: { type: 'ok' } };
    case 'rows':
      return { step, answer: { type: 'rows', rows: readRows(reader) } };
    case 'tag': {
      const tag = reader.rest();
      if (tag === '') throw malformedScript(line, 'the expectation names no tag', EXPECTED);
      return { step, answer: { type: 'tag', tag } };
    }
    case 'error': {
      const [, states = '', contains = ''] = /^(\S*)\s*(.*)$/.exec(reader.rest()) ?? [];
      if (!SQLSTATES.test(states))
        throw malformedScript(line, `"${states}" is no SQLSTATE`, 'such as 40001, or 40001|23505');
      return { step, answer: { type: 'error', sqlstates: states.split('|'), ...(contains !== '' && { contains }) } };
    }
    default:
      throw malformedScript(line, `"expect ${step} ${kind ?? ''}" is not understood`, EXPECTED);
  }
}

/** A block of rows, a line each, values between `|`; an empty block is no rows. */
export function readRows(reader: ScriptReader): string[][] {
  return reader
    .block('prose')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => line.split('|').map(value => value.trim()));
}
