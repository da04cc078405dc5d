import type { DraftView, TrialView } from '../../src/protocol/indexes-view';
import { h } from '../shared/dom';
import { jobTimeline } from '../shared/job-timeline';
import { button } from '../shared/toolkit';
import { checkbox, labelled } from './fields';

export interface TrialActions {
  tryIt(statement: string, analyze: boolean): void;
  cancel(): void;
  end(keep: boolean): void;
  compare(): void;
  /** The statement was changed. */
  proposed(): void;
}

const MARKS: Readonly<Record<TrialView['steps'][number]['state'], string>> = {
  pending: '○',
  running: '…',
  done: '✓',
  failed: '✕',
};
const STATE_WORDS: Readonly<Record<TrialView['steps'][number]['state'], string>> = {
  pending: 'to come',
  running: 'under way',
  done: 'done',
  failed: 'failed',
};

/** A statement's plan before and after the index that is drawn up. */
export class TrialPane {
  private readonly text = h('textarea', { id: 'trial-statement', class: 'field', rows: 3, spellcheck: 'false' });
  private readonly analyze = checkbox(
    'Execute it (EXPLAIN ANALYZE): real times and DPU; writes are rolled back',
    () => {},
  );
  private readonly result = h('div', { class: 'trial-result', 'aria-live': 'polite' });
  private readonly go: ReturnType<typeof button>;
  readonly element: HTMLElement;
  private shown = '';
  private given: string | undefined;

  constructor(private readonly actions: TrialActions) {
    this.analyze.input.checked = true;
    this.text.addEventListener('input', () => actions.proposed());
    this.go = button({ label: 'Build and Compare', look: 'primary', onClick: () => this.start() });
    this.element = h(
      'section',
      { class: 'trial', 'aria-label': 'Try it' },
      h('h2', {}, 'Try It'),
      labelled('trial-statement', 'Statement to explain before and after', this.text),
      this.analyze.element,
      h('div', { class: 'actions' }, this.go.element),
      this.result,
    );
  }

  get statement(): string {
    return this.text.value.trim();
  }

  /** Begins a trial with what is in the field; without a statement the field asks for one. */
  private start(): void {
    if (this.statement === '') {
      this.text.placeholder = 'SELECT … : the statement that the index is for';
      this.text.focus();
      return;
    }
    this.actions.tryIt(this.statement, this.analyze.input.checked);
  }

  show(trial: TrialView | undefined, draft: DraftView | undefined, readOnly: boolean): void {
    this.element.hidden = !trial && !draft;
    const running = trial?.steps.some(({ state }) => state === 'running') ?? false;
    this.go.element.hidden = running || !draft;
    this.go.setDisabled(!draft?.ready || readOnly);
    if (trial && trial.statement !== this.given) {
      this.given = trial.statement;
      this.text.value = trial.statement;
      this.analyze.input.checked = trial.analyze;
    }
    const key = JSON.stringify(trial ?? null);
    if (key === this.shown) return;
    this.shown = key;
    this.result.replaceChildren(...(trial && trial.phase !== 'ready' ? this.nodes(trial) : []));
  }

  private nodes(trial: TrialView): Node[] {
    const { steps, job, verdict, error, phase, index, kept } = trial;
    const running = steps.some(({ state }) => state === 'running');
    return [
      h(
        'ol',
        { class: 'steps' },
        ...steps.map(step =>
          h(
            'li',
            { class: step.state, 'aria-label': `${step.title}: ${STATE_WORDS[step.state]}` },
            h('span', { class: 'step-mark', 'aria-hidden': 'true' }, MARKS[step.state]),
            h('span', {}, step.title),
            step.note !== undefined && h('span', { class: 'muted' }, step.note),
          ),
        ),
      ),
      ...(job ? [jobTimeline(job)] : []),
      ...(error ? [h('p', { class: 'bad' }, [error.message, error.nextStep].filter(Boolean).join(' '))] : []),
      ...(phase === 'cancelled'
        ? [h('p', {}, 'Waiting was given up. A build that was begun goes on in the cluster: see Jobs.')]
        : []),
      ...(verdict
        ? [
            h('h3', { class: `verdict ${verdict.usesIndex ? verdict.better : 'unused'}` }, verdict.sentences[0] ?? ''),
            h('ul', {}, ...verdict.sentences.slice(1).map(sentence => h('li', {}, sentence))),
          ]
        : []),
      this.buttons(running, phase, index, kept),
    ];
  }

  private buttons(
    running: boolean,
    phase: TrialView['phase'],
    index: string | undefined,
    kept: boolean | undefined,
  ): Node {
    const { cancel, compare, end } = this.actions;
    if (running) return button({ label: 'Stop Waiting', onClick: cancel }).element;
    const done = phase === 'done';
    if (kept !== undefined) {
      return h(
        'div',
        { class: 'actions' },
        h('b', {}, kept ? `${index} stays.` : `${index} was dropped.`),
        done && button({ label: 'Show Both Plans', onClick: compare }).element,
      );
    }
    return h(
      'div',
      { class: 'actions' },
      done && button({ label: 'Show Both Plans', look: 'primary', onClick: compare }).element,
      done && index !== undefined && button({ label: 'Keep the Index', onClick: () => end(true) }).element,
      index !== undefined && button({ label: 'Drop the Index…', onClick: () => end(false) }).element,
    );
  }
}
