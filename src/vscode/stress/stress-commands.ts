import * as vscode from 'vscode';
import { readForm } from '../../core/stress-view/stored-form';
import { MAX_COMPARED, type RunRow } from '../../protocol/stress-view';
import { COMMANDS, VIEWS } from '../contributions';
import type { ErrorReporter } from '../errors';
import { exportFile } from './export-file';
import { exportedComparison, exportedRun } from './export-run';
import { stressErrors } from './errors';
import type { StressDesk } from './stress-desk';

const showView = (): Thenable<unknown> => vscode.commands.executeCommand(`${VIEWS.stress}.focus`);

/** Handlers of the palette's commands. Each takes its answers as arguments too, and then asks nothing. */
export function stressCommands(desk: StressDesk, errors: ErrorReporter) {
  return {
    /** Arguments: id of a preset, fields of the form that differ. Answers with the ids of the runs, at their end. */
    [COMMANDS.startStressRun]: async (preset?: unknown, changes?: unknown): Promise<string[] | undefined> => {
      const id = typeof preset === 'string' ? preset : await pickPreset(desk);
      if (id === undefined) return undefined;
      const form = readForm(changes, desk.choosePreset(id));
      await showView();
      return desk.startAndKeep(form);
    },
    [COMMANDS.stopStressRun]: (): void => {
      if (desk.run.live) desk.run.stop();
      else vscode.window.setStatusBarMessage(vscode.l10n.t('No stress run is under way'), 4_000);
    },
    [COMMANDS.showStressRuns]: showView,
    /** Argument: ids of runs. */
    [COMMANDS.compareRuns]: async (given?: unknown): Promise<void> => {
      const ids = Array.isArray(given) ? given.filter(id => typeof id === 'string') : await pickRuns(desk);
      if (ids && ids.length > 0) desk.showRuns(ids);
    },
    /** Arguments: id of a run, or ids of several that are compared; format, file. Answers with the file. */
    [COMMANDS.exportRun]: async (
      given?: unknown,
      format?: unknown,
      file?: unknown,
    ): Promise<vscode.Uri | undefined> => {
      const ids = idsOf(given) ?? (await pickRun(desk));
      if (ids === undefined) return undefined;
      const found = await Promise.all(ids.map(id => desk.run.history.get(id)));
      const records = found.filter(record => record !== undefined);
      const [first, second] = records;
      if (!first) throw stressErrors.runGone();
      return exportFile(second ? exportedComparison(records) : exportedRun(first.result), errors, {
        ...(typeof format === 'string' && { format }),
        ...(file instanceof vscode.Uri && { uri: file }),
      });
    },
  };
}

/** Ids that a command was given. */
function idsOf(given: unknown): string[] | undefined {
  if (typeof given === 'string') return [given];
  return Array.isArray(given) ? given.filter(id => typeof id === 'string').slice(0, MAX_COMPARED) : undefined;
}

async function pickPreset(desk: StressDesk): Promise<string | undefined> {
  const items = desk.presets.all().map(({ id, name, description, own }) => ({
    label: name,
    detail: description,
    ...(own && { description: vscode.l10n.t('your own') }),
    id,
  }));
  const item = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Start which stress run?'),
    matchOnDetail: true,
  });
  return item?.id;
}

const runItem = (row: RunRow) => ({
  label: row.name,
  description: new Date(row.startedAt).toLocaleString(),
  detail: `${row.targetName} · ${Math.round(row.throughput).toLocaleString('en-US')}/s · ${row.verdict.text}`,
  id: row.id,
});

async function pickRun(desk: StressDesk): Promise<string[] | undefined> {
  const { rows } = await desk.run.history.list();
  if (rows.length === 0) return noRuns();
  const item = await vscode.window.showQuickPick(rows.map(runItem), { title: vscode.l10n.t('Export which run?') });
  return item && [item.id];
}

async function pickRuns(desk: StressDesk): Promise<string[] | undefined> {
  const { rows } = await desk.run.history.list();
  if (rows.length < 2) return noRuns();
  const items = await vscode.window.showQuickPick(rows.map(runItem), {
    title: vscode.l10n.t('Compare which runs? The earliest is what the others are held to.'),
    placeHolder: vscode.l10n.t('Choose two or more, at most {0}', MAX_COMPARED),
    canPickMany: true,
    matchOnDetail: true,
  });
  if (!items || items.length === 0) return undefined;
  return items
    .slice(0, MAX_COMPARED)
    .map(({ id }) => id)
    .sort();
}

function noRuns(): undefined {
  void vscode.window.showInformationMessage(
    vscode.l10n.t('There are not enough runs yet: start one in the Stress view.'),
  );
  return undefined;
}
