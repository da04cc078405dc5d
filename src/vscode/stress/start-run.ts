import * as vscode from 'vscode';
import { pause } from '../../base/abort';
import type { Chapter } from '../../core/chapters/contract';
import type { RunPlan } from '../../core/stress/contract';
import { endsSeries } from '../../core/stress/endings';
import { checkForm } from '../../core/stress-view/form';
import { plansOfForm } from '../../core/stress-view/form-plan';
import { untilStill } from '../../core/stress/left-behind';
import { prepareRun } from '../../core/stress-view/preparation';
import type { Activity, WindowRun } from '../../core/stress-view/window-run';
import type { StressForm } from '../../protocol/stress-form';
import { preflight } from '../aws/preflight';
import type { ChapterTarget } from '../ports';
import { stressErrors } from './errors';
import type { StressTargets } from './stress-targets';

export interface RunnerContext {
  run: WindowRun;
  targets: StressTargets;
  loadChapters: () => Promise<Chapter[]>;
}

/** Makes the runs of a form: asks where it costs, prepares what is missing, runs, keeps. */
export class StressRunner {
  private readonly closing = new AbortController();

  constructor(private readonly context: RunnerContext) {}

  /**
   * @returns the ids of the runs that were made; empty when the user gave up. Rejects with `STRESS_FORM_INVALID`, `WORKSPACE_NOT_TRUSTED`, `STRESS_RUN_BUSY`, with
   * errors of the target, and with `CANCELLED` when it was stopped before a run began.
   */
  async start(form: StressForm): Promise<string[]> {
    const plans = plansOf(form);
    const ids: string[] = [];
    await this.within(form, plans, true, async (target, activity) => {
      await this.prepare(plans, target, activity);
      for (const [at, plan] of plans.entries()) {
        await this.waitForLast(target, activity);
        const ordinal = plans.length > 1 ? { number: at + 1, of: plans.length } : undefined;
        const record = await activity.run(
          plan,
          (onSnapshot, signal) => target.ports.stress.run(plan, onSnapshot, signal),
          ordinal,
        );
        ids.push(record.id);
        if (endsSeries(record.result)) break;
      }
    });
    return ids;
  }

  /** Only makes what is missing. @returns what was made, in words; undefined when the user gave up. */
  async prepareOnly(form: StressForm): Promise<string[] | undefined> {
    const plans = plansOf(form);
    return this.within(form, plans, false, (target, activity) => this.prepare(plans, target, activity));
  }

  /** Stops what goes on; nothing can be started any more. */
  close(): void {
    this.closing.abort();
  }

  private async within<T>(
    form: StressForm,
    plans: readonly RunPlan[],
    ask: boolean,
    work: (target: ChapterTarget, activity: Activity) => Promise<T>,
  ): Promise<T | undefined> {
    const { run, targets } = this.context;
    const profile = targets.profile(form.target);
    const agreed = ask
      ? await targets.confirm(profile, plans)
      : await preflight({
          command: plans.some(({ workload }) => workload.type === 'lambda-transfer') ? ['setup', 'deploy'] : 'setup',
          profile,
          callerOf: targets.callerOf,
          question: vscode.l10n.t('Prepare the bank on “{0}”?', profile.name),
          proceed: vscode.l10n.t('Prepare'),
        });
    if (!agreed) return undefined;
    const subject = { name: form.name.trim(), targetName: profile.name, origin: 'sidebar' } as const;
    return run.perform(subject, this.closing.signal, async activity => {
      if (profile.kind === 'local') activity.say(vscode.l10n.t('Starting the local cluster…'));
      const target = await targets.open(profile, plans, activity.signal);
      try {
        return await work(target, activity);
      } finally {
        await target.close();
      }
    });
  }

  private async waitForLast({ ports: { database, stress } }: ChapterTarget, activity: Activity): Promise<void> {
    const left = await stress.left?.();
    const { signal } = activity;
    if (left) await untilStill(left, { database, say: text => activity.say(text), pause, signal });
  }

  private async prepare(plans: readonly RunPlan[], { ports }: ChapterTarget, activity: Activity): Promise<string[]> {
    const [first] = plans;
    if (!first) return [];
    return prepareRun(first, {
      ports,
      chapters: await this.context.loadChapters(),
      onProgress: ({ text, fraction }) => activity.say(text, fraction),
      signal: activity.signal,
    });
  }
}

function plansOf(form: StressForm): RunPlan[] {
  const [problem] = checkForm(form);
  if (problem) throw stressErrors.invalidForm(problem.message);
  if (form.workload === 'custom' && !vscode.workspace.isTrusted) throw stressErrors.notTrusted();
  return plansOfForm(form);
}
