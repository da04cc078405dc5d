/** How long a statement has to end after a cancel request before the next one is sent. */
const AGAIN_MS = 15;

/**
 * Asks PostgreSQL to cancel what the process `pid` runs, until `statement` has settled. Once is not enough: a request that comes in before
 * the process has begun to read the statement is ignored, as one to an idle session, and the statement then runs, or waits, undisturbed.
 * The process must do nothing else. Never rejects for the statement's sake.
 */
export async function cancelUntilOver(
  statement: Promise<unknown>,
  pid: number,
  query: (sql: string, params: unknown[]) => Promise<unknown>,
): Promise<void> {
  let over = false;
  const settled = statement.then(
    () => void (over = true),
    () => void (over = true),
  );
  while (!over) {
    await query('SELECT pg_cancel_backend($1)', [pid]);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([settled, new Promise(resolve => (timer = setTimeout(resolve, AGAIN_MS)))]);
    clearTimeout(timer);
  }
}
