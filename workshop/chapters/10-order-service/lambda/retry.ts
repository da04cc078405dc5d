const MAX_ATTEMPTS = 10;
const BASE_DELAY_MS = 5;
const MAX_DELAY_MS = 500;

/** SQLSTATE 40001: another transaction committed first. ORMs wrap the driver's error, so look at the causes too. */
export function isConflict(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ((e as { code?: unknown }).code === '40001') return true;
  }
  return false;
}

/**
 * Runs a whole transaction again when it lost a conflict, and only then: a conflict applied nothing, so repeating it is safe.
 * Any other error either stays, or leaves open whether the COMMIT took effect.
 */
export async function withRetry<T>(transaction: () => Promise<T>): Promise<{ value: T; retries: number }> {
  for (let retries = 0; ; retries++) {
    try {
      return { value: await transaction(), retries };
    } catch (error) {
      if (!isConflict(error) || retries + 1 >= MAX_ATTEMPTS) throw error;
      // Exponential, capped, with full jitter: those who collided must not meet again at the same moment.
      const delayMs = Math.random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** retries);
      await new Promise(resolve => setTimeout(resolve, delayMs));
    }
  }
}
