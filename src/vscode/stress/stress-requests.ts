import * as vscode from 'vscode';
import type { Handlers } from '../../base/rpc';
import { readForm } from '../../core/stress-view/stored-form';
import { RUN_ID } from '../../core/stress-view/run-record';
import type { StressForm } from '../../protocol/stress-form';
import { MAX_COMPARED, type NoticeView, type StressHostSide, type StressState } from '../../protocol/stress-view';
import { COMMANDS } from '../contributions';
import { textParam } from '../webviews/view-params';
import { stressErrors } from './errors';
import { confirmDelete, renamePreset, savePreset } from './preset-prompts';
import type { StressDesk } from './stress-desk';

/** What the user asked for in a view; what comes of it is told there. */
export type RequestedWork = () => Promise<NoticeView | undefined | void> | undefined | void;

/** What a view is of its own: its state, and what to do when the user is told something. */
export interface RequestingView {
  state: () => Promise<StressState>;
  /** Runs what the user asked for in the view; its failure is shown there. */
  guard: (work: RequestedWork) => Promise<void>;
}

/** The requests of both stress views. Params are checked here, whatever the view's types promise. */
export function stressHandlers(desk: StressDesk, { state, guard }: RequestingView): Handlers<StressHostSide> {
  return {
    load: state,
    check: params => {
      const form = formParam(params);
      const presetId = (params as { presetId?: unknown }).presetId;
      desk.keepDraft(form, typeof presetId === 'string' ? presetId.slice(0, 100) : undefined);
      return desk.verdict(form);
    },
    start: params => guard(() => desk.start(formParam(params))),
    prepare: params => guard(() => desk.prepare(formParam(params))),
    stop: () => desk.run.stop(),
    savePreset: params => guard(() => savePreset(desk, formParam(params))),
    renamePreset: params => guard(() => renamePreset(desk, textParam(params, 'id'))),
    deletePreset: params =>
      guard(async () => {
        const preset = desk.presets.get(textParam(params, 'id'));
        if (preset?.own && (await confirmDelete(preset.name))) await desk.removePreset(preset.id);
      }),
    chooseModule: async () => {
      const [uri] =
        (await vscode.window.showOpenDialog({
          title: vscode.l10n.t('Module of the Workload'),
          filters: { [vscode.l10n.t('Modules')]: ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'] },
        })) ?? [];
      return uri?.fsPath ?? null;
    },
    openRun: params => guard(() => desk.showRuns([idParam(params)])),
    deleteRun: params =>
      guard(async () => {
        const id = idParam(params);
        const record = await desk.run.history.get(id);
        if (!record || (await confirmDelete(record.result.plan.name))) await desk.run.history.remove(id);
      }),
    compare: params => guard(() => desk.showRuns(idsParam(params))),
    export: async params => {
      await vscode.commands.executeCommand(COMMANDS.exportRun, idParam(params));
    },
    exportComparison: async params => {
      await vscode.commands.executeCommand(COMMANDS.exportRun, idsParam(params));
    },
    reuse: params =>
      guard(async () => {
        await desk.reuse(idParam(params));
        await vscode.commands.executeCommand(COMMANDS.showStressRuns);
      }),
    lookAtCloudWatch: params => guard(() => desk.cloudWatch.look(idParam(params))),
    stopCloudWatch: params => desk.cloudWatch.stop(idParam(params)),
    dismissNotice: () => guard(() => undefined),
  };
}

function formParam(params: unknown): StressForm {
  const form = typeof params === 'object' && params !== null ? (params as { form?: unknown }).form : undefined;
  if (typeof form !== 'object' || form === null) throw stressErrors.badRequest('no form');
  return readForm(form);
}

function idParam(params: unknown): string {
  const id = textParam(params, 'id', 40);
  if (!RUN_ID.test(id)) throw stressErrors.badRequest('no valid "id"');
  return id;
}

function idsParam(params: unknown): string[] {
  const ids = typeof params === 'object' && params !== null ? (params as { ids?: unknown }).ids : undefined;
  if (!Array.isArray(ids) || ids.length === 0) throw stressErrors.badRequest('no valid "ids"');
  return ids.slice(0, MAX_COMPARED).map(id => idParam({ id: id as unknown }));
}
