import MarkdownIt from 'markdown-it';

let renderer: ReturnType<typeof MarkdownIt> | undefined;

/** Markdown as HTML. Raw HTML in it is escaped, images are dropped; the view lets through only the elements it knows. */
export function renderProse(markdown: string): string {
  renderer ??= new MarkdownIt({ html: false, linkify: false }).disable('image');
  return renderer.render(markdown);
}
