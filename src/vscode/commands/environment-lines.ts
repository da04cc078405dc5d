/** Environment as lines for the platform's shell: `export` for a POSIX shell, `$env:` for PowerShell on Windows. */
export function environmentLines(environment: Readonly<Record<string, string>>, platform: NodeJS.Platform): string {
  const line =
    platform === 'win32'
      ? (name: string, value: string) => `$env:${name} = '${value.replace(/'/g, "''")}'`
      : (name: string, value: string) => `export ${name}='${value.replace(/'/g, `'\\''`)}'`;
  return Object.entries(environment)
    .map(([name, value]) => `${line(name, value)}\n`)
    .join('');
}
