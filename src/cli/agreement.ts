import { createInterface } from 'node:readline/promises';
import { CodedError } from '../base/errors';
import type { Console } from './console';

/** Before money is spent or data is lost in AWS. */
export interface Agreement {
  /** What will happen, lines of text. */
  lines: readonly string[];
  /** `Run it?` */
  question: string;
  /** Code of the refusal when nobody is there to ask. */
  code: string;
  /** `--yes` was given. */
  yes: boolean | undefined;
}

/** Says what will happen and asks, unless it was agreed to. @throws CodedError `CANCELLED`; the given code where nobody can answer */
export async function agree({ lines, question, code, yes }: Agreement, console: Console): Promise<void> {
  console.stderr.write(`${lines.join('\n')}\n`);
  if (yes) return;
  if (!console.stderr.isTTY || !process.stdin.isTTY)
    throw new CodedError(code, 'this costs money or drops data in AWS, and nobody is here to agree to it', {
      nextStep: 'Repeat the command with --yes.',
    });
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`${question} [y/N] `).finally(() => prompt.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new CodedError('CANCELLED', 'it was not confirmed');
}
