/**
 * Functions on disk: `<dataDir>/functions/<name>/function.json` and one folder of unpacked code per upload.
 * `function.json` is replaced by renaming, so a killed process leaves the old state or the new one.
 */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { FunctionVersion, StoredFunction } from './model';
import { unpack } from './unpack';

const FILE = 'function.json';

/** What a stored zip is known by. */
export interface StoredCode {
  codeSha256: string;
  codeSizeBytes: number;
  codeFolder: string;
}

export class FunctionStore {
  private readonly functions = new Map<string, StoredFunction>();
  private readonly root: string;

  /**
   * Reads what is there. `modulesFolder` becomes visible to all functions as `node_modules` above their code.
   * A function whose file cannot be read is left out and named in `skipped`.
   */
  constructor(
    private readonly dataDir: string,
    modulesFolder: string,
    skipped: (name: string, reason: string) => void,
  ) {
    this.root = path.join(dataDir, 'functions');
    fs.mkdirSync(this.root, { recursive: true });
    linkModules(path.join(dataDir, 'node_modules'), modulesFolder);
    for (const name of fs.readdirSync(this.root)) {
      try {
        const stored = JSON.parse(fs.readFileSync(path.join(this.root, name, FILE), 'utf8')) as StoredFunction;
        this.functions.set(stored.name, stored);
        this.sweep(stored);
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENOENT')
          fs.rmSync(path.join(this.root, name), { recursive: true, force: true });
        else skipped(name, (error as Error).message);
      }
    }
  }

  get(name: string): StoredFunction | undefined {
    return this.functions.get(name);
  }

  /** All functions by name. */
  list(): StoredFunction[] {
    return [...this.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Unpacks a zip for `name`; nothing refers to it until `save`. */
  addCode(name: string, zip: Uint8Array): StoredCode {
    const digest = createHash('sha256').update(zip).digest();
    const codeFolder = `code-${digest.toString('hex').slice(0, 12)}-${randomUUID().slice(0, 8)}`;
    const folder = path.join(this.root, name, codeFolder);
    try {
      unpack(zip, folder);
      fs.writeFileSync(this.zipFile(name, codeFolder), zip);
    } catch (error) {
      fs.rmSync(folder, { recursive: true, force: true });
      fs.rmSync(this.zipFile(name, codeFolder), { force: true });
      throw error;
    }
    return { codeSha256: digest.toString('base64'), codeSizeBytes: zip.byteLength, codeFolder };
  }

  save(stored: StoredFunction): void {
    const folder = path.join(this.root, stored.name);
    fs.mkdirSync(folder, { recursive: true });
    const temporary = path.join(folder, `.${FILE}.${process.pid}`);
    // the environment may hold secrets
    fs.writeFileSync(temporary, JSON.stringify(stored, null, 2), { mode: 0o600 });
    fs.renameSync(temporary, path.join(folder, FILE));
    this.functions.set(stored.name, stored);
  }

  delete(name: string): void {
    this.functions.delete(name);
    fs.rmSync(path.join(this.root, name, FILE), { force: true });
    try {
      fs.rmSync(path.join(this.root, name), { recursive: true, force: true });
    } catch {
      // a file that is still open on Windows: the next start removes the folder
    }
  }

  taskRoot(name: string, version: FunctionVersion): string {
    return path.join(this.root, name, version.codeFolder);
  }

  /** The zip as it was uploaded; nothing for code that is gone, or was stored before zips were kept. */
  zipOf(name: string, codeFolder: string): Buffer | undefined {
    const stored = this.functions.get(name);
    const known = stored && [stored.latest, ...stored.versions].some(version => version.codeFolder === codeFolder);
    const file = this.zipFile(name, codeFolder);
    return known && fs.existsSync(file) ? fs.readFileSync(file) : undefined;
  }

  /** File that holds what the function printed. */
  logFile(name: string): string {
    return path.join(this.dataDir, 'logs', `${name}.log`);
  }

  /** Removes code that no version refers to any more. */
  sweep(stored: StoredFunction): void {
    const used = new Set([stored.latest, ...stored.versions].map(version => version.codeFolder));
    const folder = path.join(this.root, stored.name);
    for (const entry of fs.readdirSync(folder)) {
      const code = entry.endsWith('.zip') ? codeOfZip(entry) : entry;
      if (code.startsWith('code-') && !used.has(code))
        fs.rmSync(path.join(folder, entry), { recursive: true, force: true });
    }
  }

  private zipFile(name: string, codeFolder: string): string {
    return path.join(this.root, name, codeFolder.replace(/^code-/, 'zip-') + '.zip');
  }
}

const codeOfZip = (file: string): string => file.replace(/^zip-(.*)\.zip$/, 'code-$1');

/**
 * `node_modules` above the code: what AWS's runtime brings, for handlers that do not bundle it. A junction on Windows;
 * half a megabyte of copies where the file system has no links (exFAT, shares of other machines).
 */
function linkModules(link: string, target: string): void {
  const isRight = () => {
    try {
      return fs.realpathSync(link) === fs.realpathSync(target);
    } catch {
      return false;
    }
  };
  if (!fs.existsSync(target) || isRight()) return;
  fs.rmSync(link, { recursive: true, force: true });
  try {
    fs.symlinkSync(target, link, 'junction');
  } catch {
    fs.cpSync(target, link, { recursive: true });
  }
}
