import * as vscode from 'vscode';
import { Emitter } from '../../base/events';
import { checkForm, FORM_LIMITS } from '../../core/stress-view/form';
import { plansOfForm } from '../../core/stress-view/form-plan';
import { planSummary } from '../../core/stress-view/plan-facts';
import { formOfPlan } from '../../core/stress-view/plan-form';
import { costText } from '../../core/stress-view/cost-text';
import { endOf } from '../../core/stress-view/run-record';
import type { WindowRun } from '../../core/stress-view/window-run';
import { RETRY_POLICIES } from '../../core/stress/retry-policies';
import type { FormVerdict, StressForm } from '../../protocol/stress-form';
import type { NoticeView, StressSidebarState, TargetChoice } from '../../protocol/stress-view';
import { isCancellation } from '../errors';
import type { CloudWatchDesk } from './cloud-watch';
import type { PresetStore } from './preset-store';
import type { StressRunner } from './start-run';
import type { StressTargets } from './stress-targets';
import { stressErrors } from './errors';

export interface DeskContext {
  run: WindowRun;
  runner: StressRunner;
  targets: StressTargets;
  presets: PresetStore;
  cloudWatch: CloudWatchDesk;
  /** Shows finished runs in the report panel. */
  showRuns: (ids: readonly string[]) => void;
}

/** What commands and views do with runs, presets and the form; one for the window. */
export class StressDesk {
  private readonly changed = new Emitter<void>();
  /** Presets or the form changed by other means than typing into it. */
  readonly onDidChange = this.changed.event;
  readonly run: WindowRun;
  readonly presets: PresetStore;
  readonly cloudWatch: CloudWatchDesk;
  readonly showRuns: DeskContext['showRuns'];

  constructor(private readonly context: DeskContext) {
    this.run = context.run;
    this.presets = context.presets;
    this.cloudWatch = context.cloudWatch;
    this.showRuns = context.showRuns;
  }

  /** Starts the runs of a form; several of them are compared at the end. @returns what became of a single one */
  async start(form: StressForm): Promise<NoticeView | undefined> {
    const [id, ...others] = await this.startAndKeep(form);
    return id === undefined || others.length > 0 ? undefined : this.endOf(id);
  }

  /** What became of a run that is kept. */
  async endOf(id: string): Promise<NoticeView | undefined> {
    const { rows } = await this.run.history.list();
    const row = rows.find(each => each.id === id);
    return row && endOf(row);
  }

  /** @returns ids of the runs that were made. */
  async startAndKeep(form: StressForm): Promise<string[]> {
    try {
      const ids = await this.context.runner.start(form);
      if (ids.length > 1) this.showRuns(ids);
      return ids;
    } catch (error) {
      if (isCancellation(error)) return [];
      throw error;
    }
  }

  async prepare(form: StressForm): Promise<NoticeView | undefined> {
    try {
      const made = await this.context.runner.prepareOnly(form);
      if (!made) return undefined;
      const message =
        made.length === 0
          ? vscode.l10n.t('Everything that the run needs was there already.')
          : vscode.l10n.t('Made: {0}.', made.join(', '));
      return { tone: 'good', message };
    } catch (error) {
      if (isCancellation(error)) return undefined;
      throw error;
    }
  }

  /** What is to be said of a form while it is filled in. */
  verdict(form: StressForm): FormVerdict {
    const problems = checkForm(form);
    if (problems.length > 0) return { problems, summary: '' };
    const plans = plansOfForm(form);
    const [first] = plans;
    const several = plans.length > 1 ? `${plans.length} × ` : '';
    const profile = this.context.targets.profiles.find(({ id }) => id === form.target);
    return {
      problems: profile ? [] : [{ field: 'target', message: vscode.l10n.t('Choose a target.') }],
      summary: first ? several + planSummary(first) : '',
      ...(profile?.kind === 'aws' && { cost: costText(plans, profile.region) }),
    };
  }

  keepDraft(form: StressForm, presetId: string | undefined): void {
    this.presets.keepDraft(form, presetId);
  }

  async savePreset(name: string, form: StressForm): Promise<void> {
    const { id } = await this.presets.save(name, { ...form, name });
    this.presets.keepDraft({ ...form, name }, id);
    this.changed.fire();
  }

  async renamePreset(id: string, name: string): Promise<void> {
    await this.presets.rename(id, name);
    this.changed.fire();
  }

  async removePreset(id: string): Promise<void> {
    await this.presets.remove(id);
    this.changed.fire();
  }

  /** Puts a preset into the form. @throws CodedError `STRESS_PRESET_UNKNOWN`. */
  choosePreset(id: string): StressForm {
    const preset = this.presets.get(id);
    if (!preset) throw stressErrors.unknownPreset(id);
    const form = { ...preset.form, target: this.presets.draft.form.target };
    this.presets.keepDraft(form, id);
    this.changed.fire();
    return form;
  }

  /** Puts a run's plan into the form. Rejects with `STRESS_RUN_GONE`. */
  async reuse(id: string): Promise<void> {
    const record = await this.run.history.get(id);
    if (!record) throw stressErrors.runGone();
    const { targets } = this.context;
    const target = targets.profiles.find(({ name }) => name === record.targetName) ?? targets.profiles[0];
    this.presets.keepDraft(formOfPlan(record.result.plan, target?.id ?? 'local'), undefined);
    this.changed.fire();
  }

  /** Everything that the side bar shows. */
  async sidebarState(notice: NoticeView | undefined): Promise<StressSidebarState> {
    const { rows, unreadable } = await this.run.history.list();
    const { form, presetId } = this.presets.draft;
    const targets = this.targetChoices();
    const known = targets.some(({ id }) => id === form.target);
    const shown = known ? form : { ...form, target: targets[0]?.id ?? 'local' };
    const { live } = this.run;
    const cloudWatch = this.cloudWatch.current;
    return {
      surface: 'sidebar',
      targets,
      policies: RETRY_POLICIES.map(({ id, name, description }) => ({ id, name, description })),
      presets: this.presets.all(),
      limits: FORM_LIMITS,
      ...(presetId !== undefined && { presetId }),
      form: shown,
      verdict: this.verdict(shown),
      ...(live && { live, series: this.run.series() }),
      history: rows,
      unreadable,
      ...(notice && { notice }),
      ...(cloudWatch && { cloudWatch }),
    };
  }

  private targetChoices(): TargetChoice[] {
    return this.context.targets.profiles.map(({ id, name, kind, host, region, environment }) => ({
      id,
      name,
      kind,
      detail:
        kind === 'local'
          ? vscode.l10n.t('Embedded cluster on this machine, started on demand; costs nothing.')
          : `${host}, ${region}, ${environment}`,
    }));
  }
}
