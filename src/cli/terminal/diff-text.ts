import { unifiedDiff } from '../../core/lint/formats/unified-diff';
import type { Style } from './style';

/** What changes in a file, line by line, in the colours of diffs. */
export const diffText = (path: string, before: string, after: string, style: Pick<Style, 'green' | 'red'>): string =>
  unifiedDiff(path, before, after)
    .trimEnd()
    .split('\n')
    .map(line => `${line.startsWith('+') ? style.green(line) : line.startsWith('-') ? style.red(line) : line}\n`)
    .join('');
