import { InvalidArgumentError } from 'commander';

/** Parses an option or an argument that must say something. */
export function givenText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

/** The same of an option that counts once: of two the first would be dropped unseen. */
export function givenOnce(text: string, before: string | undefined): string {
  if (before !== undefined) throw new InvalidArgumentError('It is given twice.');
  return givenText(text);
}
