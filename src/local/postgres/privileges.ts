import fs from 'node:fs';
import path from 'node:path';

/** The account PostgreSQL runs as when the owner is root, which PostgreSQL refuses. The ids need not exist in /etc/passwd. */
export interface UnprivilegedUser {
  uid: number;
  gid: number;
}

const NOBODY: UnprivilegedUser = { uid: 65534, gid: 65534 };

/**
 * The account to switch to: the owner of the data directory, or nobody when root owns it. Undefined for an ordinary user and on
 * Windows.
 */
export function unprivilegedUser(dataDir: string): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = fs.statSync(dataDir);
  return uid === 0 ? NOBODY : { uid, gid };
}

/** Whether `user` may search every directory on the way to `target`, `target` included where it is a directory. */
export function canTraverse(user: UnprivilegedUser, target: string): boolean {
  let real: string;
  try {
    real = fs.realpathSync(target);
  } catch {
    return false;
  }
  for (let folder = real; ; folder = path.dirname(folder)) {
    const stat = fs.statSync(folder);
    const execute = stat.uid === user.uid ? 0o100 : stat.gid === user.gid ? 0o010 : 0o001;
    if (stat.isDirectory() && (stat.mode & execute) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/** Makes a folder that other accounts can enter, also where the umask grants them nothing. */
export function makeReachable(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  if ((fs.statSync(folder).mode & 0o755) !== 0o755) fs.chmodSync(folder, 0o755);
}

/** Gives a directory tree to `user`, links included. */
export function giveTree(user: UnprivilegedUser, directory: string): void {
  fs.lchownSync(directory, user.uid, user.gid);
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const child = path.join(directory, entry.name);
    if (entry.isDirectory()) giveTree(user, child);
    else fs.lchownSync(child, user.uid, user.gid);
  }
}
