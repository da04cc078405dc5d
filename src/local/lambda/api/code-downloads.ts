/**
 * Where GetFunction's `Code.Location` leads. As in AWS it is a URL that holds its own permission, for ten minutes, and is fetched
 * without a signature; the key behind it lives as long as this process.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FunctionVersion } from '../functions/model';
import type { FunctionStore } from '../functions/store';

const PREFIX = '/code/';
const VALID_MS = 10 * 60_000;

export class CodeDownloads {
  private readonly key = randomBytes(32);

  constructor(private readonly store: FunctionStore) {}

  /** Path and query, to be put behind the service's own address. */
  pathOf(name: string, version: FunctionVersion): string {
    const expires = Date.now() + VALID_MS;
    return `${PREFIX}${name}/${version.codeFolder}?expires=${expires}&signature=${this.sign(name, version.codeFolder, expires)}`;
  }

  /** The zip that a request may have; nothing when the request is none of ours, or its URL has expired or was made up. */
  read(method: string, path: string, query: URLSearchParams): Buffer | undefined {
    if (method !== 'GET' || !path.startsWith(PREFIX)) return undefined;
    const [name = '', codeFolder = ''] = path.slice(PREFIX.length).split('/');
    const expires = Number(query.get('expires'));
    const given = Buffer.from(query.get('signature') ?? '');
    const wanted = Buffer.from(this.sign(name, codeFolder, expires));
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted) || !(expires > Date.now())) return undefined;
    return this.store.zipOf(name, codeFolder);
  }

  private sign(name: string, codeFolder: string, expires: number): string {
    return createHmac('sha256', this.key).update(`${name}\n${codeFolder}\n${expires}`).digest('hex');
  }
}
