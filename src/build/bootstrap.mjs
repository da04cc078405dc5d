// `npm start`, `npm test`, `npm run code` and `npm pack`, each alone on a fresh machine with Node and npm: installs what is missing,
// builds what is stale, runs. Plain Node without dependencies, because nothing is installed yet when it starts.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const [task, ...rest] = process.argv.slice(2);

const [major, minor] = process.versions.node.split('.').map(Number);
// as `engines` in package.json says
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `DSQL Workshop needs Node.js 20.19 or later; this is ${process.version}.\nInstall a current Node.js (https://nodejs.org) and run the command again.`,
  );
  process.exit(1);
}

/** Runs a command with our terminal; ends this process with its exit code when it fails. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) {
    console.error(`cannot run ${command}: ${result.error.message}`);
    process.exit(1);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function hash(files) {
  const digest = createHash('sha256');
  for (const file of files)
    digest
      .update(file)
      .update('\0')
      .update(fs.readFileSync(path.join(root, file)))
      .update('\0');
  return digest.digest('hex');
}

function filesUnder(folder) {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .filter(file => !file.includes('node_modules'))
    .sort();
}

/** `npm ci` when node_modules does not belong to this lock file. */
function install() {
  const stamp = path.join(root, 'node_modules', '.workshop-lock');
  const want = hash(['package.json', 'package-lock.json']);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === want) return;
  console.log('Installing packages (once)…');
  const npm = process.env.npm_execpath;
  // no install script is needed: PostgreSQL's links are laid at first start, esbuild's binary lies in its own package
  // development's packages in every environment: bundles are made of them
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if (npm && /\.c?js$/.test(npm)) run(process.execPath, [npm, ...args]);
  else if (process.platform === 'win32') run(['npm', ...args].join(' '), [], { shell: true });
  else run('npm', args);
  fs.writeFileSync(stamp, want);
}

/** Bundles when a source is newer than the bundles. */
function bundle() {
  const stamp = path.join(root, 'dist', '.built');
  const want = hash(['package-lock.json', ...filesUnder('src'), ...filesUnder('webview')]);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === want) return;
  run(process.execPath, ['src/build/bundle.mjs']);
  fs.writeFileSync(stamp, want);
}

const tasks = {
  start: () => run(process.execPath, ['dist/cli.js', 'run', ...rest]),
  test: () => run(process.execPath, ['--import', 'tsx', 'test/run.ts', ...rest]),
  code: () => run(process.execPath, ['--import', 'tsx', 'src/build/code.ts', ...rest]),
  // npm itself packs, what package.json lists
  pack: () => undefined,
};
if (!Object.hasOwn(tasks, task)) {
  console.error(`usage: bootstrap.mjs ${Object.keys(tasks).join('|')}`);
  process.exit(2);
}
install();
// builds leave the parts of the one before, which nobody packs
if (task === 'pack') fs.rmSync(path.join(root, 'dist'), { recursive: true, force: true });
bundle();
tasks[task]();
