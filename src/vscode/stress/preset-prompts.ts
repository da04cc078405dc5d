import * as vscode from 'vscode';
import type { StressForm } from '../../protocol/stress-form';
import type { StressDesk } from './stress-desk';
import { askInDialog } from '../webviews/focused-view';

/** Asks for a name and saves the form as a preset of the user's. */
export async function savePreset(desk: StressDesk, form: StressForm): Promise<void> {
  const name = await askForName(desk, vscode.l10n.t('Save as Preset'), form.name);
  if (name !== undefined) await desk.savePreset(name, form);
}

/** Asks for another name of one of the user's presets. */
export async function renamePreset(desk: StressDesk, id: string): Promise<void> {
  const preset = desk.presets.get(id);
  if (!preset?.own) return;
  const name = await askForName(desk, vscode.l10n.t('Rename Preset'), preset.name, id);
  if (name !== undefined) await desk.renamePreset(id, name);
}

/** Asks before something is deleted for good. */
export async function confirmDelete(name: string): Promise<boolean> {
  const yes = vscode.l10n.t('Delete');
  return (await askInDialog(vscode.l10n.t('Delete “{0}”?', name), {}, yes)) === yes;
}

async function askForName(desk: StressDesk, title: string, value: string, id?: string): Promise<string | undefined> {
  const taken = (name: string) => {
    const other = desk.presets.byName(name.trim());
    return other !== undefined && other.id !== id;
  };
  const name = await vscode.window.showInputBox({
    title,
    value,
    prompt: vscode.l10n.t('Presets follow you over all workspaces.'),
    validateInput: text => {
      if (text.trim() === '' || text.length > 80) return vscode.l10n.t('A name of 1 to 80 characters is needed.');
      if (!taken(text)) return undefined;
      const message = vscode.l10n.t('A preset of this name is there already.');
      if (id !== undefined) return message;
      return {
        message: `${message} ${vscode.l10n.t('It is replaced.')}`,
        severity: vscode.InputBoxValidationSeverity.Info,
      };
    },
  });
  return name?.trim();
}
