import MarkdownIt from 'markdown-it';

let renderer: ReturnType<typeof MarkdownIt> | undefined;

/** Blocks that the runner reads and the view shows in its own way: checks as a table, undo as Reset. */
const RUNNER_ONLY = /^\S+\s+(check|undo)\b|\sundo(\s|$)/;

/** What the runner does with a block, as its caption. */
const CAPTIONS: Readonly<Record<string, string>> = {
  token: 'Mint a token',
  deploy: 'Deploy',
  'load-accounts': 'Load accounts',
  stress: 'Stress run',
  compare: 'Compare runs',
  sessions: 'Play sessions',
  'wait-for-jobs': 'Wait for jobs',
};

/** The caption of a fenced block by its info string (`sql run error=0A000`); undefined for plain code. */
export function captionOf(info: string): string | undefined {
  const [, action = '', ...attributes] = info.trim().split(/\s+/);
  const value = (name: string) => attributes.find(each => each.startsWith(`${name}=`))?.slice(name.length + 1);
  if (action === 'run') return value('error') && `Must be refused: ${value('error')}`;
  if (action === 'explain')
    return [
      'EXPLAIN',
      ...['analyze', 'verbose'].filter(each => attributes.includes(each)).map(each => each.toUpperCase()),
    ].join(' ');
  if (action === 'invoke')
    return `Invoke ${value('function') ?? ''}${value('times') ? `, ${value('times')} times` : ''}`;
  return CAPTIONS[action];
}

/**
 * Markdown as HTML. Raw HTML in it is escaped, images are dropped, and so are the chapter's check and undo blocks; the blocks that the
 * runner executes carry their caption as `data-caption`. The view lets through only the elements it knows.
 */
export function renderProse(markdown: string): string {
  renderer ??= new MarkdownIt({ html: false, linkify: false }).disable('image');
  const tokens = renderer.parse(markdown, {}).filter(({ type, info }) => type !== 'fence' || !RUNNER_ONLY.test(info));
  for (const token of tokens) {
    const caption = token.type === 'fence' ? captionOf(token.info) : undefined;
    if (caption) token.attrSet('data-caption', caption);
  }
  return renderer.renderer.render(tokens, renderer.options, {});
}
