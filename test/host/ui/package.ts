import { packageVsix } from '../../../src/build/vsix';
import { vsixTarget } from '../../../src/build/vsix-target';

let packaged: Promise<string> | undefined;

/** The packaged extension that all walks of this process install; made once. */
export const testPackage = (): Promise<string> => (packaged ??= packageVsix(vsixTarget(), console.log));
