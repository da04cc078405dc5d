import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { OfflineVsCode } from './offline-vscode';

export interface ServerFolders {
  userDataDir: string;
  extensionsDir: string;
}

export interface ServerOptions extends ServerFolders {
  /** Environment of the server and its extension hosts. */
  env?: Record<string, string>;
  args?: string[];
  /** Settings, written when there are none yet. */
  settings?: Record<string, unknown>;
  /** 0 for any free one. */
  port?: number;
  startTimeoutMs?: number;
}

/** A VS Code server on loopback. Whoever knows `token` may use it. */
export interface VsCodeServer {
  port: number;
  token: string;
  pid: number;
  /** Resolves with the exit code or signal. */
  exited: Promise<number | NodeJS.Signals | null>;
  log(): string;
  stop(): Promise<void>;
}

/** The options that keep the server quiet and from looking for anything outside. */
const COMMON = ['--accept-server-license-terms', '--telemetry-level', 'off'];
const folderArgs = ({ userDataDir, extensionsDir }: ServerFolders) => [
  '--server-data-dir',
  userDataDir,
  '--user-data-dir',
  userDataDir,
  '--extensions-dir',
  extensionsDir,
];
const entry = (code: OfflineVsCode) => path.join(code.server, 'out', 'server-main.js');

/**
 * Writes settings where there are none yet: the extension's among those of the machine, where settings of machine scope belong. Among the
 * user's the editor finds them as long as it does not know the extension yet, which one in ten windows does by then.
 */
function writeSettings(userDataDir: string, settings: Record<string, unknown>): void {
  const isOurs = ([name]: [string, unknown]): boolean => name.startsWith('dsqlWorkshop.');
  const all = Object.entries(settings);
  for (const [folder, entries] of [
    ['User', all.filter(entry => !isOurs(entry))],
    ['Machine', all.filter(isOurs)],
  ] as const) {
    const file = path.join(userDataDir, folder, 'settings.json');
    if (entries.length === 0 || fs.existsSync(file)) continue;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(Object.fromEntries(entries), null, 2));
  }
}

/** Starts the server on 127.0.0.1 behind a random connection token, and waits until it listens. */
export async function startVsCodeServer(code: OfflineVsCode, options: ServerOptions): Promise<VsCodeServer> {
  fs.mkdirSync(options.userDataDir, { recursive: true });
  if (options.settings) writeSettings(options.userDataDir, options.settings);
  const token = randomBytes(24).toString('hex');
  const tokenFile = path.join(options.userDataDir, 'connection-token');
  fs.writeFileSync(tokenFile, token, { mode: 0o600 });
  const args = [
    entry(code),
    ...['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--connection-token-file', tokenFile],
    ...COMMON,
    ...folderArgs(options),
    ...(options.args ?? []),
  ];
  const child = spawn(code.node, args, {
    env: { EXTENSIONS_GALLERY: '{}', ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const exited = new Promise<number | NodeJS.Signals | null>(resolve =>
    child.once('exit', (exitCode, signal) => resolve(signal ?? exitCode)),
  );
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(timer);
  };
  const listening = new Promise<number>((resolve, reject) => {
    const onData = (data: Buffer) => {
      log += data.toString();
      const match = /Web UI available at http:\/\/[^:]+:(\d+)/.exec(log);
      if (match) resolve(Number(match[1]));
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('error', reject);
    setTimeout(
      () => reject(new Error(`VS Code's server did not start in time:\n${log}`)),
      options.startTimeoutMs ?? 60_000,
    ).unref();
    void exited.then(how => reject(new Error(`VS Code's server ended (${how}):\n${log}`)));
  });
  try {
    return { port: await listening, token, pid: child.pid ?? 0, exited, log: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One-shot options as of `code` (`--install-extension x.vsix`, `--list-extensions`). @returns what it printed. */
export function runServerCli(code: OfflineVsCode, args: string[], folders: ServerFolders): string {
  fs.mkdirSync(folders.extensionsDir, { recursive: true });
  return execFileSync(code.node, [entry(code), ...COMMON, ...folderArgs(folders), ...args], {
    encoding: 'utf8',
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export interface WorkbenchTarget {
  folder?: string;
  workspace?: string;
  /** Pairs as the workbench takes them in its address. */
  payload?: [string, string][];
}

/** The workbench's address, connection token included. */
export function workbenchUrl(server: Pick<VsCodeServer, 'port' | 'token'>, target: WorkbenchTarget): string {
  const query = new URLSearchParams({ tkn: server.token });
  if (target.folder) query.set('folder', path.resolve(target.folder));
  else if (target.workspace) query.set('workspace', path.resolve(target.workspace));
  else query.set('ew', 'true');
  if (target.payload?.length) query.set('payload', JSON.stringify(target.payload));
  return `http://127.0.0.1:${server.port}/?${query}`;
}

/** A path of this machine as the workbench names it. */
export const remoteUri = (server: Pick<VsCodeServer, 'port'>, file: string): string =>
  `vscode-remote://127.0.0.1:${server.port}${encodeURI(path.resolve(file))}`;
