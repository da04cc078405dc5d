/** The code that a function runs: fetched from where GetFunction points, and read back into its sources. */
import { strFromU8, unzipSync } from 'fflate';
import { cancelled, codeUnavailable } from '../../core/lambda/errors';
import { isInside } from '../../core/workspace/marker';
import type { SourceFile } from '../../core/workspace/contract';

const TIMEOUT_MS = 60_000;

/** Fetches a zip. The URL is its own permission and goes into no message. Rejects with `LAMBDA_CODE_UNAVAILABLE`. */
export async function downloadCode(
  functionName: string,
  url: string | undefined,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (url === undefined) throw codeUnavailable(functionName, 'the service gave no place to fetch it from');
  let reason: string;
  try {
    const late = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, late]) : late });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    reason = `HTTP ${response.status}`;
  } catch (error) {
    if (signal?.aborted) throw cancelled();
    reason = (error as Error).message.replaceAll(url, 'its place');
  }
  throw codeUnavailable(functionName, reason);
}

/** Base64, as Lambda reports it. */
export async function sha256Of(zip: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', zip as Uint8Array<ArrayBuffer>);
  return Buffer.from(digest).toString('base64');
}

/** The handler's own files, from the source map inside a bundle; none for a bundle whose map does not hold them. */
export function mapSources(zip: Uint8Array): SourceFile[] {
  const files = unzipSync(zip, { filter: ({ name }) => /^index\.(m|c)?js\.map$/.test(name) });
  const [map] = Object.values(files);
  if (!map) return [];
  let parsed: { sources?: unknown; sourcesContent?: unknown };
  try {
    parsed = JSON.parse(strFromU8(map)) as typeof parsed;
  } catch {
    return [];
  }
  const { sources, sourcesContent } = parsed;
  if (!Array.isArray(sources) || !Array.isArray(sourcesContent)) return [];
  return sources
    .map((path: unknown, i) => ({ path: String(path), text: sourcesContent[i] as unknown }))
    .filter((file): file is SourceFile => typeof file.text === 'string' && isInside(file.path));
}
