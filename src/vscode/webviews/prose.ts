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
  'heat-map': 'Heat map',
  'conflict-map': 'Conflict map',
  'compare-plans': 'Compare plans',
  measure: 'Measure calls',
  remove: 'Remove',
};

/** Blocks that one sentence says whole, made of their values: their YAML is for the runner. */
const SENTENCES: Readonly<Record<string, { needs: string[]; say: (...values: string[]) => string }>> = {
  token: { needs: ['user'], say: user => `Mint a token for ${user}` },
  deploy: {
    needs: ['function', 'lambda'],
    say: (name, lambda) => {
      const chapter = /^\.\.\/0*(\d+)-/.exec(lambda)?.[1];
      return `Deploy the function ${name}${chapter === undefined ? '' : `, as it was in chapter ${chapter}`}`;
    },
  },
  remove: { needs: ['function'], say: name => `Remove the function ${name}` },
  compare: { needs: ['runs'], say: runs => `Compare the runs ${runs}` },
  'conflict-map': { needs: ['runs'], say: runs => `Conflict map of the runs ${runs}` },
  'compare-plans': { needs: ['before', 'after'], say: (before, after) => `Compare the plans ${before} and ${after}` },
  'wait-for-jobs': { needs: ['indexes'], say: indexes => `Wait for the index ${indexes}` },
};

/** What such a block does; undefined for others, and where a value is not on its key's line. */
function sentenceOf(info: string, content: string): string | undefined {
  const [language, action = ''] = info.trim().split(/\s+/);
  const sentence = language === 'yaml' && Object.hasOwn(SENTENCES, action) ? SENTENCES[action] : undefined;
  const values = sentence?.needs.map(
    name => new RegExp(`^${name}:[ \\t]+\\[?([\\w.,/ -]+)\\]?[ \\t]*$`, 'm').exec(content)?.[1],
  );
  return values?.every(value => value !== undefined) ? sentence?.say(...values) : undefined;
}

/** The caption of a fenced block by its info string (`sql run error=0A000`); undefined for plain code. */
export function captionOf(info: string): string | undefined {
  const [language, action = '', ...attributes] = info.trim().split(/\s+/);
  if (language === 'sessions' && action === 'run') return CAPTIONS.sessions;
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
 * runner executes carry their caption as `data-caption`, and nothing else where that says it all. The view lets through only the elements it knows.
 */
export const renderProse = (markdown: string): string => renderBlocks(markdown).html;

/**
 * The same, and the lines of the blocks in it that are run: each carries its line as `data-block`, so that a view can put beside
 * it what it gave.
 * @param firstLine line of the file that the text begins with.
 */
export function renderBlocks(markdown: string, firstLine?: number): { html: string; blocks: number[] } {
  renderer ??= new MarkdownIt({ html: false, linkify: false }).disable('image');
  const tokens = renderer.parse(markdown, {}).filter(({ type, info }) => type !== 'fence' || !RUNNER_ONLY.test(info));
  const blocks: number[] = [];
  for (const token of tokens) {
    const sentence = token.type === 'fence' ? sentenceOf(token.info, token.content) : undefined;
    if (sentence !== undefined) token.content = '';
    const caption = sentence ?? (token.type === 'fence' ? captionOf(token.info) : undefined);
    if (caption) token.attrSet('data-caption', caption);
    if (token.type === 'fence' && /^\S+\s+\S/.test(token.info) && firstLine !== undefined && token.map) {
      blocks.push(firstLine + token.map[0]);
      token.attrSet('data-block', String(firstLine + token.map[0]));
    }
    // cells lie among a table's own tokens; an attribute `style` would be refused by the view's policy
    const align = /text-align:(right|center)/.exec(String(token.attrGet('style') ?? ''))?.[1];
    token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null;
    if (align) token.attrSet('data-align', align);
  }
  return { html: renderer.renderer.render(tokens, renderer.options, {}), blocks };
}
