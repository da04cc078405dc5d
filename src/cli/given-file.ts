import fs from 'node:fs';
import { usageError } from './failure';

const NEXT = 'Name a file, or - for standard input.';

/** The text of a file named on the command line, `-` for standard input. @throws CodedError `USAGE` */
export function textOfFile(file: string, nextStep = NEXT): string {
  try {
    return fs.readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw usageError(`${file} cannot be read: ${reasonOf(error)}`, nextStep);
  }
}

/** Node's message without its code and the call, which name the file once more. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^E[A-Z]+: /, '').replace(/, \w+(?: '.*')?$/, '');
}
