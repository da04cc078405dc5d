/**
 * Runs items side by side, as many as there are lanes: a lane that is free takes the next item, in their order, so that none waits while there is
 * something to do. @returns what became of each, in the order of the items. A run that throws has all of it throw, once the other lanes have ended.
 */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const lane = async (): Promise<void> => {
    for (const [at, item] of waiting) results[at] = await run(item);
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}
