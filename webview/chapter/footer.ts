import type { ChapterLink, ChapterViewState } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { button } from '../shared/toolkit';
import { keyHelp } from './keyboard';
import type { ChapterActions } from './actions';

/** The ways to the chapters before and after. */
export class ChapterFooter {
  private readonly chapters = h('nav', { class: 'chapter-footer', 'aria-label': 'Chapters' });
  readonly element = h('div', {}, this.chapters, keyHelp());
  private shown = '';

  constructor(private readonly actions: ChapterActions) {}

  update(state: ChapterViewState): void {
    const key = JSON.stringify([state.previous, state.next]);
    if (key === this.shown) return;
    this.shown = key;
    this.chapters.replaceChildren(this.link(state.previous, 'left'), this.link(state.next, 'right'));
  }

  /** Moves the focus to the way on, or back where there is none. */
  focus(): void {
    const links = [...this.chapters.querySelectorAll<HTMLElement>('vscode-button')];
    links.at(-1)?.focus();
    this.element.scrollIntoView({ block: 'end' });
  }

  private link(chapter: ChapterLink | undefined, side: 'left' | 'right'): Node {
    if (!chapter) return h('span');
    const { slug, number, title } = chapter;
    return button({
      label: `${number} · ${title}`,
      ariaLabel: `${side === 'left' ? 'Previous' : 'Next'} chapter: ${number} · ${title}`,
      icon: icon(side),
      iconSide: side === 'left' ? 'start' : 'end',
      onClick: () => this.actions.openChapter(slug),
    }).element;
  }
}
