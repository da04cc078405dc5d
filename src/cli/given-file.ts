import fs from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { usageError } from './failure';

const NEXT = 'Name a file, or - for standard input.';

/** All of standard input. It is waited for without holding the process up, so that Ctrl-C is heard meanwhile. */
export const standardInput = (): Promise<string> => text(process.stdin);

/** The text of a file named on the command line, `-` for standard input. Rejects with a CodedError `USAGE`. */
export async function textOfFile(file: string, nextStep = NEXT): Promise<string> {
  try {
    return await (file === '-' ? standardInput() : fs.readFile(file, 'utf8'));
  } catch (error) {
    throw usageError(`${file} cannot be read: ${reasonOf(error)}`, nextStep);
  }
}

/** Node's message without its code and the call, which name the file once more. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^E[A-Z]+: /, '').replace(/, \w+(?: '.*')?$/, '');
}
