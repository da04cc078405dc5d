import { createVSIX, listFiles } from '@vscode/vsce';
import fs from 'node:fs';
import path from 'node:path';
import { nativeNotices } from './native-notices';
import { npm } from './offline-vscode';
import { packageReadme } from './package-readme';
import { repositoryRoot } from './repository';
import type { VsixTarget } from './vsix-target';

/** What goes into the package beside the native packages. `dist/` must have been built. */
export const SHIPPED = [
  'dist',
  'workshop',
  'media',
  'package.nls.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  '.vscodeignore',
] as const;

interface Manifest {
  version: string;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  [field: string]: unknown;
}

/**
 * Packages the extension for one platform: bundles, content, and as node_modules only what cannot be bundled (esbuild and PostgreSQL's
 * binaries). It is laid out in a folder of its own first, because the repository's node_modules is that of this machine and of development.
 * @returns the file's path, below `out/`.
 */
export async function packageVsix(target: VsixTarget, say: (text: string) => void = () => undefined): Promise<string> {
  const root = repositoryRoot();
  const staged = path.join(root, 'out', 'package', target.name);
  fs.rmSync(staged, { recursive: true, force: true });
  fs.mkdirSync(staged, { recursive: true });
  for (const name of SHIPPED) {
    const from = path.join(root, name);
    if (!fs.existsSync(from))
      throw new Error(`${name} is missing${name === 'dist' ? ': run "npm run build" first' : ''}`);
    fs.cpSync(from, path.join(staged, name), { recursive: true, filter: file => !isOldPart(root, file) });
  }
  const readme = path.join(staged, 'README.md');
  fs.writeFileSync(readme, packageReadme(fs.readFileSync(readme, 'utf8')));
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
  const native = nativePackages(manifest, target);
  const shipped = Object.fromEntries(
    Object.entries(manifest).filter(
      // `files` is npm's list; vsce refuses it beside .vscodeignore
      ([field]) => !['devDependencies', 'optionalDependencies', 'scripts', 'files'].includes(field),
    ),
  );
  fs.writeFileSync(path.join(staged, 'package.json'), JSON.stringify({ ...shipped, dependencies: native }, null, 2));
  layNativePackages(root, staged, native, target, say);
  fs.appendFileSync(
    path.join(staged, 'dist', 'THIRD-PARTY-NOTICES.txt'),
    nativeNotices(await listFiles({ cwd: staged }), native[target.postgres]),
  );
  const file = path.join(root, 'out', `dsql-workshop-${target.name}-${manifest.version}.vsix`);
  fs.rmSync(file, { force: true });
  say(`Packaging ${path.basename(file)}…`);
  await createVSIX({
    cwd: staged,
    packagePath: file,
    target: target.name,
    allowMissingRepository: true,
    skipLicense: true,
    rewriteRelativeLinks: false,
  });
  return file;
}

/** True for a part of a bundle (src/build/parts.mjs) that is kept in `dist/` for processes of the build before only. */
function isOldPart(root: string, file: string): boolean {
  const name = path.basename(file);
  if (path.dirname(file) !== path.join(root, 'dist') || !name.startsWith('part-')) return false;
  const parts = JSON.parse(fs.readFileSync(path.join(root, 'dist', 'parts.json'), 'utf8')) as string[];
  return !parts.includes(name);
}

/** Name and version of the packages that ship as they are. */
function nativePackages(manifest: Manifest, target: VsixTarget): Record<string, string> {
  const esbuild = manifest.dependencies.esbuild;
  const postgres = manifest.optionalDependencies[target.postgres];
  if (!esbuild || !postgres) throw new Error(`package.json names no version of esbuild or ${target.postgres}`);
  return { esbuild, [target.esbuild]: esbuild, [target.postgres]: postgres };
}

/** Copies the packages where this machine has them; those of another platform are fetched. */
function layNativePackages(
  root: string,
  staged: string,
  native: Record<string, string>,
  target: VsixTarget,
  say: (text: string) => void,
): void {
  const folder = (base: string, name: string) => path.join(base, 'node_modules', name);
  if (Object.keys(native).every(name => fs.existsSync(folder(root, name)))) {
    for (const name of Object.keys(native))
      fs.cpSync(folder(root, name), folder(staged, name), { recursive: true, verbatimSymlinks: true });
  } else {
    say(`Fetching the binaries for ${target.name}…`);
    npm(
      [
        'install',
        '--ignore-scripts',
        '--omit=dev',
        '--force',
        `--os=${target.os}`,
        `--cpu=${target.cpu}`,
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ],
      staged,
    );
  }
  removeSymbolicLinks(path.join(staged, 'node_modules'));
}

/** A package holds no links; PostgreSQL's are laid again at its first start. */
function removeSymbolicLinks(folder: string): void {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) fs.rmSync(path.join(entry.parentPath, entry.name));
  }
}
