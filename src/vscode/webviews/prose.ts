import MarkdownIt from 'markdown-it';

let renderer: ReturnType<typeof MarkdownIt> | undefined;

/** Blocks that the runner reads and the view shows in its own way: checks as a table, undo as Reset. */
const RUNNER_ONLY = /^\S+\s+(check|undo)\b|\sundo(\s|$)/;

/**
 * Markdown as HTML. Raw HTML in it is escaped, images are dropped, and so are the chapter's check and undo blocks; the view lets through
 * only the elements it knows.
 */
export function renderProse(markdown: string): string {
  renderer ??= new MarkdownIt({ html: false, linkify: false }).disable('image');
  const tokens = renderer.parse(markdown, {}).filter(({ type, info }) => type !== 'fence' || !RUNNER_ONLY.test(info));
  return renderer.renderer.render(tokens, renderer.options, {});
}
