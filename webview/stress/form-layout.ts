import type { StressForm } from '../../src/protocol/stress-form';
import type { StressSidebarState } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import type { FieldMaker } from './form-fields';
import { iconButton } from './icon-button';

/** The fields of the form in their order, in sections that fold. */
export function formSections(
  maker: FieldMaker,
  { targets, policies, limits }: StressSidebarState,
  chooseModule: () => void,
): { target: HTMLElement; sections: HTMLDetailsElement[] } {
  const target = maker.choice('target', 'Target', targetOptions(targets));
  const module = maker.text(
    'module',
    'Module',
    'Its default export has a function “call”, and “setup” and “teardown” if wanted.',
  );
  const path = module.querySelector('input');
  const both = h('div', { class: 'with-buttons' });
  path?.replaceWith(both);
  both.append(...(path ? [path] : []), iconButton('search', 'Choose the module', chooseModule));
  const what = section('what', 'What is run', true, [
    maker.text('name', 'Name of the run'),
    maker.choice('workload', 'Workload', [
      ['lambda', 'Transfers through Lambda'],
      ['sql-transfer', 'Transfers over SQL'],
      ['sql-mix', 'Reads and transfers over SQL'],
      ['order-service', 'Order service over SQL'],
      ['custom', 'A module of your own'],
    ]),
    maker.choice('handler', 'Function', [
      ['with-retries', 'Transfer with retries (chapter 2)'],
      ['without-retries', 'Transfer without retries (chapter 1)'],
      ['with-history', 'Transfer with history (chapter 3)'],
      ['named', 'Another function…'],
    ]),
    maker.text('functionName', 'Name of the function'),
    maker.choice('retryPolicy', 'Retry policy', [
      ...policies.map(({ id, name }): [string, string] => [id, name]),
      ['all', 'Each of them, one after the other'],
    ]),
    maker.number('transferPercent', 'Transfers, percent', limits.transferPercent),
    module,
  ]);
  const load = section('load', 'How much', true, [
    maker.choice('loop', 'Loop', [
      ['closed', 'Closed: so many in flight'],
      ['open', 'Open: so many a second'],
    ]),
    maker.number('calls', 'Calls', limits.calls),
    maker.number('inFlight', 'In flight', limits.inFlight),
    maker.number('ratePerSecond', 'Calls a second', limits.ratePerSecond),
    maker.number('rampSeconds', 'Ramp, s', limits.rampSeconds),
    maker.number('durationSeconds', 'Duration, s', limits.durationSeconds, '0: until all calls are made'),
    maker.number('accounts', 'Accounts', limits.accounts),
    maker.number('workers', 'Worker threads', limits.workers),
    maker.flag('batches', 'In batches: the next begins when all have ended'),
  ]);
  const conditions = section('conditions', 'Accounts and conditions', false, [
    maker.choice('choice', 'Choice of accounts', [
      ['uniform', 'Uniform'],
      ['zipf', "Zipf's law"],
      ['hot-set', 'Hot set'],
    ]),
    maker.number('zipfExponent', 'Exponent', limits.zipfExponent),
    maker.number('hotAccounts', 'Hot accounts', limits.hotAccounts),
    maker.number('hotPercent', 'Picks on them, %', limits.hotPercent),
    maker.number('amount', 'Amount', limits.amount),
    maker.number('seed', 'Seed', limits.seed),
    maker.text('thresholds', 'Thresholds', 'p99<50ms, errors<0.1%, balance=exact'),
    maker.flag('abortOnFail', 'Stop as soon as one cannot be met'),
    maker.number('warmupSeconds', 'Warm-up, s', limits.warmupSeconds),
    maker.number('balanceEverySeconds', 'Count money every, s', limits.balanceEverySeconds, '0: before and after only'),
    maker.number('maxDurationSeconds', 'Hard stop after, s', limits.maxDurationSeconds),
    maker.number(
      'giveUpAfterSeconds',
      'Give up after, s',
      limits.giveUpAfterSeconds,
      'without a call that gets through; 0: never',
    ),
    maker.choice('transport', 'Transport', [
      ['lean', 'Lean: signed, pooled'],
      ['sdk', 'AWS SDK client'],
    ]),
  ]);
  return { target, sections: [what, load, conditions] };
}

/** Where a run may go, by id. */
export const targetOptions = (targets: StressSidebarState['targets']): [string, string][] =>
  targets.map(({ id, name, kind }) => [id, kind === 'aws' ? `${name} (AWS)` : name]);

/** Fields that say nothing in this form. */
export function hiddenFields(form: StressForm): Set<keyof StressForm> {
  const lambda = form.workload === 'lambda';
  const sql = ['sql-transfer', 'sql-mix', 'order-service'].includes(form.workload);
  const open = form.loop === 'open';
  const hidden: [keyof StressForm, boolean][] = [
    ['handler', !lambda],
    ['functionName', !lambda || form.handler !== 'named'],
    ['transport', !lambda],
    ['retryPolicy', !sql],
    ['transferPercent', form.workload !== 'sql-mix'],
    ['module', form.workload !== 'custom'],
    ['ratePerSecond', !open],
    ['rampSeconds', !open],
    ['batches', open],
    ['zipfExponent', form.choice !== 'zipf'],
    ['hotAccounts', form.choice !== 'hot-set'],
    ['hotPercent', form.choice !== 'hot-set'],
  ];
  return new Set(hidden.filter(([, is]) => is).map(([name]) => name));
}

function section(id: string, title: string, open: boolean, fields: HTMLElement[]): HTMLDetailsElement {
  return h('details', { id: `s-${id}`, open }, h('summary', {}, title), h('div', { class: 'fields' }, ...fields));
}
