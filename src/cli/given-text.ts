import { InvalidArgumentError } from 'commander';

/** Parses an option or an argument that must say something. */
export function givenText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}
