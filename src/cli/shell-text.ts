import { shellWord } from '../core/connections/shell-word';

/** Shells `local env` writes for; `json` for programs. */
export const SHELLS = ['sh', 'fish', 'powershell', 'json'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * Statements that set and unset environment variables, for `eval "$(…)"` or its like. Every value is quoted so that the shell takes it
 * literally. JSON holds what is set only.
 */
export function shellText(variables: Readonly<Record<string, string>>, unset: readonly string[], shell: Shell): string {
  if (shell === 'json') return `${JSON.stringify(variables, undefined, 2)}\n`;
  const set = Object.entries(variables).map(([name, value]) => setting(name, value, shell));
  return [...unset.map(name => unsetting(name, shell)), ...set].map(line => `${line}\n`).join('');
}

/** A path within a command that is pasted into a shell of this machine: in quotes where it needs them. */
export function pathInShell(file: string): string {
  if (process.platform !== 'win32') return shellWord(file);
  return /^[\w./\\:~-]+$/.test(file) ? file : `"${file}"`;
}

function unsetting(name: string, shell: Exclude<Shell, 'json'>): string {
  if (shell === 'sh') return `unset ${name}`;
  return shell === 'fish' ? `set -e ${name}` : `Remove-Item Env:${name}`;
}

function setting(name: string, value: string, shell: Exclude<Shell, 'json'>): string {
  switch (shell) {
    case 'sh':
      return `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
    case 'fish':
      return `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    case 'powershell':
      return `$env:${name} = '${value.replaceAll("'", "''")}'`;
  }
}
