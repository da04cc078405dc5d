import type { ScriptLineView, SessionColumnView, SessionsViewState } from '../../src/protocol/sessions-view';
import { h } from '../shared/dom';
import { highlight } from '../shared/highlight';
import type { SessionsActions } from './actions';
import { moveFocus } from './line-keys';

const STATES: Readonly<Record<ScriptLineView['state'], string>> = {
  waiting: '',
  next: 'next',
  running: 'running',
  done: 'done',
  failed: 'refused',
};
const MARKS: Readonly<Record<ScriptLineView['state'], string>> = {
  waiting: '',
  next: '▶',
  running: '…',
  done: '✔',
  failed: '✕',
};

interface LineElements {
  button: HTMLButtonElement;
  mark: HTMLElement;
  answer: HTMLElement;
}

/** The sessions' lines side by side: each is a button that runs it; the arrow keys move between them. Drawn anew only for another script. */
export class ScriptColumns {
  readonly element = h('div', { class: 'columns', role: 'group', 'aria-label': 'Lines of the sessions' });
  private drawn = '';
  private readonly lines = new Map<string, LineElements>();
  private readonly statuses: HTMLElement[] = [];
  private busy = false;

  constructor(private readonly actions: SessionsActions) {
    this.element.addEventListener('keydown', event => moveFocus(this.element, event));
  }

  update({ columns, phase, nextStep }: SessionsViewState): void {
    this.busy = phase === 'running' || phase === 'starting';
    const script = JSON.stringify(columns.map(({ name, lines }) => [name, lines.map(({ step, sql }) => [step, sql])]));
    if (script !== this.drawn) this.draw(columns);
    this.drawn = script;
    const following = new Set((nextStep ?? '').split(' '));
    columns.forEach(({ name, status, transaction, lines }, at) => {
      const element = this.statuses[at];
      if (element) {
        element.textContent = status;
        element.className = `status ${transaction}`;
      }
      for (const line of lines) this.updateLine(name, line, following.has(line.step));
    });
  }

  private draw(columns: readonly SessionColumnView[]): void {
    this.lines.clear();
    this.statuses.length = 0;
    this.element.replaceChildren(
      ...columns.map(({ name, lines }, at) => {
        const status = h('span', { class: 'status' });
        this.statuses.push(status);
        return h(
          'section',
          { class: `column session-${at}`, 'aria-label': `Session ${name}` },
          h('header', {}, h('h2', {}, name), status),
          h('ol', {}, ...lines.map(line => h('li', {}, this.line(line)))),
        );
      }),
    );
    const [first] = this.lines.values();
    first?.button.setAttribute('tabindex', '0');
  }

  private line({ step, sql }: ScriptLineView): HTMLElement {
    const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
    const answer = h('span', { class: 'answer' });
    const button = h(
      'button',
      { class: 'script-line', type: 'button', 'data-step': step, tabindex: -1 },
      mark,
      h('span', { class: 'text' }, h('code', { class: 'highlighted' }, highlight(sql, 'sql')), answer),
    );
    button.addEventListener('click', () => {
      if (!this.busy) this.actions.runLine(step);
    });
    this.lines.set(step, { button, mark, answer });
    return button;
  }

  private updateLine(session: string, { step, sql, state, answer = '' }: ScriptLineView, inOrder: boolean): void {
    const elements = this.lines.get(step);
    if (!elements) return;
    const { button, mark } = elements;
    button.className = `script-line ${state}${inOrder ? ' in-order' : ''}`;
    button.setAttribute('aria-disabled', String(this.busy));
    const told = [STATES[state], inOrder ? 'next in the order' : '', answer].filter(Boolean).join(', ');
    button.setAttribute('aria-label', `${session}: ${sql}${told ? ` (${told})` : ''}`);
    mark.textContent = MARKS[state];
    elements.answer.textContent = answer;
  }
}
