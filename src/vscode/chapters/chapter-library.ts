import { Emitter } from '../../base/events';
import type { CodedError } from '../../base/errors';
import type { Chapter } from '../../core/chapters/contract';
import { chapterErrors } from './chapter-errors';

/** Chapters as they were found, and what is wrong with those that were left out. */
export interface FoundChapters {
  chapters: Chapter[];
  problems: CodedError[];
}

/** The workshop's chapters, those of the user's folders, and drafts that are being written. */
export class ChapterLibrary {
  private readonly changed = new Emitter<void>();
  /** Other chapters, or another text of one. */
  readonly onDidChange = this.changed.event;
  private readonly drafts = new Map<string, Chapter>();
  private loading: Promise<FoundChapters> | undefined;
  private found: Chapter[] = [];

  constructor(
    private readonly load: () => Promise<FoundChapters>,
    private readonly report: (problem: CodedError) => void,
  ) {}

  /** All chapters, the workshop's first. Read once; after a failure again the next time. */
  async all(): Promise<Chapter[]> {
    this.loading ??= this.load().then(
      found => {
        for (const problem of found.problems) this.report(problem);
        return found;
      },
      (error: unknown) => {
        this.loading = undefined;
        throw error;
      },
    );
    this.found = this.withDrafts((await this.loading).chapters);
    return this.found;
  }

  /** As far as they were read. */
  get known(): readonly Chapter[] {
    return this.found;
  }

  async get(slug: string): Promise<Chapter> {
    const chapter = (await this.all()).find(candidate => candidate.slug === slug);
    if (!chapter) throw chapterErrors.unknownChapter(slug);
    return chapter;
  }

  hasDraft(directory: string): boolean {
    return this.drafts.has(directory);
  }

  isDraft(chapter: Chapter): boolean {
    return this.drafts.get(chapter.directory) === chapter;
  }

  /** Shows this text of a chapter from now on, whatever its file says. */
  setDraft(chapter: Chapter): void {
    const { directory } = chapter;
    const known = this.found.find(each => each.directory === directory);
    // a draft of one of the workshop's stays the workshop's
    this.drafts.set(directory, known && !known.own ? { ...chapter, own: false } : chapter);
    this.changed.fire();
  }

  /** Reads everything again. Drafts stay; `forget` names the folder of one that is over. */
  reload(forget?: string): void {
    if (forget !== undefined) this.drafts.delete(forget);
    this.loading = undefined;
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private withDrafts(chapters: readonly Chapter[]): Chapter[] {
    const used = new Set<string>();
    const merged = chapters.map(chapter => {
      const draft = this.drafts.get(chapter.directory);
      if (draft) used.add(chapter.directory);
      return draft ?? chapter;
    });
    const fresh = [...this.drafts.values()].filter(({ directory }) => !used.has(directory));
    return [...merged, ...fresh.filter(({ slug }) => !merged.some(other => other.slug === slug))];
  }
}
