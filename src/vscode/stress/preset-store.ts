import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import { WORKSHOP_PRESETS } from '../../core/stress-view/presets';
import { readForm, readPreset } from '../../core/stress-view/stored-form';
import type { PresetView, StressForm } from '../../protocol/stress-form';

const PRESETS_KEY = 'dsqlWorkshop.stressPresets';
const FORM_KEY = 'dsqlWorkshop.stressForm';
const MAX_PRESETS = 100;

/**
 * The presets of the workshop and the user's own, and the form as it was left. They follow the user, not the workspace; but a form that was
 * filled in here is this window's, whatever is filled in elsewhere meanwhile.
 */
export class PresetStore {
  private filledIn: { form: StressForm; presetId?: string } | undefined;

  /** @param onUnkept is told when the editor cannot keep the form for the next window. */
  constructor(
    private readonly state: vscode.Memento,
    private readonly onUnkept: (error: unknown) => void,
  ) {}

  /** The workshop's first, then the user's in the order they were saved. */
  all(): PresetView[] {
    return [...WORKSHOP_PRESETS, ...this.own()];
  }

  get(id: string): PresetView | undefined {
    return this.all().find(preset => preset.id === id);
  }

  byName(name: string): PresetView | undefined {
    return this.own().find(preset => preset.name === name);
  }

  /** Saves a form under a name; a preset of the user's with that name is replaced. */
  async save(name: string, form: StressForm): Promise<PresetView> {
    const preset = { id: this.byName(name)?.id ?? randomUUID(), name, description: '', own: true, form };
    const others = this.own().filter(({ id }) => id !== preset.id);
    await this.write([...others, preset].slice(-MAX_PRESETS));
    return preset;
  }

  rename(id: string, name: string): Thenable<void> {
    return this.write(this.own().map(preset => (preset.id === id ? { ...preset, name } : preset)));
  }

  remove(id: string): Thenable<void> {
    return this.write(this.own().filter(preset => preset.id !== id));
  }

  /** The form as it was left, and the preset it was made of. */
  get draft(): { form: StressForm; presetId?: string } {
    return (this.filledIn ??= this.keptDraft());
  }

  /** Holds for this window at once, whatever becomes of it for the next. */
  keepDraft(form: StressForm, presetId: string | undefined): void {
    this.filledIn = { form, ...(presetId !== undefined && { presetId }) };
    this.state.update(FORM_KEY, this.filledIn).then(undefined, this.onUnkept);
  }

  private keptDraft(): { form: StressForm; presetId?: string } {
    const kept = this.state.get<unknown>(FORM_KEY);
    if (typeof kept !== 'object' || kept === null) {
      const [first] = WORKSHOP_PRESETS;
      return first ? { form: first.form, presetId: first.id } : { form: readForm(undefined) };
    }
    const { form, presetId } = kept as { form?: unknown; presetId?: unknown };
    return { form: readForm(form), ...(typeof presetId === 'string' && { presetId }) };
  }

  private own(): PresetView[] {
    const kept = this.state.get<unknown>(PRESETS_KEY);
    return Array.isArray(kept) ? kept.map(readPreset).filter(preset => preset !== undefined) : [];
  }

  private write(presets: PresetView[]): Thenable<void> {
    return this.state.update(
      PRESETS_KEY,
      presets.map(({ id, name, form }) => ({ id, name, form })),
    );
  }
}
