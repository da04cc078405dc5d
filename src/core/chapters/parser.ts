import MarkdownIt from 'markdown-it';
import { OPTIONS, readActions } from './actions';
import { readChecks } from './checks';
import type { Chapter, Check, Step } from './contract';
import { malformed, type ChapterPosition } from './errors';
import { parseInfoString, type InfoString } from './info-string';
import { parseCheckBlock } from './sql-block';
import { readYaml } from './yaml-block';

const HEADING = /^((?:.*\S)?)\s*\{#([a-z][a-z0-9-]*)((?:\s+\.[a-z]+)*)\}$/;
const FOLDER = /^(\d{2})-[a-z0-9-]+$/;
const LANGUAGES_WITH_VERBS = new Set(['sql', 'json', 'yaml', 'sessions']);

/**
 * Makes a chapter of its `chapter.md`. Front matter, one `# ` heading, then a step per `## Title {#id}`; fenced blocks whose info
 * string names an action are what the runner executes, all else is prose.
 * @param directory absolute folder; its name gives number and slug.
 * @throws CodedError `CHAPTER_MALFORMED`, message `folder/chapter.md:line: …`.
 */
export function parseChapter(markdown: string, directory: string): Chapter {
  const slug = directory.split(/[\\/]/).findLast(part => part !== '') ?? '';
  const file = `${slug}/chapter.md`;
  const number = FOLDER.exec(slug)?.[1];
  if (number === undefined)
    throw malformed({ file, line: 1 }, `the folder is called "${slug}"`, 'a name such as 05-my-chapter');
  const text = markdown.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const front = readFrontMatter(text, file);
  // blank lines instead of the front matter keep every line number as the author sees it
  const body = '\n'.repeat(front.lines) + text.split('\n').slice(front.lines).join('\n');
  const lines = body.split('\n');
  const builder = new StepsBuilder(file, lines);
  const tokens = new MarkdownIt({ html: true }).parse(body, {});
  for (const [i, token] of tokens.entries()) {
    const line = (token.map?.[0] ?? 0) + 1;
    if (token.type === 'heading_open' && token.tag === 'h2' && token.level === 0)
      builder.heading(tokens[i + 1]?.content ?? '', line);
    else if (token.type === 'fence') builder.fence(token.info, token.content, line);
  }
  const { introduction, steps } = builder.finish(front.lines);
  const { title, summary, minutes, buildsOn } = front.value;
  const chapter = { number: Number(number), slug, title, summary, minutes, directory, introduction, steps };
  return buildsOn ? { ...chapter, buildsOn } : chapter;
}

interface FrontMatter {
  value: { title: string; summary: string; minutes: number; buildsOn?: number[] };
  lines: number;
}

function readFrontMatter(text: string, file: string): FrontMatter {
  const match = /^---\n([\s\S]*?)\n---(?:\n|$)/.exec(text);
  if (!match)
    throw malformed({ file, line: 1 }, 'no front matter', 'a first line "---", title, summary and minutes, and "---"');
  const content = readYaml(match[1] ?? '', 'frontMatter', { file, line: 2 });
  return { value: content.value as FrontMatter['value'], lines: match[0].replace(/\n$/, '').split('\n').length };
}

class StepsBuilder {
  private readonly steps: Step[] = [];
  private readonly starts: number[] = [];

  constructor(
    private readonly file: string,
    private readonly lines: string[],
  ) {}

  heading(text: string, line: number): void {
    const match = HEADING.exec(text);
    const at = { file: this.file, line };
    if (!match) throw malformed(at, `the heading "${text}" has no id`, '"## Title {#step-id}"');
    const [, title = '', id = '', classes = ''] = match;
    const earlier = this.steps.find(step => step.id === id);
    if (earlier) throw malformed(at, `"${id}" is the id of the step in line ${earlier.line} too`, 'an id of its own');
    const flags = classes.trim().split(/\s+/).filter(Boolean);
    const unknown = flags.find(flag => flag !== '.base');
    if (unknown) throw malformed(at, `"${unknown}" is not known`, '.base, or nothing');
    this.steps.push({ id, title, body: '', actions: [], checks: [], undo: [], base: flags.includes('.base'), line });
    this.starts.push(line);
  }

  fence(infoText: string, content: string, line: number): void {
    const at = { file: this.file, line };
    const info = this.readInfo(infoText, at);
    if (!info?.verb) return;
    const step = this.steps.at(-1);
    if (!step) throw malformed(at, 'an action before the first step', 'a heading "## Title {#step-id}" above it');
    if (info.language === 'sql' && info.verb === 'check') step.checks.push(sqlCheck(info, content, at));
    else if (info.verb === 'check') step.checks.push(...readChecks(content, { file: this.file, line: line + 1 }));
    else if (info.verb === 'undo' || info.options.get('undo') === 'true')
      step.undo.push(...readActions(info, content, at));
    else step.actions.push(...readActions(info, content, at));
  }

  finish(frontLines: number): { introduction: string; steps: Step[] } {
    const at = { file: this.file, line: this.lines.length };
    if (this.steps.length === 0) throw malformed(at, 'the chapter has no step', 'a heading "## Title {#step-id}"');
    for (const [i, step] of this.steps.entries()) {
      const end = this.starts[i + 1] ?? this.lines.length + 1;
      const body = this.lines.slice(step.line, end - 1);
      step.body = body.join('\n').trim();
      const blank = body.findIndex(text => text.trim() !== '');
      if (blank >= 0) step.bodyLine = step.line + 1 + blank;
      if (step.actions.length > 0 && step.checks.length === 0)
        throw malformed({ file: this.file, line: step.line }, `step "${step.id}" proves nothing`, 'at least one check');
    }
    const first = this.steps[0]?.line ?? 1;
    return {
      introduction: this.lines
        .slice(frontLines, first - 1)
        .join('\n')
        .trim(),
      steps: this.steps,
    };
  }

  private readInfo(text: string, at: ChapterPosition): InfoString | undefined {
    const info = parseInfoString(text.trim());
    if (!info) throw malformed(at, `the info string "${text.trim()}"`, 'language, action, and key=value once each');
    if (info.verb === undefined || !LANGUAGES_WITH_VERBS.has(info.language)) return undefined;
    const known = OPTIONS[`${info.language} ${info.verb}`];
    if (!known) {
      const verbs = Object.keys(OPTIONS).filter(key => key.startsWith(`${info.language} `));
      throw malformed(at, `"${info.language} ${info.verb}" is no action`, `one of ${verbs.join(', ')}`);
    }
    const unknown = [...info.options.keys()].find(key => !known.includes(key));
    if (unknown)
      throw malformed(
        at,
        `"${unknown}" is not an option of ${info.language} ${info.verb}`,
        known.join(', ') || 'no option',
      );
    return info;
  }
}

function sqlCheck(info: InfoString, content: string, at: ChapterPosition): Check {
  const block = parseCheckBlock(content, (offset, problem, expected) =>
    malformed({ file: at.file, line: at.line + 1 + offset }, problem, expected),
  );
  const bound = (key: string): number | undefined => {
    const text = info.options.get(key);
    if (text === undefined) return undefined;
    if (!/^-?\d+$/.test(text)) throw malformed(at, `${key}=${text}`, `${key}=<whole number>`);
    return Number(text);
  };
  const [min, max] = [bound('min'), bound('max')];
  if (block.expect === undefined && min === undefined && max === undefined)
    throw malformed(
      at,
      'the check compares nothing',
      'rows as "-- a | b" below the query, or min=/max= in the info string',
    );
  return { type: 'rows', ...block, expect: block.expect, min, max, line: at.line };
}
