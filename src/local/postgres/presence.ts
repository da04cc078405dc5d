import fs from 'node:fs';
import net from 'node:net';

/**
 * Says that this process lives, for Windows: there the system gives a number again soon, and tells nobody when a process began. A named
 * pipe goes with the process that holds it, however that ends.
 * @param name no other process has ever had
 * @returns the function that ends it
 */
export function announcePresence(name: string): () => void {
  // who looks at it connects, and is gone
  const server = net.createServer(socket => socket.destroy());
  // without it the number alone tells, as in former versions
  server.on('error', () => undefined);
  server.listen(pipeOf(name)).unref();
  return () => void server.close();
}

/** Whether the process that announced itself by this name lives. */
export function isPresent(name: string): boolean {
  try {
    fs.closeSync(fs.openSync(pipeOf(name), 'r'));
    return true;
  } catch (error) {
    // in use by others who look at it, perhaps
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

const pipeOf = (name: string): string => `\\\\.\\pipe\\dsql-workshop-${name}`;
