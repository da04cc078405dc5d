import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { SETTINGS, SETTINGS_SECTION } from './contributions';

export type Scale = 'laptop' | 'full';

export interface WorkshopSettings {
  scale: Scale;
  /** Absolute folder; the extension's own storage when the user named none. */
  dataDir: string;
  port: number;
  lambdaPort: number;
}

/** Folders with chapters of the user's own; those of a workspace count in trusted workspaces only, which the manifest declares. */
export function chapterFolders(): string[] {
  const value = vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.chapterFolders);
  const home = os.homedir();
  const base = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? home;
  return (Array.isArray(value) ? value : [])
    .filter((folder): folder is string => typeof folder === 'string' && folder.trim() !== '')
    .map(folder => path.resolve(base, folder.trim().replace(/^~(?=$|[\\/])/, home)));
}

/** The settings as they are now. Values of the wrong type count as not set. */
export function readSettings(defaultDataDir: string): WorkshopSettings {
  const section = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const dataDir = section.get<unknown>(SETTINGS.dataDirectory);
  return {
    scale: section.get<unknown>(SETTINGS.scale) === 'full' ? 'full' : 'laptop',
    dataDir: typeof dataDir === 'string' && dataDir.trim() !== '' ? dataDir.trim() : defaultDataDir,
    port: portNumber(section.get<unknown>(SETTINGS.port)),
    lambdaPort: portNumber(section.get<unknown>(SETTINGS.lambdaPort)),
  };
}

function portNumber(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535 ? value : 0;
}
