import { spawnSync, type SpawnSyncOptions, type SpawnSyncReturns } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { windowsShellLine } from '../node/windows-shell';
import { repositoryRoot } from './repository';

/** VS Code's server build from a package, and the Node.js it needs. */
export interface OfflineVsCode {
  node: string;
  /** Folder that holds `out/server-main.js`. */
  server: string;
}

const CODE_SERVER = `code-server@${process.env.CODE_SERVER_VERSION ?? '4.139.1'}`;
const NODE_VERSION = process.env.NODE24_VERSION ?? '24.21.0';
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];
/** The two native modules the server misses at once: its log and the extension host's watchdog. */
const NATIVE = ['@vscode/spdlog', '@vscode/native-watchdog'];

/** Where it is put; ignored by git. */
export const offlineFolder = (): string => path.join(repositoryRoot(), '.vscode-offline');

/** True on Linux, where no desktop VS Code can be taken for granted. Elsewhere there is one, or it is downloaded. */
export function offlineVsCodeSupported(): boolean {
  return process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
}

/**
 * Puts a real VS Code (the server build inside the package code-server) under `.vscode-offline/`, from the package registry alone. Takes
 * about 45 s and 800 MB once; does nothing when that version is there. Throws with the command that failed.
 */
export function installOfflineVsCode(say: (text: string) => void): OfflineVsCode {
  const folder = offlineFolder();
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const found: OfflineVsCode = {
    node: path.join(folder, 'node_modules', nodePackage, 'bin', 'node'),
    server: path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode'),
  };
  const want = `${CODE_SERVER} ${nodePackage}@${NODE_VERSION}`;
  const stamp = path.join(folder, 'installed');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === want) return found;
  say('Installing VS Code from packages (once, about a minute, 800 MB)…');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
  // --ignore-scripts: the package's own postinstall refuses Node 20 and compiles modules that are not needed here
  npm(['install', '--ignore-scripts', ...QUIET, CODE_SERVER, `${nodePackage}@${NODE_VERSION}`], folder);
  npm(['install', '--omit=dev', '--ignore-scripts', ...QUIET], found.server);
  npm(['install', '--omit=dev', '--ignore-scripts', ...QUIET], path.join(found.server, 'extensions'));
  const nodeFolder = path.dirname(path.dirname(found.node));
  npm(['rebuild', ...QUIET, ...NATIVE], found.server, {
    PATH: `${path.join(nodeFolder, 'bin')}${path.delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: nodeFolder,
  });
  fs.writeFileSync(stamp, want);
  return found;
}

/** Runs a program to its end. On Windows those of npm and VS Code are scripts, which only the shell starts. */
export function runProgram(file: string, args: readonly string[], options: SpawnSyncOptions): SpawnSyncReturns<string> {
  if (process.platform !== 'win32') return spawnSync(file, args, { ...options, encoding: 'utf8' });
  return spawnSync(windowsShellLine([file, ...args]), { ...options, encoding: 'utf8', shell: true });
}

/** Runs npm; its own variables from an outer `npm run` are kept out. */
export function npm(args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): void {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(registry|cache|_))/i.test(name)),
  );
  const result = runProgram('npm', args, { cwd, env: { ...inherited, ...env } });
  if (result.status !== 0)
    throw new Error(
      `npm ${args.join(' ')} failed:\n${result.error?.message ?? result.stderr.trim().split('\n').slice(-15).join('\n')}`,
    );
}
