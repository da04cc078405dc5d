import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { removeIfPossible } from '../private-file';

/** A process that has said that it lives. */
export interface Presence {
  /** Linux: whose numbers its own is one of. Others cannot tell by it who lives; a container has numbers of its own. */
  namespace?: string;
  leave(): void;
}

/**
 * Says that this process lives, where its number may not tell. On Windows the system gives a number again soon, and tells nobody when a process
 * began; on Linux a process of another container has no number here. A pipe goes with the process that holds it, however that ends.
 * @param name no other process has ever had @param directory that those who ask know, too
 */
export function announcePresence(directory: string, name: string): Presence {
  if (process.platform === 'win32') return { leave: listenAt(name) };
  const namespace = pidNamespace();
  if (namespace === undefined) return { leave: () => undefined };
  const file = fileOf(directory, name);
  try {
    execFileSync('mkfifo', ['-m', '600', file], { stdio: 'ignore' });
    const held = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    return {
      namespace,
      leave: () => {
        fs.closeSync(held);
        removePresence(directory, name);
      },
    };
  } catch {
    // a file system without pipes: the number alone tells, as in former versions
    removePresence(directory, name);
    return { leave: () => undefined };
  }
}

/** Removes what a killed process has left of its presence. */
export function removePresence(directory: string, name: string): void {
  if (process.platform === 'linux') removeIfPossible(fileOf(directory, name));
}

/** Linux: which numbers of processes mean something to this one. */
export function pidNamespace(): string | undefined {
  try {
    return process.platform === 'linux' ? fs.readlinkSync('/proc/self/ns/pid') : undefined;
  } catch {
    return undefined;
  }
}

function listenAt(name: string): () => void {
  // who looks at it connects, and is gone
  const server = net.createServer(socket => socket.destroy());
  // without it the number alone tells, as in former versions
  server.on('error', () => undefined);
  server.listen(pipeOf(name)).unref();
  return () => void server.close();
}

/** Whether the process that announced itself by this name in this directory lives; undefined where it has left nothing to tell by. */
export function isPresent(directory: string, name: string): boolean | undefined {
  const isWindows = process.platform === 'win32';
  try {
    // a pipe that nobody holds cannot be written to
    const flags = isWindows ? 'r' : fs.constants.O_WRONLY | fs.constants.O_NONBLOCK;
    fs.closeSync(fs.openSync(isWindows ? pipeOf(name) : fileOf(directory, name), flags));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return isWindows ? false : undefined;
    // in use by others who look at it, perhaps
    return code !== 'ENXIO';
  }
}

const fileOf = (directory: string, name: string): string => path.join(directory, `owner.${path.basename(name)}.pipe`);

const pipeOf = (name: string): string => `\\\\.\\pipe\\dsql-workshop-${name}`;
