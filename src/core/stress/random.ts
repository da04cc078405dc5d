/** A source of numbers in [0, 1). */
export type Random = () => number;

/** sfc32, seeded through splitmix32: fast, 128 bits of state, the same sequence for the same seed on every machine. */
export function seededRandom(seed: number): Random {
  let mix = seed >>> 0;
  const next = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  let a = next();
  let b = next();
  let c = next();
  let counter = 1;
  const random = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) random();
  return random;
}

/** The seed of one worker's sequence: distinct per worker, fixed by the run's seed. */
export function workerSeed(seed: number, workerIndex: number): number {
  return (Math.imul(seed | 0, 0x85ebca6b) ^ Math.imul(workerIndex + 1, 0xc2b2ae35)) >>> 0;
}
