import { describeError } from '../../base/errors';
import { parseThreshold } from '../stress/thresholds';

/** The conditions of a form's text: separated by commas, semicolons or line ends. */
export function thresholdsOf(text: string): string[] {
  return text
    .split(/[,;\n]/)
    .map(part => part.trim())
    .filter(part => part !== '');
}

/** What is wrong with the first condition that cannot be read; nothing when all can. */
export function thresholdProblems(text: string): string | undefined {
  for (const threshold of thresholdsOf(text)) {
    try {
      parseThreshold(threshold);
    } catch (error) {
      return describeError(error);
    }
  }
  return undefined;
}
