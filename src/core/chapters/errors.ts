import { CodedError } from '../../base/errors';

/** Where in a chapter file something is wrong. */
export interface ChapterPosition {
  /** Path shown to the author, `01-schema/chapter.md`. */
  file: string;
  /** 1-based. */
  line: number;
}

/** `CHAPTER_MALFORMED`: the message starts with `file:line: `, `expected` says what belongs there. */
export function malformed(at: ChapterPosition, problem: string, expected: string): CodedError {
  return new CodedError('CHAPTER_MALFORMED', `${at.file}:${at.line}: ${problem}`, {
    nextStep: `Expected ${expected}. Check the chapter with: dsql-workshop validate`,
    details: { file: at.file, line: at.line },
  });
}

/** The next step of another error as what was expected: `Its orders are: A, B.` → `one of A, B`. */
export function asExpected({ nextStep }: { nextStep?: string }, otherwise: string): string {
  if (nextStep === undefined) return otherwise;
  return nextStep
    .replace(/^Its \w+ are: /, 'one of ')
    .replace(/^Give /, '')
    .replace(/\.$/, '');
}

/** `CHAPTER_VARIABLE_UNKNOWN`: a statement holds a `${name}` that has no value. */
export function unknownVariable(name: string, known: string[]): CodedError {
  return new CodedError('CHAPTER_VARIABLE_UNKNOWN', `\${${name}} has no value`, {
    nextStep: `Use one of ${known.map(n => `\${${n}}`).join(', ')}, or run the step that sets it first.`,
  });
}

export function unknownStep(id: string, known: string[]): CodedError {
  return new CodedError('STEP_UNKNOWN', `this chapter has no step "${id}"`, {
    nextStep: `Its steps are: ${known.join(', ')}.`,
  });
}

export function runnerBusy({ title }: { title: string }): CodedError {
  return new CodedError('RUNNER_BUSY', `the step "${title}" is still running`, {
    nextStep: 'Wait until it ends, or cancel it.',
  });
}

export function cancelled(): CodedError {
  return new CodedError('CANCELLED', 'cancelled');
}

export function runMissing(name: string): CodedError {
  return new CodedError('RUN_MISSING', `the run "${name}" was not made in this session`, {
    nextStep: 'Run the chapter from the step that makes it.',
  });
}
