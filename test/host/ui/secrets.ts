import fs from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';

/** The local cluster's own files, which only its owner may read. */
const CLUSTER_FILES = ['cluster.json', 'identity.json'];

/** What a token ends with; bundles of the SDK hold the parameter's name alone. */
const TOKEN = /X-Amz-Signature(?:=|%3D)[0-9a-f]{64}/i;

/**
 * Files below a folder that hold a secret: a connection token, the local cluster's secret key, or one of the given texts; and a cluster's
 * file that others may read. The editor may be writing still: when a file was put in another's place meanwhile, all are read again.
 */
export async function secretsBelow(folder: string, texts: readonly string[]): Promise<string[]> {
  for (;;) {
    try {
      return readSecrets(folder, texts);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await setImmediate();
  }
}

function readSecrets(folder: string, texts: readonly string[]): string[] {
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .filter(file => !file.startsWith(path.join(folder, 'extensions') + path.sep));
  const clusters = files.filter(file => CLUSTER_FILES.includes(path.basename(file)));
  if (clusters.length === 0) throw new Error('no cluster has run here');
  const keys = clusters.flatMap(file => secretKeys(JSON.parse(fs.readFileSync(file, 'utf8'))));
  if (keys.length === 0) throw new Error('the cluster has no secret key');
  const wanted = [...keys, ...texts];
  const open = process.platform === 'win32' ? [] : clusters.filter(file => (fs.statSync(file).mode & 0o077) !== 0);
  const found = files
    .filter(file => !clusters.includes(file))
    .filter(file => {
      const bytes = fs.readFileSync(file);
      if (TOKEN.test(bytes.toString('latin1').replaceAll('\0', ''))) return true;
      return wanted.some(text => bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le')));
    });
  return [...open, ...found].map(file => path.relative(folder, file));
}

/** Values of fields that are named as secret keys, at any depth. */
function secretKeys(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' && /secret/i.test(name) && inner.length >= 16 ? [inner] : secretKeys(inner),
  );
}
