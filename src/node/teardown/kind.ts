import type { FoundResource, Standing } from '../../core/teardown/contract';

/** What removes one kind of resource. */
export interface KindOfResource {
  /** Its tags as its own service tells them now; undefined when it is gone. */
  tags(resource: FoundResource, signal?: AbortSignal): Promise<Record<string, string> | undefined>;
  /** Sends what removes it; resolves for what is gone already. */
  begin(resource: FoundResource, told: (text: string) => void, signal?: AbortSignal): Promise<void>;
  look(resource: FoundResource, signal?: AbortSignal): Promise<Standing>;
}

/** Lists of pairs, as most services tell tags. */
export const tagMap = (tags: readonly { Key?: string; Value?: string }[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
