import type { StepCodeRequest } from '../../src/protocol/chapter-view';
import { icon } from '../shared/icons';
import { toolbar } from '../shared/toolbar';
import { button } from '../shared/toolkit';
import type { ChapterActions } from './actions';

const BUTTONS = [
  { what: 'open', label: 'Your code', icon: 'open', name: 'Your code of' },
  { what: 'diff', label: 'Compare', icon: 'compare', name: 'Compare your code with the solution of' },
  { what: 'apply', label: 'Apply solution', icon: 'check', name: 'Apply solution of' },
  { what: 'undo', label: 'Put mine back', icon: 'reset', name: 'Put mine back in' },
] as const satisfies readonly {
  what: StepCodeRequest;
  label: string;
  icon: Parameters<typeof icon>[0];
  name: string;
}[];

/** What can be done with a step's code. */
export function codeBar(number: number, stepId: () => string, actions: ChapterActions): HTMLElement {
  const buttons = BUTTONS.map(({ what, label, icon: symbol, name }) => {
    const made = button({ label, icon: icon(symbol), onClick: () => actions.stepCode(stepId(), what) });
    made.element.setAttribute('aria-label', `${name} step ${number}`);
    return made.element;
  });
  return toolbar(`Code of step ${number}`, buttons, 'code-buttons toolbar').element;
}
