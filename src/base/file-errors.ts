/** What an error of the file system says beside its message, as Node writes it. */
interface FileError {
  code?: unknown;
  syscall?: unknown;
  path?: unknown;
  /** Of copies and renamings: where to. */
  dest?: unknown;
}

/** What to do about an error of the file system, as its code says; nothing where it is none, or names no file. */
export function fileNextStep(error: unknown): string | undefined {
  const { code, syscall, path, dest } = (error ?? {}) as FileError;
  // what is copied could be read; it is the other end that could not be written
  const file = typeof dest === 'string' ? dest : path;
  if (typeof file !== 'string') return undefined;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `Name another place than ${file}, or let this user use it.`;
    case 'EROFS':
      return `Name another place than ${file}, whose file system is read-only.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `Free space on the disk that holds ${file}, or name another place.`;
    case 'ENOENT':
      return syscall === 'mkdir' ? `Name another place than ${file}: no folder can be made there.` : undefined;
    case 'ENOTDIR':
    case 'EEXIST':
      return syscall === 'mkdir' ? `Name another place than ${file}: a file is in its way.` : undefined;
    default:
      return undefined;
  }
}
