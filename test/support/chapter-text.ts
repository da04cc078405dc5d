import { parseChapter } from '../../src/core/chapters/parser';
import type { Chapter } from '../../src/core/chapters/contract';

const FRONT = '---\ntitle: A chapter\nsummary: For tests.\nminutes: 1\n---\n';

/** A fenced block. */
export const block = (info: string, content: string): string => `\`\`\`${info}\n${content}\n\`\`\`\n`;

/** A chapter's text of this body, with front matter of five lines. */
export const chapterText = (body: string): string => `${FRONT}\n${body}`;

/** The chapter of this body, in the folder `/chapters/07-test`. */
export const chapterOf = (body: string): Chapter => parseChapter(chapterText(body), '/chapters/07-test');
