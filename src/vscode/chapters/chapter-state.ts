import * as vscode from 'vscode';
import type { Chapter, StepResult } from '../../core/chapters/contract';
import { firstOpenBefore } from '../../core/chapters/standing';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { ChapterLink, ChapterViewState, FullView, NoticeView, TargetView } from '../../protocol/chapter-view';
import type { ClusterState } from '../cluster/local-cluster';
import type { Scale } from '../settings';
import { renderProse } from '../webviews/prose';
import { stepView } from './step-view';
import type { WorkshopSession } from './workshop-session';

/** What a view adds to the session's own. */
export interface ChapterStateContext {
  scale: Scale;
  notice: NoticeView | undefined;
  /** The step to be shown first. */
  reveal: string | undefined;
  fullView: (result: StepResult) => FullView | undefined;
}

/** The whole snapshot of a chapter that a view draws. */
export async function chapterState(
  session: WorkshopSession,
  slug: string,
  { scale, notice, reveal, fullView }: ChapterStateContext,
): Promise<ChapterViewState> {
  const chapters = await session.chapters();
  const chapter = await session.chapter(slug);
  const index = chapters.indexOf(chapter);
  const previous = link(chapters[index - 1]);
  const next = link(chapters[index + 1]);
  const runsElsewhere = await session.runsElsewhere();
  const run = session.current;
  const checking = session.isChecking;
  const context = { history: (name: string) => session.history(slug, name), checking, runsElsewhere, fullView };
  const known = chapter.steps.map(({ id, title, actions }) => ({
    title,
    acts: actions.length > 0,
    status: session.status(slug, id),
  }));
  return {
    slug,
    number: chapter.number,
    title: chapter.title,
    summary: chapter.summary,
    introductionHtml: renderProse(withoutTitle(chapter.introduction)),
    steps: chapter.steps.map((step, place) =>
      stepView(step, session.record(slug, step.id), { ...context, openBefore: firstOpenBefore(known, place)?.title }),
    ),
    target: targetView(session.targets.current, session.cluster.state, scale),
    checking,
    draft: session.library.isDraft(chapter),
    ...(run && { run: run.progress.view }),
    ...(previous && { previous }),
    ...(next && { next }),
    ...(notice && { notice }),
    ...(reveal !== undefined && { reveal }),
  };
}

function link(chapter: Chapter | undefined): ChapterLink | undefined {
  return chapter && { slug: chapter.slug, number: chapter.number, title: chapter.title };
}

function targetView(profile: ConnectionProfile, state: ClusterState, scale: Scale): TargetView {
  if (profile.kind === 'aws')
    return {
      kind: 'aws',
      label: profile.name,
      state: 'running',
      scale,
      detail: profile.host,
      cost: vscode.l10n.t('AWS bills DPUs and Lambda'),
    };
  return {
    kind: 'local',
    label: profile.name,
    state: state.name,
    scale,
    ...(state.name === 'running' && { detail: `${state.info.endpoint}:${state.info.port}` }),
  };
}

/** The chapter's own title stands above the view already. */
function withoutTitle(markdown: string): string {
  return markdown.replace(/^\s*# [^\n]*\n/, '');
}
