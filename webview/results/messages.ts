import type { MessageView, StatementView } from '../../src/protocol/results-view';
import { h } from '../shared/dom';

/** An error: what the server said, why, and what to do next. */
export function errorNodes({ error, offset }: StatementView, goTo: () => void): Node[] {
  if (!error) return [];
  const place = error.place && `line ${error.place.line}, column ${error.place.column}`;
  const link = place && offset !== undefined ? h('button', { class: 'link' }, `Go to ${place}`) : undefined;
  link?.addEventListener('click', goTo);
  return [
    h(
      'div',
      { class: 'error', role: 'alert' },
      h(
        'p',
        { class: 'error-message' },
        error.sqlstate !== undefined && h('code', { class: 'sqlstate' }, error.sqlstate),
        h('span', {}, error.message),
      ),
      ...labelled('Detail', error.detail),
      ...labelled('Hint', error.hint),
      ...(place && !link ? labelled('Place', place) : []),
      ...labelled('Why', error.why),
      ...labelled('Next', error.nextStep),
      link && h('p', {}, link),
    ),
  ];
}

/** Notices of the server and what the run itself has to say. */
export function messageNodes({ messages }: StatementView): Node[] {
  if (messages.length === 0) return [];
  return [h('ul', { class: 'messages', 'aria-label': 'Messages' }, ...messages.map(messageNode))];
}

function messageNode(message: MessageView): HTMLElement {
  return h(
    'li',
    { class: message.severity },
    message.severity === 'warning' && h('strong', {}, 'Warning '),
    message.sqlstate !== undefined &&
      message.sqlstate !== '00000' &&
      h('code', { class: 'sqlstate' }, message.sqlstate),
    h('span', {}, message.text),
    ...labelled('Detail', message.detail),
    ...labelled('Hint', message.hint),
  );
}

function labelled(label: string, text: string | undefined): HTMLElement[] {
  return text ? [h('p', { class: 'labelled' }, h('strong', {}, `${label} `), h('span', {}, text))] : [];
}
