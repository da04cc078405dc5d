import * as vscode from 'vscode';
import { SETTINGS, SETTINGS_SECTION } from './contributions';
import type { ErrorReporter } from './errors';
import { priceFaults, settingFault, type SettingSchema } from './setting-faults';

interface Manifest {
  contributes: { configuration: readonly { properties: Readonly<Record<string, SettingSchema>> }[] };
}

const PRICES = `${SETTINGS_SECTION}.${SETTINGS.prices}`;

/** Tells what is wrong with settings now and whenever they change, each value once. */
export function watchSettings(manifest: Manifest, errors: Pick<ErrorReporter, 'show'>): vscode.Disposable {
  const told = new Set<string>();
  const look = (): void => {
    const settings = vscode.workspace.getConfiguration();
    for (const { properties } of manifest.contributes.configuration)
      for (const [key, schema] of Object.entries(properties)) {
        const value = settings.get<unknown>(key);
        const faults = key === PRICES ? priceFaults(key, value) : [settingFault(key, value, schema)];
        for (const fault of faults) {
          if (!fault || told.has(fault.message)) continue;
          told.add(fault.message);
          errors.show(fault);
        }
      }
  };
  look();
  return vscode.workspace.onDidChangeConfiguration(event => event.affectsConfiguration(SETTINGS_SECTION) && look());
}
