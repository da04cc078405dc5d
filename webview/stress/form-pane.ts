import type { FormVerdict, PresetView, StressForm } from '../../src/protocol/stress-form';
import type { StressSidebarState } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { focusOnNews } from '../shared/focus';
import { icon } from '../shared/icons';
import { button } from '../shared/toolkit';
import { FieldMaker } from './form-fields';
import { formSections, hiddenFields, targetOptions } from './form-layout';
import { iconButton } from './icon-button';

export interface FormActions {
  check: (form: StressForm, presetId: string | null) => Promise<FormVerdict>;
  start: (form: StressForm) => void;
  prepare: (form: StressForm) => void;
  save: (form: StressForm) => void;
  rename: (id: string) => void;
  remove: (id: string) => void;
  chooseModule: () => Promise<string | null>;
}

/** Presets, the form, what it says of itself, and Start. */
export class FormPane {
  readonly element: HTMLElement;
  private readonly maker = new FieldMaker(() => this.edited());
  private readonly preset = h('select', { id: 'f-preset' });
  private readonly presetNote = h('p', { class: 'hint', id: 'h-preset' });
  private readonly revert = iconButton('reset', 'Take the preset as it was again', () => this.choose());
  private readonly rename = iconButton('edit', 'Rename the preset', () => this.onPreset(id => this.actions.rename(id)));
  private readonly remove = iconButton('trash', 'Delete the preset', () =>
    this.onPreset(id => this.actions.remove(id)),
  );
  private readonly summary = h('p', { class: 'summary', id: 'form-summary' });
  private readonly cost = h('p', { class: 'cost', hidden: true });
  private readonly start;
  private readonly prepare;
  private readonly sections: HTMLDetailsElement[];
  private form: StressForm;
  private presets: PresetView[] = [];
  private problems = 0;
  private checks = 0;
  /** Checks that the host has not answered yet: until then it tells of an older form. */
  private unanswered = 0;
  private busy = false;

  constructor(
    state: StressSidebarState,
    private readonly actions: FormActions,
  ) {
    this.form = state.form;
    this.start = button({
      label: 'Start',
      look: 'primary',
      icon: icon('play'),
      onClick: () => (this.problems > 0 ? this.focusProblem() : this.actions.start(this.form)),
    });
    this.prepare = button({
      label: 'Prepare only',
      ariaLabel: 'Prepare only: create tables, load accounts and deploy the function, where missing',
      onClick: () => (this.problems > 0 ? this.focusProblem() : this.actions.prepare(this.form)),
    });
    const { target, sections } = formSections(this.maker, state, () => void this.chooseModule());
    this.sections = sections;
    this.preset.setAttribute('aria-describedby', 'h-preset');
    this.preset.addEventListener('change', () => this.choose());
    const save = iconButton('save', 'Save the form as a preset', () => this.actions.save(this.form));
    this.element = h(
      'form',
      { class: 'run-form', 'aria-label': 'Run', novalidate: true },
      target,
      h(
        'div',
        { class: 'field' },
        h('label', { for: this.preset.id }, 'Preset'),
        h('div', { class: 'with-buttons' }, this.preset, this.revert, save, this.rename, this.remove),
        this.presetNote,
      ),
      this.summary,
      this.cost,
      h('div', { class: 'buttons' }, this.start.element, this.prepare.element),
      ...sections,
    );
    this.element.addEventListener('submit', event => event.preventDefault());
    this.element.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement) || this.busy) return;
      event.preventDefault();
      if (this.problems > 0) this.focusProblem();
      else this.actions.start(this.form);
    });
  }

  /** The sections that stand open. */
  get open(): string[] {
    return this.sections.filter(({ open }) => open).map(({ id }) => id);
  }

  /** Folds the sections as they were left. */
  set open(ids: readonly string[]) {
    for (const section of this.sections) section.open = ids.includes(section.id);
  }

  /** Takes what the host knows; its form only where it knows what was typed last. */
  update(state: StressSidebarState): void {
    this.presets = state.presets;
    this.busy = state.live !== undefined;
    this.start.setDisabled(this.busy);
    this.prepare.setDisabled(this.busy);
    // connections come and go while the view is shown
    this.maker.offer('target', targetOptions(state.targets));
    if (this.unanswered > 0) return this.showPresets(this.preset.value);
    this.form = state.form;
    this.showPresets(state.presetId);
    for (const field of this.maker.fields.values()) field.set(this.form);
    this.showVerdict(state.verdict);
    this.showHidden();
  }

  private showPresets(chosen: string | undefined): void {
    const option = ({ id, name }: PresetView) => h('option', { value: id }, name);
    const own = this.presets.filter(preset => preset.own);
    const groups = [
      h('optgroup', { label: 'Workshop' }, ...this.presets.filter(preset => !preset.own).map(option)),
      ...(own.length > 0 ? [h('optgroup', { label: 'Your own' }, ...own.map(option))] : []),
    ];
    const known = this.presets.some(({ id }) => id === chosen);
    this.preset.replaceChildren(...(known ? [] : [h('option', { value: '' }, 'Custom')]), ...groups);
    this.preset.value = known && chosen !== undefined ? chosen : '';
    this.showPreset();
  }

  private showPreset(): void {
    const preset = this.presets.find(({ id }) => id === this.preset.value);
    const changed = preset !== undefined && differs(preset.form, this.form);
    const unsaved = preset?.own
      ? 'Changed. Save it again to keep it.'
      : 'Changed. Save it as a preset of your own to keep it.';
    const note = changed ? unsaved : (preset?.description ?? '');
    if (this.presetNote.textContent !== note) this.presetNote.textContent = note;
    this.presetNote.hidden = note === '';
    this.revert.hidden = !changed;
    this.rename.hidden = this.remove.hidden = !preset?.own;
  }

  /** Fills in the chosen preset; the button that took it as it was again goes, so the focus moves on. */
  private choose(): void {
    const preset = this.presets.find(({ id }) => id === this.preset.value);
    if (!preset) return;
    if (document.activeElement === this.revert) this.preset.focus();
    this.form = { ...preset.form, target: this.form.target };
    for (const field of this.maker.fields.values()) field.set(this.form);
    this.showPreset();
    this.showHidden();
    this.check();
  }

  private edited(): void {
    for (const field of this.maker.fields.values()) this.form = { ...this.form, ...field.get() };
    this.showPreset();
    this.showHidden();
    this.check();
  }

  /** The host says what is wrong; an answer that a later one has overtaken is dropped. */
  private check(): void {
    const number = ++this.checks;
    this.unanswered++;
    const checked = this.actions.check(this.form, this.preset.value || null).finally(() => this.unanswered--);
    void checked.then(verdict => {
      if (number === this.checks) this.showVerdict(verdict);
    });
  }

  private showVerdict({ problems, summary, cost }: FormVerdict): void {
    this.problems = problems.length;
    this.maker.showProblems(problems);
    for (const section of this.sections)
      section.classList.toggle('wrong', section.querySelector('[aria-invalid="true"]') !== null);
    this.summary.textContent =
      problems.length === 0
        ? summary
        : `${problems.length === 1 ? 'One field' : `${problems.length} fields`} to correct.`;
    this.summary.classList.toggle('bad', problems.length > 0);
    this.cost.textContent = cost ?? '';
    this.cost.hidden = cost === undefined;
  }

  private showHidden(): void {
    const hidden = hiddenFields(this.form);
    for (const [name, { element }] of this.maker.fields) element.hidden = hidden.has(name);
  }

  /** Moves the focus to Start. */
  focusStart(): void {
    focusOnNews(this.start.element);
  }

  private focusProblem(): void {
    const wrong = this.element.querySelector<HTMLElement>('[aria-invalid="true"]');
    const section = wrong?.closest('details');
    if (section) section.open = true;
    wrong?.focus();
  }

  private onPreset(act: (id: string) => void): void {
    if (this.preset.value) act(this.preset.value);
  }

  private async chooseModule(): Promise<void> {
    const file = await this.actions.chooseModule();
    if (file === null) return;
    this.form = { ...this.form, module: file };
    this.maker.fields.get('module')?.set(this.form);
    this.check();
  }
}

/** Whether a form is another than its preset's; the target is the user's in any case. */
function differs(preset: StressForm, form: StressForm): boolean {
  return (Object.keys(preset) as (keyof StressForm)[]).some(name => name !== 'target' && preset[name] !== form[name]);
}
