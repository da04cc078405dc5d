import type { BundleDigest } from '../../core/lambda/overview';
import { bundleFunction } from './bundle';
import { sha256Of } from './deployed-code';

/** What deploying the sources in a directory would put into Lambda. Rejects as `bundleFunction` does. */
export async function bundleDigest(directory: string): Promise<BundleDigest> {
  const { zip, sizeBytes } = await bundleFunction(directory);
  return { codeSha256: await sha256Of(zip), sizeBytes };
}
