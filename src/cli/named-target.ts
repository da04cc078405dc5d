import { profileTarget, type ProfilePlaces } from '../node/target-profile';
import type { Target } from '../node/target';
import type { Screen } from './terminal/progress-line';

/**
 * The target of that name. Says where it goes when the current folder's file chose it: the folder may be a stranger's.
 * @throws CodedError what `profileTarget` throws.
 */
export function namedTarget(
  name: string,
  stderr: Pick<Screen, 'write'>,
  places: ProfilePlaces = { env: process.env, cwd: process.cwd() },
): Target {
  const { target, folderFile } = profileTarget(name, places);
  if (folderFile !== undefined) {
    const address = target.hostaddr === undefined ? '' : ` at ${target.hostaddr}`;
    stderr.write(`Target "${name}" of ${folderFile}: ${target.endpoint}${address}\n`);
  }
  return target;
}
