/**
 * In how many parts a deadline is counted: a process that was busy itself, loading modules on a slow machine, sees its timers before what
 * came meanwhile, and has one part the less, not the whole time.
 */
const PARTS = 10;

/** Calls `passed` once `ms` have passed in which this process could hear of what it waits for. @returns ends the wait */
export function deadline(ms: number, passed: () => void): () => void {
  let partsLeft = PARTS;
  const timer = setInterval(() => {
    if (--partsLeft > 0) return;
    clearInterval(timer);
    passed();
  }, ms / PARTS);
  return () => clearInterval(timer);
}
