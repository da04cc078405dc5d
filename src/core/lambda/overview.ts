/** The functions of a place as a list shows them: what is deployed there, beside the learner's sources of it. Plain data. */
import type { FunctionAdmin, FunctionState, FunctionVersion } from './admin';

/** What deploying a function's sources would put into Lambda. */
export interface BundleDigest {
  /** Base64 SHA-256 of the zip, as Lambda reports it. */
  codeSha256: string;
  sizeBytes: number;
}

/** What was read, or why that failed. */
export type Read<T> = T | { error: unknown };

/** Whether it could be read; else `error` says why not. */
export const isRead = <T extends object>(read: Read<T>): read is T => !('error' in read);

export interface DeployedFunction {
  state: FunctionState;
  /** Published ones, newest first. */
  versions: Read<readonly FunctionVersion[]>;
}

/** A function of the workshop's folder or of the target, or of both: what is deployed beside the code that would be. */
export interface FunctionOverview {
  name: string;
  /** Undefined where it is not deployed. */
  deployed?: DeployedFunction;
  /** The learner's sources, bundled; undefined where their folder holds no function of this name. */
  own?: Read<BundleDigest>;
}

/** How what is deployed stands to the learner's folder; `broken`: the folder does not bundle. */
export type CodeStanding = 'same' | 'differs' | 'broken';

/** What is deployed, with its versions. Rejects as `list` does; versions that cannot be read do not keep the rest from being told. */
export async function readDeployed(
  lambda: Pick<FunctionAdmin, 'list' | 'versions'>,
  signal?: AbortSignal,
): Promise<DeployedFunction[]> {
  const states = await lambda.list(signal);
  return Promise.all(
    states.map(async state => {
      const versions = await lambda.versions(state.name, signal).catch((error: unknown) => {
        if (signal?.aborted) throw error;
        return { error };
      });
      return { state, versions };
    }),
  );
}

/** One overview a function, in the order of their names. @param own the learner's sources by the function's name */
export function functionOverviews(
  deployed: readonly DeployedFunction[],
  own: ReadonlyMap<string, Read<BundleDigest>>,
): FunctionOverview[] {
  const there = new Map(deployed.map(each => [each.state.name, each]));
  const names = [...new Set([...there.keys(), ...own.keys()])].sort((a, b) => (a < b ? -1 : 1));
  return names.map(name => ({
    name,
    ...(there.has(name) && { deployed: there.get(name) }),
    ...(own.has(name) && { own: own.get(name) }),
  }));
}

/** Undefined where one of the two is missing. */
export function codeStanding({ deployed, own }: FunctionOverview): CodeStanding | undefined {
  if (!deployed || !own) return undefined;
  if (!isRead(own)) return 'broken';
  return own.codeSha256 === deployed.state.codeSha256 ? 'same' : 'differs';
}

/** The newest version of the code that runs now; undefined where that was not published, or is not known. */
export const runningVersion = ({ state, versions }: DeployedFunction): string | undefined =>
  isRead(versions) ? versions.find(({ codeSha256 }) => codeSha256 === state.codeSha256)?.version : undefined;
