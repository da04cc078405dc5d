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
  /** The refusal when nobody is there to ask; that it costs money or drops data, and `--yes`, when undefined. */
  refusal?: CodedError;
}

/** The answer typed on the terminal, trimmed. @throws CodedError `CANCELLED` where it is left without one: Ctrl-C, Ctrl-D */
export async function ask(question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await prompt.question(question)).trim();
  } catch (error) {
    throw new CodedError('CANCELLED', 'it was not confirmed', { cause: error });
  } finally {
    prompt.close();
  }
}

/** Says what will happen and asks, unless it was agreed to. @throws CodedError `CANCELLED`; the given code where nobody can answer */
export async function agree({ lines, question, code, yes, refusal }: Agreement, console: Console): Promise<void> {
  if (lines.length > 0) console.stderr.write(`${lines.join('\n')}\n`);
  if (yes) return;
  if (!console.stderr.isTTY || !process.stdin.isTTY)
    throw (
      refusal ??
      new CodedError(code, 'this costs money or drops data in AWS, and nobody is here to agree to it', {
        nextStep: 'Repeat the command with --yes.',
      })
    );
  if (!/^y(es)?$/i.test(await ask(`${question} [y/N] `))) throw new CodedError('CANCELLED', 'it was not confirmed');
}

/** Before what cannot be undone. */
export interface NameAgreement {
  lines: readonly string[];
  /** What has to be typed. */
  name: string;
  code: string;
  /** `--confirm <name>` */
  given: string | undefined;
}

/** Says what will be lost and asks for the name of it. @throws CodedError `CANCELLED`; the given code where nobody can type it */
export async function agreeByName({ lines, name, code, given }: NameAgreement, console: Console): Promise<void> {
  console.stderr.write(`${lines.join('\n')}\n`);
  if (given === name) return;
  if (given !== undefined || !console.stderr.isTTY || !process.stdin.isTTY)
    throw new CodedError(
      code,
      `this cannot be undone, and ${given === undefined ? 'nobody is here' : `"${given}" is not the name`} to confirm it`,
      {
        nextStep: `Repeat the command with --confirm ${name}.`,
      },
    );
  if ((await ask(`Type ${name} to destroy it: `)) !== name) throw new CodedError('CANCELLED', 'it was not confirmed');
}
