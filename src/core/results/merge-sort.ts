/** Elements sorted by insertion before they are merged. */
const RUN = 16;
/** Comparisons between two looks at the clock. */
const STEP = 1 << 14;

/**
 * Sorts `items` in place, stably, and gives the share that is done now and then, so that the caller may pause or stop: a stopped sort
 * leaves the items in some order.
 */
export function* mergeSort(items: Uint32Array, compare: (a: number, b: number) => number): Generator<number> {
  const { length } = items;
  const passes = Math.max(1, Math.ceil(Math.log2(Math.max(1, length / RUN)))) + 1;
  let steps = 0;
  for (let from = 0; from < length; from += RUN) {
    insertionSort(items, from, Math.min(from + RUN, length), compare);
    if ((steps += RUN) % STEP === 0) yield from / length / passes;
  }
  let source: Uint32Array = items;
  let target: Uint32Array = new Uint32Array(length);
  let pass = 1;
  for (let width = RUN; width < length; width *= 2, pass++) {
    for (let from = 0; from < length; from += 2 * width) {
      const middle = Math.min(from + width, length);
      const end = Math.min(from + 2 * width, length);
      let left = from;
      let right = middle;
      for (let at = from; at < end; at++) {
        const takeLeft =
          left < middle && (right >= end || compare(source[left] as number, source[right] as number) <= 0);
        target[at] = source[takeLeft ? left++ : right++] as number;
        if (++steps % STEP === 0) yield (pass + at / length) / passes;
      }
    }
    [source, target] = [target, source];
  }
  if (source !== items) items.set(source);
}

function insertionSort(items: Uint32Array, from: number, to: number, compare: (a: number, b: number) => number): void {
  for (let next = from + 1; next < to; next++) {
    const item = items[next] as number;
    let at = next - 1;
    while (at >= from && compare(items[at] as number, item) > 0) {
      items[at + 1] = items[at] as number;
      at--;
    }
    items[at + 1] = item;
  }
}
