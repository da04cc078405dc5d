import path from 'node:path';
import type { FunctionState } from '../../../core/lambda/admin';
import {
  functionOverviews,
  readDeployed,
  type BundleDigest,
  type DeployedFunction,
  type FunctionOverview,
  type Read,
} from '../../../core/lambda/overview';
import type { CodeFolder } from '../../../core/workspace/contract';
import type { FunctionPlace } from '../function-target';

export interface FunctionListContext {
  place: FunctionPlace;
  /** The learner's folder, once it is known. */
  folder: () => Promise<CodeFolder | undefined>;
  /** What deploying the sources in a directory would put into Lambda. */
  digest: (directory: string) => Promise<BundleDigest>;
}

/** `stopped`: the place cannot be reached without starting something. `unasked`: it is in AWS, and nobody has asked for its functions yet. */
export type ListStatus = 'stopped' | 'unasked' | 'open';

/** The functions of the place where chapters run. Starts nothing, and asks AWS only once somebody has asked for it in this window. */
export class FunctionList {
  private readonly asked = new Set<string>();
  private listing: { of: string; deployed: Promise<DeployedFunction[]> } | undefined;
  private readonly digests = new Map<string, Promise<Read<BundleDigest>>>();

  constructor(private readonly context: FunctionListContext) {}

  get status(): ListStatus {
    const { isReachable, isOnAws } = this.context.place;
    if (!isReachable) return 'stopped';
    return isOnAws && !this.asked.has(this.key) ? 'unasked' : 'open';
  }

  /** Reads everything anew because somebody asked for it; who gives up is as if they had not. */
  async ask(signal: AbortSignal): Promise<FunctionOverview[]> {
    if (!this.context.place.isReachable) return [];
    const of = this.key;
    this.asked.add(of);
    this.digests.clear();
    const listing = { of, deployed: this.read(signal) };
    this.listing = listing;
    try {
      return await this.overviews();
    } catch (error) {
      if (signal.aborted && this.listing === listing) {
        this.asked.delete(of);
        this.forget();
      }
      throw error;
    }
  }

  /** Nothing unless it is `open`. Rejects with errors of the place, and again until it is asked anew. */
  async overviews(): Promise<FunctionOverview[]> {
    if (this.status !== 'open') return [];
    const [deployed, own] = await Promise.all([this.deployed(), this.ownCode()]);
    return functionOverviews(deployed, own);
  }

  /** Undefined when it is gone. */
  async describe(functionName: string): Promise<FunctionState | undefined> {
    const { signal } = new AbortController();
    return (await this.context.place.reach(signal)).lambda.describe(functionName, signal);
  }

  /** What is deployed may have changed. */
  forget(): void {
    this.listing = undefined;
  }

  /** The learner's sources may have changed. */
  codeChanged(): void {
    this.digests.clear();
  }

  private get key(): string {
    return JSON.stringify(this.context.place.profile);
  }

  private deployed(): Promise<DeployedFunction[]> {
    const of = this.key;
    if (this.listing?.of !== of) this.listing = { of, deployed: this.read(new AbortController().signal) };
    return this.listing.deployed;
  }

  private async read(signal: AbortSignal): Promise<DeployedFunction[]> {
    return readDeployed((await this.context.place.reach(signal)).lambda, signal);
  }

  private async ownCode(): Promise<Map<string, Read<BundleDigest>>> {
    const folder = await this.context.folder();
    const entries = Object.entries(folder?.functions ?? {}).map(
      async ([name, relative]) => [name, await this.digest(path.join(folder?.directory ?? '', relative))] as const,
    );
    return new Map(await Promise.all(entries));
  }

  /** Functions may share their sources. */
  private digest(directory: string): Promise<Read<BundleDigest>> {
    const known = this.digests.get(directory);
    if (known) return known;
    const digest = this.context.digest(directory).catch((error: unknown) => ({ error }));
    this.digests.set(directory, digest);
    return digest;
  }
}
