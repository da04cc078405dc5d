import type { Chapter } from '../../core/chapters/contract';
import type { ChapterLink, ChapterViewState, NoticeView, TargetView } from '../../protocol/chapter-view';
import type { ClusterState } from '../cluster/local-cluster';
import type { Scale } from '../settings';
import { renderProse } from '../webviews/prose';
import { stepView } from './step-view';
import type { WorkshopSession } from './workshop-session';

/** The whole snapshot of a chapter that a view draws. */
export async function chapterState(
  session: WorkshopSession,
  slug: string,
  scale: Scale,
  notice: NoticeView | undefined,
): Promise<ChapterViewState> {
  const chapters = await session.chapters();
  const chapter = await session.chapter(slug);
  const index = chapters.indexOf(chapter);
  const previous = link(chapters[index - 1]);
  const next = link(chapters[index + 1]);
  const run = session.current;
  const context = { history: (name: string) => session.history(name) };
  return {
    slug,
    number: chapter.number,
    title: chapter.title,
    summary: chapter.summary,
    introductionHtml: renderProse(withoutTitle(chapter.introduction)),
    steps: chapter.steps.map(step => ({
      ...stepView(step, session.record(slug, step.id), context),
      status: session.status(slug, step.id),
    })),
    target: targetView(session.cluster.state, scale),
    ...(run && { run: run.progress.view }),
    ...(previous && { previous }),
    ...(next && { next }),
    ...(notice && { notice }),
  };
}

function link(chapter: Chapter | undefined): ChapterLink | undefined {
  return chapter && { slug: chapter.slug, number: chapter.number, title: chapter.title };
}

function targetView(state: ClusterState, scale: Scale): TargetView {
  return {
    label: 'Local cluster',
    state: state.name,
    scale,
    ...(state.name === 'running' && { detail: `${state.info.endpoint}:${state.info.port}` }),
  };
}

/** The chapter's own title stands above the view already. */
function withoutTitle(markdown: string): string {
  return markdown.replace(/^\s*# [^\n]*\n/, '');
}
